"""Sums of money in English."""

from __future__ import annotations

import re

from tts.text.normalize.numbers import cardinal

_COINS = {"$": ("dollar", "cent"), "€": ("euro", "cent"), "£": ("pound", "penny"), "¥": ("yen", ""), "₹": ("rupee", "")}
CODES = {"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥", "INR": "₹"}
_SCALES = {"k": "thousand", "K": "thousand", "m": "million", "M": "million", "bn": "billion", "B": "billion"}


def money(found: re.Match[str]) -> str:
    """Return a sum with its `sign` or `code`, `amount` and `scale`."""
    sign, amount, scale = found["sign"] or CODES[found["code"]], found["amount"], found["scale"]
    name, coin = _COINS[sign]
    if scale:
        return f"{plain(amount)} {_SCALES.get(scale, scale)} {plural(name, '2')}"
    whole, _, part = amount.partition(".")
    if len(part) != 2 or not coin:
        return f"{plain(amount)} {plural(name, amount)}"
    coins = f"{cardinal(str(int(part)), 'en')} {plural(coin, part)}"
    if whole == "0":
        return coins
    pounds = f"{plain(whole)} {plural(name, whole)}"
    return pounds if part == "00" else f"{pounds} and {coins}"


def plural(name: str, amount: str) -> str:
    """Return a coin's name as it stands behind an amount."""
    if amount in ("1", "01") or name == "yen":
        return name
    return "pence" if name == "penny" else f"{name}s"


def spread(found: re.Match[str]) -> str:
    """Return a sum from one amount to another."""
    return f"{plain(found[2])} to {plain(found[3])} {_COINS[found[1]][0]}s"


def plain(number: str) -> str:
    """Return a number that may have commas between its thousands."""
    return cardinal(number.replace(",", ""), "en")
