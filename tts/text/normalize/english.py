"""What the normaliser doesn't read in English: abbreviations for its own table, and places rewritten for it.

A rewriting turns what it misreads into a form that it reads right, by kind: `9V` into `9 volts`, `5/8` into
`5 eighths`. How a number sounds is always the normaliser's.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator

Rewrite = Callable[[re.Match[str]], str]


def _pairs(listed: str) -> dict[str, str]:
    return dict(pair.split("=") for pair in listed.split())


ABBREVIATIONS = _pairs(
    """
        Prof.=Professor Jr.=Junior Sr.=Senior approx.=approximately Capt.=Captain Lt.=Lieutenant Sgt.=Sergeant
        Col.=Colonel Gen.=General Maj.=Major Sen.=Senator Rep.=Representative Gov.=Governor Rev.=Reverend Hon.=Honorable
        Ave.=Avenue Blvd.=Boulevard Rd.=Road Ln.=Lane Hwy.=Highway Apt.=Apartment Ste.=Suite Mt.=Mount Ft.=Fort
        dept.=department Dept.=Department govt.=government Govt.=Government univ.=university Univ.=University
        est.=established ext.=extension tel.=telephone misc.=miscellaneous min.=minimum max.=maximum avg.=average
        Mon.=Monday Tue.=Tuesday Tues.=Tuesday Wed.=Wednesday Thu.=Thursday Thur.=Thursday Thurs.=Thursday Fri.=Friday
        Jan.=January Feb.=February Mar.=March Apr.=April Aug.=August Sept.=September Sep.=September Oct.=October
        Nov.=November Dec.=December Ltd.=Limited Bros.=Brothers Assn.=Association
    """
)
SYMBOLS = {"~": "about", "¢": "cents", "_": "underscore", "÷": "divided by", "≤": "at most", "≥": "at least"}

_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_SHORT_MONTHS = {month[:3]: month for month in _MONTHS} | {"Sept": "September"}
_UNITS = _pairs(
    "ms=milliseconds min=minutes sec=seconds hrs=hours hr=hours V=volts W=watts kW=kilowatts kWh=kilowatt-hours"
    " mA=milliamps mg=milligrams yd=yards oz=ounces Hz=hertz dB=decibels"
)
_PARTS = ("third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")  # of which the first stands for 3
_VULGAR = {"½": "a half", "¼": "a quarter", "¾": "three quarters", "⅓": "a third", "⅔": "two thirds"}
_COUNTED = "Chapter Part Act Scene Volume Book Section Article Appendix Phase Type Class War Level Stage Title Figure"
_ROMAN = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}


def rewritings(text: str, *, day_first: bool = False) -> Iterator[tuple[int, int, str]]:
    """Return the places that the normaliser would misread, and what to have it read instead."""
    for pattern, rewrite in _REWRITINGS:
        for found in pattern.finditer(text):
            yield found.start(), found.end(), rewrite(found)
    for found in _DATE.finditer(text):
        yield found.start(), found.end(), _date(found, day_first=day_first)


def _unit(found: re.Match[str]) -> str:
    number, unit = found.groups()
    name = _UNITS[unit]
    return f"{number} {name.removesuffix('s') if number == '1' and unit != 'Hz' else name}"


def _squared(found: re.Match[str]) -> str:
    return f"{found[1]} {unicodedata.normalize('NFKC', found[2])}"  # ㎏ as kg


def _fraction(found: re.Match[str]) -> str:
    whole, above, below = found.groups()
    if int(above) >= int(below):
        return found[0]
    one = "a" if whole else "one"
    part = "half" if below == "2" else "quarter" if below == "4" else _PARTS[int(below) - 3]
    said = f"{one} {part}" if above == "1" else f"{above} {part}s"
    return f"{whole} and {said}" if whole else said


def _vulgar(found: re.Match[str]) -> str:
    whole, sign = found.groups()
    return f"{whole} and {_VULGAR[sign]}" if whole else _VULGAR[sign].replace("a ", "one ")


def _date(found: re.Match[str], *, day_first: bool) -> str:
    first, second, year = found.groups()
    day, month = (first, second) if day_first or int(first) > 12 else (second, first)
    return f"{_MONTHS[int(month) - 1]} {int(day)}, {year}" if 0 < int(month) <= 12 else found[0]


def _month(found: re.Match[str]) -> str:
    return f"{_SHORT_MONTHS[found[1]]} {found[2]}"


def _roman(found: re.Match[str]) -> str:
    before, letters = found.groups()
    values = [_ROMAN[letter] for letter in letters]
    following = [*values[1:], 0]
    number = sum(-value if value < after else value for value, after in zip(values, following, strict=True))
    return f"{before} {number}" if before in _COUNTED.split() else f"{before} the {number}{_ending(number)}"


def _ending(number: int) -> str:
    return "th" if number // 10 == 1 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")


_DATE = re.compile(r"(?<![\w/.])(\d{1,2})/(\d{1,2})/(\d{4})(?![\w/])")
_REWRITINGS: tuple[tuple[re.Pattern[str], Rewrite], ...] = (
    (re.compile(rf"(?<![\w.,/])(\d[\d,.]*+) ?({'|'.join(_UNITS)})\b(?:\.(?=\s+[a-z]))?"), _unit),
    (re.compile(r"(?<![\w.,/])(\d[\d,.]*+) ?in\.(?=\s+[a-z])"), lambda found: f"{found[1]} inches"),
    (re.compile(r"(?<![\w.,/])(\d[\d,.]*+) ?([\u3380-\u33df])"), _squared),
    (re.compile(r"(?<![\w.,/])(\d)['′](\d{1,2})(?:[\"″”]|'')"), lambda found: f"{found[1]} feet {found[2]}"),
    (re.compile(r"(?<![\w.,/])(?:(\d+) )?(\d{1,2})/([2-9]|10)(?![\w/]|[.,]\d)"), _fraction),
    (re.compile(rf"(?<![\w.,/])(?:(\d+) ?)?([{''.join(_VULGAR)}])"), _vulgar),
    (re.compile(rf"\b({'|'.join(_SHORT_MONTHS)})\.? (\d{{1,2}}(?:st|nd|rd|th)?)\b(?!:)"), _month),
    (re.compile(rf"\b({_COUNTED.replace(' ', '|')}|[A-Z][a-z]+) ([IVXLC]{{2,}}|V)\b(?!\.\w|')"), _roman),
    (re.compile(r"(?<![\w.,])(?<!\d )(\d{3}) (\d{4})(?![\w]|[.,]\d| \d)"), lambda found: f"{found[1]}-{found[2]}"),
    (re.compile(r"(?<![\w.,])(0\d{1,4}(?: \d{2,5}){1,4})(?![\w]|[.,]\d| \d)"), lambda found: " ".join(found[1])),
    (re.compile(r"(?<=\bcall )911\b|(?<=\bdial )911\b", re.IGNORECASE), lambda found: "9 1 1"),
    (re.compile(r"(?<!\w)'(\d0s)\b"), lambda found: found[1]),
    (re.compile(r"(?<=of )'(\d\d)\b"), lambda found: found[1]),
    (
        re.compile(r"(?<![\w.:])(\d{1,2}):(\d\d):(\d\d)(?![\w:])"),
        lambda f: f"{f[1]} hours {f[2]} minutes {f[3]} seconds",
    ),
)
