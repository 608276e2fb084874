"""What is said elsewise than it is written in languages beside English: numbers by num2words, Chinese by wetext."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tts.text.normalize.grammars import read
from tts.text.normalize.numbers import cardinal, money, ordinal, year
from tts.text.normalize.places import apart
from tts.text.said import Edit, merged

_NUMBER = r"\d{1,3}(?:[.\u00a0\u202f’ ]\d{3})+(?:,\d+)?(?!\d)|\d+(?:[.,]\d+)?"
_GROUPED = re.compile(r"\d{1,3}(?:[.\u00a0\u202f’ ]\d{3})+(?:,\d+)?")
_ANY = re.compile(rf"(?:(?<!\w)[-−])?(?:{_NUMBER})")
_TIME = re.compile(r"(?<![\w.:,])(\d{1,2})[:h](\d\d)(?![\w:])(?: Uhr\b)?")
_HOURS = {"de": " Uhr ", "fr": " heures "}
_DATE = re.compile(r"(?<![\w.,])(\d{1,2})\.(\d{1,2})\.(\d{4})(?![\w]|[.,]\d)")
_PERCENT = re.compile(r"(?<=\d)[ \u00a0\u202f]?%")
_CURRENCIES = {"€": "EUR", "EUR": "EUR", "$": "USD", "USD": "USD", "£": "GBP", "zł": "PLN"}
_SIGNS = "|".join(map(re.escape, _CURRENCIES))
_MONEY = re.compile(
    rf"(?<![\w.,])(?:(?P<before>{_SIGNS}) ?)?(?P<amount>{_NUMBER})(?(before)|\s?(?P<behind>{_SIGNS})(?!\w))"
)
_ORDINALS = {
    "de": re.compile(
        r"(?<![\w.,])(\d{1,2})\.(?= (?:Januar|Jänner|Februar|März|April|Mai|Juni|Juli|August|Sept|Okt|Nov|Dez|Jahrh))"
    ),
    "fr": re.compile(r"(?<![\w.,])(\d{1,4})(?:er|re|ère|e|ème)\b"),
    **dict.fromkeys(("es", "it", "pt"), re.compile(r"(?<![\w.,])(\d{1,4})\.?([ºª°])(?!C)")),
}
_PERCENTS = {
    "de": "Prozent", "fr": "pour cent", "es": "por ciento", "it": "per cento", "pt": "por cento", "pl": "procent",
    "nl": "procent", "cs": "procent", "da": "procent", "sv": "procent", "no": "prosent", "fi": "prosenttia",
    "hu": "százalék", "ro": "la sută", "ru": "процентов", "sk": "percent", "uk": "відсотків",
}  # fmt: skip
_YEAR = re.compile(r"(?<![\w.,-])1[1-9]\d\d(?![\w%]|[.,]\d| ?[€$£])")  # as people say it in German alone
_HAN = r"\u4e00-\u9fff"
_CLAUSE = re.compile(rf"[{_HAN}]{{0,6}}[^\s{_HAN}，。！？；、“”（）《》\d]{{0,4}}\d[^\s，。！？；、“”（）《》]{{0,40}}")
_HAN_DIGITS = "零一二三四五六七八九"  # for what wetext can't read
_DIGIT = re.compile(r"\d")


def edits(text: str, language: str) -> tuple[Edit, ...]:
    """Return what is said elsewise, in order; the digits of `text` are ASCII's."""
    return merged(_chinese(text), _han_digits(text)) if language == "zh" else merged(*_layers(text, language))


def _layers(text: str, language: str) -> Iterator[list[Edit]]:
    yield [Edit(*found.span(), _date(found, language)) for found in _DATE.finditer(text)]
    pattern = _ORDINALS.get(language)
    if pattern is not None:
        yield [apart(Edit(*found.span(), _ordinal(found, language)), text) for found in pattern.finditer(text)]
    sums = ((found, _money(found, language)) for found in _MONEY.finditer(text))
    yield [apart(Edit(*found.span(), said), text) for found, said in sums if said]
    if language == "de":
        yield [Edit(*found.span(), year(found[0], language)) for found in _YEAR.finditer(text)]
    percent = _PERCENTS.get(language)
    if percent is not None:
        yield [Edit(*found.span(), f" {percent}") for found in _PERCENT.finditer(text)]
    yield [Edit(*found.span(), _time(found, language)) for found in _TIME.finditer(text)]
    numbers = ((found, cardinal(_bare(found[0]), language)) for found in _ANY.finditer(text))
    yield [apart(Edit(*found.span(), said), text) for found, said in numbers]


def _date(found: re.Match[str], language: str) -> str:
    day, month, in_year = (str(int(part)) for part in found.groups())
    if language == "de":
        return f"{ordinal(day, language)}n {ordinal(month, language)}n {year(in_year, language)}"
    return " ".join(cardinal(part, language) for part in (day, month, in_year))


def _time(found: re.Match[str], language: str) -> str:
    hour, minute = (cardinal(str(int(part)), language) for part in found.groups())
    if language == "de" and hour == "eins":
        hour = "ein"
    return f"{hour}{_HOURS.get(language, ' ')}{minute if int(found[2]) else ''}".rstrip()


def _ordinal(found: re.Match[str], language: str) -> str:
    said = ordinal(found[1], language)
    if language == "de":
        return f"{said}n"  # am dritten Mai
    feminine = language != "fr" and found[2] == "ª"
    return re.sub(r"o\b", "a", said) if feminine else said


def _money(found: re.Match[str], language: str) -> str | None:
    amount = _bare(found["amount"]).replace(",", ".")
    whole, _, part = amount.partition(".")
    if len(part) not in (0, 2) or len(whole) > 12:
        return None
    return money(amount, _CURRENCIES[found["before"] or found["behind"]], language)


def _bare(number: str) -> str:
    """Return a number without what groups its thousands."""
    sign = number[:1] if number[0] in "-−" else ""
    rest = number[len(sign) :]
    return sign + (re.sub(r"[.\u00a0\u202f’ ]", "", rest) if _GROUPED.fullmatch(rest) else rest)


def _chinese(text: str) -> Iterator[Edit]:
    for found in _CLAUSE.finditer(text):
        said = read(found[0], "zh")
        if said is not None and said != found[0]:
            yield _smallest(Edit(*found.span(), said), found[0])


def _han_digits(text: str) -> Iterator[Edit]:
    for found in _DIGIT.finditer(text):
        yield Edit(*found.span(), _HAN_DIGITS[int(found[0])])


def _smallest(edit: Edit, written: str) -> Edit:
    """Return an edit without the characters at both ends that stay as they are."""
    said = edit.said
    most = min(len(written), len(said)) - 1
    first = next((at for at in range(most) if written[at] != said[at]), most)
    last = next((at for at in range(most - first) if written[-1 - at] != said[-1 - at]), most - first)
    return Edit(edit.start + first, edit.end - last, said[first : len(said) - last])
