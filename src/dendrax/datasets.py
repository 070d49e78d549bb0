"""Data to learn from that are at hand, or in files that you have."""

from dendrax.data.mnist import Digits, mnist

__all__ = ["Digits", "mnist"]
