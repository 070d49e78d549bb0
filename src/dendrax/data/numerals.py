r"""Numbers as text: one grammar for every file, whatever the machine's language.

    number = [sign] (integer | digits "." [digits] | "." digits) [("e" | "E") [sign] digits]
    whole  = [sign] integer          integer = "0", or digits that start with another       sign = "+" | "-"
                                     digits  = one or more of 0 … 9, ASCII

Spaces and tabs around a number do not count. A file that separates cells by something else than a comma may write the
decimal point as a comma. Nothing else is a number: not 007 (a code, of which nothing may be lost), 1_000, 0x10, 1,234
(thousands), inf, or digits of other scripts. One code makes its column text: post codes of which few start with 0 look
just like that. Where most cells are numbers, a note says so.

The patterns are written in what Python's `re` and Arrow's RE2 both understand.
"""

from __future__ import annotations

import re

MISSING = ["", "NA", "N/A", "n/a", "#N/A", "NaN", "nan", "NAN", "-nan", "-NaN", "NULL", "null", "None", "?"]
TRUE, FALSE = ("true", "True", "TRUE"), ("false", "False", "FALSE")
EXACT = 2**53  # from here on float64 does not tell every whole number from the next

_INTEGER = "(?:0|[1-9][0-9]*)"
_EXPONENT = "(?:[eE][+-]?[0-9]+)?"
_SIGN = "[ \t]*[+-]?"
_END = "[ \t]*"


def _with_mark(mark: str) -> str:
    return rf"(?:{_INTEGER}|[0-9]+{mark}[0-9]*|{mark}[0-9]+){_EXPONENT}"


def _grouped(group: str, mark: str) -> str:
    return rf"[0-9]{{1,3}}(?:{group}[0-9]{{3}})+(?:{mark}[0-9]*)?"


WHOLE = rf"{_SIGN}{_INTEGER}{_END}"
CODE = rf"{_SIGN}[0-9]+{_END}"  # whole, with leading zeros or without
LEADING = rf"{_SIGN}0[0-9]+{_END}"  # a code that leading zeros keep from being a number
NUMBER = rf"{_SIGN}{_with_mark('[.]')}{_END}"
COMMA = rf"{_SIGN}{_with_mark(',')}{_END}"  # with a decimal comma
THOUSANDS = rf"{_SIGN}(?:{_grouped(',', '[.]')}|{_with_mark('[.]')}){_END}"  # 1,234.5 among numbers
DOTTED = rf"{_SIGN}(?:{_grouped('[.]', ',')}|{_with_mark(',')}){_END}"  # 1.234,5 among numbers with a decimal comma
INFINITE = rf"{_SIGN}(?:(?i:inf|infinity)|{_with_mark('[.]')}){_END}"  # inf among numbers
CODED = rf"{_SIGN}(?:[0-9]+|{_with_mark('[.,]')}){_END}"  # 05 among numbers
GROUPED = rf"{_SIGN}(?:{_grouped(',', '[.]')}|{_grouped('[.]', ',')}){_END}"  # a number only with its groups of three


def is_number(cell: str) -> bool:
    """Say whether a cell is a number of the grammar.

    Examples
    --------
    >>> [is_number(cell) for cell in ("-1.5e3", " +7 ", "007", "1_000", "0x10", "inf", "1,5")]
    [True, True, False, False, False, False, False]
    """
    return re.fullmatch(NUMBER, cell) is not None


def number_of(cell: str) -> float | None:
    """Read a cell of a column that is known to hold numbers, leading zeros or not; None where it is none.

    Examples
    --------
    >>> [number_of(cell) for cell in ("007", "1.5", "x")]
    [7.0, 1.5, None]
    """
    return float(cell) if is_number(cell) or re.fullmatch(CODE, cell) else None


def is_hole(cell: str) -> bool:
    """Say whether a cell of text is missing but for the blanks around it.

    Examples
    --------
    >>> [is_hole(cell) for cell in ("  ", " NA", "NA", "x ")]
    [True, True, False, False]
    """
    bare = cell.strip(" \t")
    return bare != cell and bare in MISSING


def canonical(cell: str) -> str:
    """Spell numbers and truth values in one way, so that levels are found again however they are written.

    Examples
    --------
    >>> [canonical(cell) for cell in ("1.0", "+1", "1e3", "0.50", "true", " TRUE", "01", "blue")]
    ['1', '1', '1000', '0.5', 'True', 'True', '01', 'blue']
    """
    bare = cell.strip(" \t")
    if bare in TRUE + FALSE:
        return bare.capitalize()
    if not is_number(bare):
        return cell
    if re.fullmatch(WHOLE, bare):
        return str(int(bare)) if len(bare) < 20 else bare
    value = float(bare)
    return str(int(value)) if value.is_integer() and abs(value) < EXACT else repr(value)
