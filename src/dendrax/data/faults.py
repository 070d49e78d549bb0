"""Faults in what the user hands in."""


class DataError(ValueError):
    """A fault in the user's data."""


def one_line(words: str) -> str:
    r"""Put what another library says into one line: blanks for what cannot be printed, 200 letters at most.

    Examples
    --------
    >>> one_line("Couldn't deserialize thrift:\n\x00 no more data")
    "Couldn't deserialize thrift: no more data"
    """
    return " ".join("".join(c if c.isprintable() else " " for c in words).split())[:200]
