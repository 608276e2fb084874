"""Numbers as words, by num2words; imported for the first number, since it takes a quarter of a second."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

_CODES = {"en-us": "en", "en-gb": "en", "nn": "no"}  # where num2words has another name
_LACKING = {("it", "pointword"): "virgola", ("it", "negword"): "meno"}  # of its words
_MOST_DIGITS = 15  # longer ones are read digit by digit
_NUMBER = re.compile(r"([-−]?)(\d+)(?:[.,](\d+))?")


@lru_cache(4096)
def cardinal(number: str, language: str) -> str:
    """Return a number without marks between its digits, which may have a sign and a fraction: `-12.5`."""
    found = _NUMBER.fullmatch(number)
    if found is None:
        raise ValueError(f"this is no number: {number}")
    sign, whole, fraction = found.groups()
    words = [_whole(whole, language)]
    if sign:
        words.insert(0, _word("negword", language))
    if fraction:
        words += [_word("pointword", language), digits(fraction, language)]
    return " ".join(words)


@lru_cache(4096)
def ordinal(number: str, language: str) -> str:
    """Return the ordinal of a whole number; of one that is too long its digits."""
    return _said(number, "ordinal", language) if len(number) <= _MOST_DIGITS else digits(number, language)


@lru_cache(4096)
def year(number: str, language: str) -> str:
    """Return a year: `nineteen eighty-four`."""
    return _said(number, "year", language)


def digits(number: str, language: str) -> str:
    """Return every digit by itself."""
    return " ".join(_said(digit, "cardinal", language) for digit in number)


@lru_cache(1024)
def money(amount: str, currency: str, language: str) -> str | None:
    """Return an amount with a point before its hundredths; None: num2words lacks the currency in this language."""
    from num2words import num2words

    try:
        said = num2words(float(amount), to="currency", currency=currency, lang=_code(language))
        unit = _converter(language).pluralize(int(amount.partition(".")[0]), _forms(currency, language))
    except (NotImplementedError, KeyError, ValueError, TypeError, OverflowError, AttributeError):
        return None
    if "." not in amount and unit in said:
        said = said[: said.index(unit) + len(unit)]  # without the "and zero cents" behind it
    return " ".join(said.replace(",", "").split())


def _forms(currency: str, language: str) -> tuple[str, ...]:
    forms: tuple[tuple[str, ...], ...] = _converter(language).CURRENCY_FORMS[currency]
    return forms[0]


def _whole(number: str, language: str) -> str:
    long = len(number) > _MOST_DIGITS or (number[0] == "0" and len(number) > 1)
    return digits(number, language) if long else _said(number, "cardinal", language)


@lru_cache(4096)
def _said(number: str, kind: str, language: str) -> str:
    from num2words import num2words

    return " ".join(num2words(int(number), to=kind, lang=_code(language)).replace(",", "").split())


def _converter(language: str) -> Any:
    from num2words import CONVERTER_CLASSES

    return CONVERTER_CLASSES[_code(language)]


def _word(name: str, language: str) -> str:
    word = _LACKING.get((language, name)) or getattr(_converter(language), name)
    return (word if isinstance(word, str) else word[-1]).strip()


def _code(language: str) -> str:
    return _CODES.get(language, language)
