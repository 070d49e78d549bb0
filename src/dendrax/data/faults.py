"""Faults in what the user hands in."""


class DataError(ValueError):
    """A fault in the user's data."""
