"""Cells of text that are known to be numbers, as numbers.

blanks around them → without;  + in front → without;  decimal comma → point;  whole → int64, else float64
"""

from __future__ import annotations

from typing import Any

import numpy as np

from dendrax.data.numerals import EXACT


def whole_of(cells: Any) -> np.ndarray | None:
    """Read an Arrow array of whole numbers as int64; None where one is beyond that."""
    import pyarrow as pa

    numbers = _cast(cells, pa.int64())
    return None if numbers is None else np.asarray(numbers.to_numpy(zero_copy_only=False))


def floats_of(cells: Any, mark: str = ".") -> np.ndarray:
    """Read an Arrow array of numbers, with that decimal mark, as float64; NaN where one is missing."""
    import pyarrow as pa

    pointed = cells if mark == "." else _replaced(cells, "replace_substring", mark, ".")
    return np.array(_cast(pointed, pa.float64()).to_numpy(zero_copy_only=False), np.float64)


def _cast(cells: Any, kind: Any) -> Any:
    """Read numbers, with blanks and signs where they stand; None where one is too large."""
    import pyarrow as pa
    from pyarrow import compute

    for prepare in (lambda c: c, lambda c: compute.call_function("ascii_trim_whitespace", [c]), without_plus):
        cells = prepare(cells)
        try:
            return cells.cast(kind)
        except pa.ArrowInvalid:
            continue
    return None


def without_plus(cells: Any) -> Any:
    """Leave out a leading plus sign."""
    return _replaced(cells, "replace_substring_regex", "^[+]", "")


def _replaced(cells: Any, how: str, old: str, new: str) -> Any:
    from pyarrow import compute

    return compute.call_function(how, [cells], compute.ReplaceSubstringOptions(old, new))


def loses_digits(column: np.ndarray) -> bool:
    """Say whether float64 holds numbers so large that it may have rounded them."""
    return column.dtype.kind == "f" and bool((np.abs(column) >= EXACT).any())
