"""Dates in figures, as English dates with their month as a word."""

from __future__ import annotations

import re

MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
SHORT_MONTHS = {month[:3]: month for month in MONTHS if month != "May"} | {"Sept": "September"}
DATE = re.compile(r"(?<![\w/.])(\d{1,2})/(\d{1,2})/(\d{4})(?![\w/])")
ISO_DATE = re.compile(r"(?<![\w/.-])(\d{4})-(\d\d)-(\d\d)(?![\w/-])")
_DAYS = 31


def date(found: re.Match[str], *, day_first: bool) -> str | None:
    """Return `12/25/1990` with its month as a word; None: it is no date."""
    first, second, year = found.groups()
    day, month = (first, second) if day_first or int(first) > len(MONTHS) else (second, first)
    return _written(year, int(month), int(day))


def iso_date(found: re.Match[str]) -> str | None:
    """Return `1990-12-25` with its month as a word; None: it is no date."""
    year, month, day = found.groups()
    return _written(year, int(month), int(day))


def _written(year: str, month: int, day: int) -> str | None:
    if not (0 < month <= len(MONTHS) and 0 < day <= _DAYS):
        return None
    return f"{MONTHS[month - 1]} {day}{_ending(day)}, {year}"


def _ending(number: int) -> str:
    return "th" if number // 10 == 1 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
