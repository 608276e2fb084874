"""What is said elsewise than it is written in English: places by kind, each with the library that reads it.

Numbers are num2words', units and times wetext's. A rewriting turns a place into words and numbers that are read in
turn: `9V` into `9 volts`, `5/8` into `5 eighths`, `Jan. 5` into `January 5th`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator

from tts.text.normalize.dates import DATE, ISO_DATE, MONTHS, SHORT_MONTHS, date, iso_date
from tts.text.normalize.english_money import CODES, money, plain, plural, spread
from tts.text.normalize.english_words import ABBREVIATIONS, BEFORE_NUMBERS, COUNTED, SYMBOLS, TLDS, UNITS, VULGAR
from tts.text.normalize.grammars import read
from tts.text.normalize.numbers import cardinal, digits, ordinal, year
from tts.text.normalize.places import apart
from tts.text.said import Edit, Said, merged

_Say = Callable[[re.Match[str]], str | None]
_Place = tuple[re.Pattern[str], _Say]
_EN = "en"
_NUMBER = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_ALONE = r"(?<![\w.,/:])"
_UNIT_FOR_ONE = {unit: name.removesuffix("s") for unit, name in UNITS.items()} | {"in": "inch", "Hz": "hertz"}
_PARTS = ("third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")  # of which the first stands for 3
_ROMAN = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}
_WEB = {".": "dot", "/": "slash", "@": "at", "-": "dash", "_": "underscore", ":": "colon", "?": "question mark"}
_SQUARED = "".join(map(chr, range(0x3380, 0x33E0)))
_MEASURES = "km/h|km²|m²|cm²|mm²|km2|m2|kph|km|cm|mm|nm|kg|ml|mi|ft|lbs?|mph|[kMG]Hz|[kKMGT]B|[MG]bps|°C|°F|°|g|s|h"


def edits(text: str, *, day_first: bool) -> tuple[Edit, ...]:
    """Return what is said elsewise, in order; the digits of `text` are ASCII's."""
    return merged(_dates(text, day_first=day_first), *(_found(place, text) for place in _PLACES))


def _said(form: str) -> str:
    """Return a rewriting with its numbers as words."""
    return Said(form, merged(*(_found(place, form) for place in _NUMBERS))).spoken


def _found(place: _Place, text: str) -> Iterator[Edit]:
    pattern, say = place
    for found in pattern.finditer(text):
        said = say(found)
        if said is not None and said != found[0]:
            yield apart(Edit(*found.span(), said), text)


def _dates(text: str, *, day_first: bool) -> Iterator[Edit]:
    for found in DATE.finditer(text):
        said = date(found, day_first=day_first)
        if said is not None:
            yield Edit(found.start(), found.end(), _said(said))
    for found in ISO_DATE.finditer(text):
        said = iso_date(found)
        if said is not None:
            yield Edit(found.start(), found.end(), _said(said))


def _number(found: re.Match[str]) -> str:
    return plain(found[0])


def _signed(found: re.Match[str]) -> str:
    return f"minus {plain(found[1])}"


def _year(found: re.Match[str]) -> str:
    return year(found[0], _EN)


def _decade(found: re.Match[str]) -> str:
    said = year(found[1], _EN) if len(found[1]) == 4 else cardinal(found[1], _EN)
    return f"{said.removesuffix('y')}ies" if said.endswith("y") else f"{said}s"


def _digits(found: re.Match[str]) -> str:
    return " ".join(
        "plus" if sign == "+" else cardinal(sign, _EN) for sign in found[0] if sign == "+" or sign.isdigit()
    )


def _web(found: re.Match[str]) -> str:
    address = re.sub(r"[./@:?_-]", lambda mark: f" {_WEB[mark[0]]} ", found[0])
    return " ".join(_said(re.sub(r"(?<=[a-z])(?=\d)|(?<=\d)(?=[a-z])", " ", address)).split())


def _unit(found: re.Match[str]) -> str | None:
    number, unit = found[1], unicodedata.normalize("NFKC", found[2]) if found[2] in _SQUARED else found[2]  # ㎏ as kg
    name = _UNIT_FOR_ONE.get(unit) if number == "1" else UNITS.get(unit)
    if name is None:
        counted = read(f"{'1' if number == '1' else '2'} {unit}", _EN)  # so that it reads every unit once
        name = counted and counted.partition(" ")[2]
    return name and f"{_said(number)} {name}"


def _by(found: re.Match[str]) -> str:
    return " by ".join(plain(number.strip()) for number in re.split("[x×]", found[0]))


def _time(found: re.Match[str]) -> str | None:
    hour, minute, second, half = found.group("hour", "minute", "second", "half")
    if int(hour) > 23 or int(minute or 0) > 59:
        return None
    behind = f" {half[0].lower()} m" if half else ""
    if not minute:
        return f"{cardinal(hour, _EN)}{behind}" if half else None
    if second:
        return _said(f"{int(hour)} hours {int(minute)} minutes {int(second)} seconds")
    if half and minute == "00":
        return f"{cardinal(str(int(hour)), _EN)}{behind}"
    if minute == "00" and int(hour) > 12:
        return f"{cardinal(hour, _EN)} hundred"
    said = read(f"{int(hour)}:{minute}", _EN) or f"{cardinal(hour, _EN)} {cardinal(minute, _EN)}"
    return f"{said}{behind}"


def _fraction(found: re.Match[str]) -> str | None:
    whole, above, below = found.groups()
    if int(above) >= int(below):
        return None
    one = "a" if whole else "one"
    part = "half" if below == "2" else "quarter" if below == "4" else _PARTS[int(below) - 3]
    said = f"{one} {part}" if above == "1" else f"{cardinal(above, _EN)} {part}s"
    return f"{cardinal(whole, _EN)} and {said}" if whole else said


def _vulgar(found: re.Match[str]) -> str:
    whole, sign = found.groups()
    return f"{cardinal(whole, _EN)} and {VULGAR[sign]}" if whole else VULGAR[sign].replace("a ", "one ")


def _roman(found: re.Match[str]) -> str:
    before, letters = found.groups()
    values = [_ROMAN[letter] for letter in letters]
    following = [*values[1:], 0]
    number = str(sum(-value if value < after else value for value, after in zip(values, following, strict=True)))
    return f"{before} {cardinal(number, _EN)}" if before in COUNTED else f"{before} the {ordinal(number, _EN)}"


def _abbreviation(found: re.Match[str]) -> str:
    stop = "." if found["last"] is not None else ""  # which was that of the sentence, too
    return f"{ABBREVIATIONS[found[1]]}{stop}"


def _days(found: re.Match[str]) -> str:
    return f"{SHORT_MONTHS.get(found[1], found[1])} {ordinal(found[2], _EN)}"


def _to(found: re.Match[str]) -> str:
    return " to "


def _either(words: Iterable[str]) -> str:
    return "|".join(map(re.escape, words))


def _constant(said: str) -> _Say:
    return lambda found: said


_YEAR = (re.compile(r"(?<![\w.,$€£#-])(?:1[1-9]|20)\d\d(?![\w,]\d|[\w%]|\.\d)"), _year)
_NUMBERS: tuple[_Place, ...] = (
    (re.compile(r"(?<![\w.,])(\d+)(?:st|nd|rd|th)\b"), lambda found: ordinal(found[1], _EN)),
    _YEAR,
    (re.compile(r"(?<![\w.])\d+(?:\.\d+){2,}(?!\w)"), lambda f: " point ".join(map(plain, f[0].split(".")))),
    (re.compile(r"(?<!\w)[-−](\d[\d,]*(?:\.\d+)?)(?!\w)"), _signed),
    (re.compile(r"(?<![\w.])\.(\d+)(?!\w)"), lambda found: f"point {digits(found[1], _EN)}"),
    (re.compile(_NUMBER), _number),
)
_MONTH_NAMES = "|".join((*MONTHS, *SHORT_MONTHS))
_PLACES: tuple[_Place, ...] = (
    (re.compile(r"(?<![\w@.-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}(?<![-_])"), _web),
    (re.compile(r"(?<![\w.@])(?:https?://|www\.)[\w-]+(?:\.[\w-]+)+(?:/[\w./?-]*\w)?"), _web),
    (re.compile(rf"(?<![\w.@-])[a-z0-9][\w-]{{0,62}}(?:\.[\w-]{{1,63}}){{0,4}}\.(?:{TLDS})\b(?:/[\w./?-]*\w)?"), _web),
    (re.compile(r"(?<![\w.,])\+\d{1,3}(?:[ .-]?\(?\d{1,4}\)?){2,5}(?!\w)"), _digits),
    (re.compile(r"(?<![\w.,-])(?:1[-. ])?\(?\d{3}\)?[-. ]\d{3}[-. ]\d{4}(?![\w-])"), _digits),
    (re.compile(r"(?<![\w.,-])(?<!\d )\d{3}[- ]\d{4}(?![\w-]|[.,]\d| \d)"), _digits),
    (re.compile(r"(?<![\w.,-])\d{1,12}(?:-\d{1,12}){3,}(?![\w-])"), _digits),
    (re.compile(r"(?<![\w.,])0\d{1,4}(?: \d{2,5}){1,4}(?![\w]|[.,]\d| \d)"), _digits),
    (re.compile(r"(?<=\bcall )911\b|(?<=\bdial )911\b", re.IGNORECASE), _digits),
    (re.compile(r"(?<![\w.,])([$€£])(\d{1,9}) ?[-–] ?\$?(\d{1,9})(?![\w,]|\.\d)"), spread),
    (
        re.compile(
            rf"(?<![\w.,])(?:(?:US)?(?P<sign>[$€£¥₹]) ?(?=\d)|(?=[\d,.]+ ?[A-Z]{{3}}\b))(?P<amount>{_NUMBER})"
            r"(?: ?(?P<scale>million|billion|trillion|thousand|bn|[kKmMB])\b)?"
            rf"(?(sign)| ?(?P<code>{'|'.join(CODES)})\b)"
        ),
        money,
    ),
    (re.compile(rf"{_ALONE}(?P<amount>{_NUMBER}) ?(?P<sign>[€$£])(?P<scale>)(?!\w)"), money),
    (re.compile(rf"{_ALONE}(\d+) ?¢"), lambda found: f"{plain(found[1])} {plural('cent', found[1])}"),
    (
        re.compile(
            r"(?<![\w.:,])(?P<hour>\d{1,2})(?::(?P<minute>\d\d)(?::(?P<second>\d\d))?)?"
            r"(?: ?(?P<half>[ap]\.m(?:\.(?=,?\s+[a-z]|[-–]\d))?|[AaPp][Mm]\b))?(?![\w:])"
        ),
        _time,
    ),
    (re.compile(rf"{_ALONE}(\d{{1,3}}) ?: ?(\d{{1,3}})(?![\w:])"), lambda f: f"{plain(f[1])} to {plain(f[2])}"),
    (re.compile(rf"\b({_MONTH_NAMES})\.? (\d{{1,2}})(?:st|nd|rd|th)?\b(?![:%]|\.\d)"), _days),
    (
        re.compile(rf"{_ALONE}(\d{{1,2}}) ({_MONTH_NAMES})\b"),
        lambda f: f"the {ordinal(f[1], _EN)} of {SHORT_MONTHS.get(f[2], f[2])}",
    ),
    (re.compile(r"(?<![\w.,$€£])((?:1[1-9]|20)\d0)['’]?s\b"), _decade),
    (
        re.compile(r"(?:(?<=\b[Tt]he )|(?<=\b[Ll]ate )|(?<=\b[Ee]arly )|(?<=\b[Mm]id-)|(?<!\w)['’])(\d0)['’]?s\b"),
        _decade,
    ),
    (re.compile(rf"{_ALONE}({_NUMBER})(?: ?[x×] ?(?:{_NUMBER})){{1,3}}(?!\w)"), _by),
    (re.compile(rf"{_ALONE}([-−]?(?:{_NUMBER})) ?in\.(?=\s+[a-z])"), lambda f: f"{_said(f[1])} inches"),
    (re.compile(rf"{_ALONE}(\d)['′](\d{{1,2}})(?:[\"″”]|'')"), lambda f: _said(f"{f[1]} feet {f[2]} inches")),
    (re.compile(rf"(?:(?<![\w.,/-])|(?<=\d[-–]))({_NUMBER}) ?({'|'.join(UNITS)})\b(?:\.(?=\s+[a-z]))?"), _unit),
    (re.compile(rf"{_ALONE}(-?(?:{_NUMBER})) ?({_MEASURES})(?!\w)(?:\.(?=\s+[a-z]))?"), _unit),
    (re.compile(rf"{_ALONE}(-?(?:{_NUMBER})) ?([{_SQUARED}])"), _unit),
    (re.compile(r"(?<![\w.,/])(?:(\d+) )?(\d{1,2})/([2-9]|10)(?![\w/]|[.,]\d)"), _fraction),
    (re.compile(rf"(?<![\w.,/])(?:(\d+) ?)?([{''.join(VULGAR)}])"), _vulgar),
    (re.compile(rf"\b({'|'.join(COUNTED)}|[A-Z][a-z]+) ([IVXLC]{{2,}}|V)\b(?!\.\w|')"), _roman),
    (re.compile(r"(?<=of )'(\d\d)\b"), lambda found: cardinal(found[1], _EN)),
    (re.compile(rf"(?<![\w.])({_either(BEFORE_NUMBERS)})(?=\s+\d)"), lambda found: BEFORE_NUMBERS[found[1]]),
    (re.compile(r"(?<![a-z] )(?<![\w.])St\.(?=\s+[A-Z])"), _constant("Saint")),
    (re.compile(rf"(?<![\w.])({_either(ABBREVIATIONS)})(?:(?P<last>\s*\Z)|(?=[\s,;:)\]\"”]))"), _abbreviation),
    (re.compile(r"(?<=\d)[-–](?=\d+(?:[.,]\d+)*(?:\W|$))"), _to),
    (re.compile(r"(?<=\d[%])[-–](?=\d)|(?<=[ap]m)[-–](?=\d)|(?<=[ap]\.m\.)[-–](?=\d)"), _to),
    (re.compile(r"(?<=\d) ?%"), _constant(" percent")),
    (re.compile(r"(?<=\d)/(?=\d)"), _constant(" ")),
    (re.compile(r"(?<=\d)\+(?!\w)"), _constant(" plus")),
    (re.compile(r"(?<=[A-Z])\+\+(?!\w)"), _constant(" plus plus")),
    *((re.compile(pattern), _constant(said)) for pattern, said in SYMBOLS),
    *_NUMBERS,
)
