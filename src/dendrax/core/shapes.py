"""Buckets: sizes close to each other share one compiled program.

    bucket(n) = the smallest m·2^e ≥ n with m in 8 … 15,

so that a bucket is at most an eighth (12.5 %) above the number it holds; nothing is below 64.
"""

from __future__ import annotations

SMALLEST = 64


def bucket(n: int, smallest: int = SMALLEST) -> int:
    """Round a number of rows up to its bucket.

    Parameters
    ----------
    n : int
        A number of rows, 0 or more.
    smallest : int, default=64
        The smallest bucket.

    Returns
    -------
    int
        The size that arrays of `n` rows are padded to.

    Examples
    --------
    >>> [bucket(n) for n in (1, 64, 65, 150, 1000)]
    [64, 64, 72, 160, 1024]
    """
    n = max(n, smallest)
    step = 1 << max(n.bit_length() - 4, 0)
    return -(-n // step) * step
