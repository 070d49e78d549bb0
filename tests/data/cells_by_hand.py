"""Numbers and dates as text, made by chance and read by hand: what the readers of tables are compared with."""

from __future__ import annotations

import random

import numpy as np

DIGITS = frozenset("0123456789")
US, DAY = np.dtype("M8[us]"), np.dtype("M8[D]")
START = np.datetime64(0, "D")


def _some(chance: random.Random, letters: str, most: int) -> str:
    return "".join(chance.choice(letters) for _ in range(chance.randrange(most + 1)))


def _misspelled(chance: random.Random, text: str, letters: str) -> str:
    """Change, leave out or put in a letter or two of a third of the texts."""
    for _ in range(chance.choice((0, 0, 0, 0, 1, 2))):
        i = chance.randrange(len(text) + 1)
        text = text[:i] + chance.choice((*letters, "")) + text[i + chance.randrange(2) :]
    return text


def made_number(chance: random.Random) -> str:
    """Write what is a number, or nearly."""
    digits = "0123456789"
    parts = [
        chance.choice(("", "", "", " ", "\t", "  ")),
        chance.choice(("", "", "", "+", "-")),
        _some(chance, digits, chance.choice((1, 3, 25))),
        chance.choice(("", ".", ".", "")),
        _some(chance, digits, chance.choice((0, 3, 25))),
        chance.choice(("", "", "", f"e{chance.randrange(-330, 330)}", f"E+{chance.randrange(400)}", "e")),
        chance.choice(("", "", "", " ", "\t")),
    ]
    return _misspelled(chance, "".join(parts), "0.eE+- \t\n\v\xa0_,xinfaNA٣１½\0")


def is_number_by_hand(cell: str) -> bool:
    """Say whether a cell is [sign] digits [. digits] [e [sign] digits], one digit at least before any e.

    Without a point there is no leading zero.
    """
    rest = cell.strip(" \t")
    rest = rest[1:] if rest.startswith(("+", "-")) else rest
    mantissa, mark, exponent = rest.replace("E", "e").partition("e")
    exponent = exponent[1:] if exponent.startswith(("+", "-")) else exponent
    whole, point, fraction = mantissa.partition(".")
    if not point and len(whole) > 1 and whole.startswith("0"):
        return False
    return _are_digits(whole + fraction) and (not mark or _are_digits(exponent))


def _are_digits(text: str) -> bool:
    return bool(text) and DIGITS.issuperset(text)


def made_date(chance: random.Random) -> str:
    """Write what is a day, a moment or a time, or nearly."""
    year, month = chance.choice((2024, 2023, 1900, 2000, 1, 0, 9999, 1969)), chance.choice((1, 2, 2, 12, 4, 0, 13))
    day = f"{year:04}-{month:02}-{chance.choice((1, 28, 29, 30, 31, 0, 32)):02}"
    clock = f"{chance.choice((0, 10, 23, 24)):02}:{chance.choice((0, 30, 59, 60)):02}"
    clock += chance.choice(("", f":{chance.choice((0, 1, 59, 60)):02}"))
    clock += chance.choice(("", "", "." + _some(chance, "0123456789", 10))) if len(clock) > 5 else ""
    hours, minutes = chance.choice((0, 1, 2, 14, 23, 24, 99)), chance.choice((0, 30, 59, 60))
    zone = chance.choice(("", "", "Z", f"+{hours:02}", f"-{hours:02}:{minutes:02}", f"+{hours:02}{minutes:02}"))
    kinds = (day, day + chance.choice("T  ") + clock + zone, clock)
    return _misspelled(chance, chance.choice(kinds), "0123:-+TtZz. /٣１")


def dates_by_hand(cells: list[str]) -> np.ndarray | None:
    """Read cells that are all days, all times of the first day, or days and moments in UTC; None where they are not."""
    days, times = [_day(cell) for cell in cells], [_clock(cell) for cell in cells]
    if None not in days:
        return np.array(days, DAY)
    found = [START + time for time in times if time is not None] if None not in times else [_moment(c) for c in cells]
    return None if any(moment is None for moment in found) else np.array(found, US)


def _day(text: str) -> np.datetime64 | None:
    parts = text.split("-")
    if [len(part) for part in parts] != [4, 2, 2] or not all(_are_digits(part) for part in parts):
        return None
    try:
        return np.datetime64(text, "D")
    except ValueError:  # not in the calendar
        return None


def _clock(text: str) -> np.timedelta64 | None:
    whole, point, fraction = text.partition(".")
    parts = whole.split(":")
    if [len(part) for part in parts] not in ([2, 2], [2, 2, 2]) or not all(_are_digits(part) for part in parts):
        return None
    if point and (len(parts) < 3 or not _are_digits(fraction) or len(fraction) > 9):
        return None
    hours, minutes, seconds = (*map(int, parts), 0)[:3]
    if hours > 23 or minutes > 59 or seconds > 59:
        return None
    return np.timedelta64(((hours * 60 + minutes) * 60 + seconds) * 10**6 + int((fraction + "0" * 6)[:6]), "us")


def _moment(text: str) -> np.datetime64 | None:
    day, rest = _day(text[:10]), text[11:]
    if day is None or len(text) == 10:
        return day
    place = next((i for i, letter in enumerate(rest) if letter in "Z+-"), len(rest))
    clock, zone = _clock(rest[:place]), _zone(rest[place:])
    return None if text[10] not in "T " or clock is None or zone is None else day + clock - zone


def _zone(text: str) -> np.timedelta64 | None:
    if text in ("", "Z"):
        return np.timedelta64(0, "us")
    clock = text[1:] if ":" in text else f"{text[1:3]}:{text[3:] or '00'}"
    size = _clock(clock) if len(clock) == 5 else None
    return None if size is None or text[0] not in "+-" else size * (1 if text[0] == "+" else -1)
