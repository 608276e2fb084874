"""Languages that a request may name, and the one that a text is read in."""

from __future__ import annotations

import unicodedata
from collections import Counter


def _words(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


# ISO 639 codes that Whisper transcribes, which is all that voices and texts are known to come in.
LANGUAGES = _words(
    "af am ar as az ba be bg bn bo br bs ca cs cy da de el en es et eu fa fi fo fr gl gu ha haw he hi hr ht hu hy id is"
    " it ja jw ka kk km kn ko la lb ln lo lt lv mg mi mk ml mn mr ms mt my ne nl nn no oc pa pl ps pt ro ru sa sd si sk"
    " sl sn so sq sr su sv sw ta te tg th tk tl tr tt uk ur uz vi yi yo yue zh"
)
READ = _words("cs da de en es fi fr hu it nl no pl pt ro ru sk sv tr uk zh")  # languages whose numbers are spelt out
_AUTO = "auto"
_BRITISH = _words("gb uk au nz ie za in")  # regions that write the day before the month
_SCRIPTS = {"CJK": "zh"}  # and what a text in them is taken for

_COMMON = {  # words by which a text in Latin letters is known
    "en": _words("the and of to in is was that it he she with for on are you this not have i his at be had but they"),
    "de": _words(
        "der die und das ist nicht ein eine zu den mit sich auf für von dem des im auch es ich wir sie er war"
    ),
    "fr": _words("le la les et des est une du que qui dans pour pas sur il elle au avec ce nous vous je plus à un"),
    "es": _words("el los las y que en es una por con para del se lo su no al más pero como está hay fue muy un"),
    "it": _words("il che di è una per con non del della sono gli le si ha al dal nel più ma anche i lo come un"),
    "pt": _words("o os as e que em uma para com não do da dos das no na se mais por foi é ao seu mas um"),
    "pl": _words("i w na z się nie że jest do to o jak po za ale od był była dla tak już co przez są przy"),
}


_NAMES = {  # and letters, as Kokoro calls them
    **dict.fromkeys(("english", "a"), "en"),
    **dict.fromkeys(("chinese", "mandarin", "cn", "z"), "zh"),
    **dict.fromkeys(("german", "deutsch"), "de"),
    **dict.fromkeys(("spanish", "e"), "es"),
    **dict.fromkeys(("french", "f"), "fr"),
    **dict.fromkeys(("hindi", "h"), "hi"),
    **dict.fromkeys(("italian", "i"), "it"),
    **dict.fromkeys(("japanese", "jp", "j"), "ja"),
    **dict.fromkeys(("portuguese", "p"), "pt"),
    "polish": "pl",
    "b": "en-GB",
}


def advice(tag: str) -> str:
    """Return what to send instead of a language that isn't known."""
    if tag.lower() in _NAMES:
        return f'send "{_NAMES[tag.lower()]}"'
    return f"send one of {', '.join(sorted(LANGUAGES))}"


def base(tag: str) -> str:
    """Return the language of a tag: `en` of `en-US`."""
    return tag.replace("_", "-").partition("-")[0].lower()


def spoken(tag: str | None) -> str | None:
    """Return the language that a request's tag means, without its region; None: it is to be found."""
    return None if tag is None or tag.lower() == _AUTO else base(tag)


def is_known(tag: str) -> bool:
    """Tell whether a tag names a language that a request may have; `auto` is the same as none."""
    return base(tag) in LANGUAGES or tag.lower() == _AUTO


def reader(tag: str | None, text: str) -> str | None:
    """Return the normaliser's name for a text's language; None: it has none for it.

    Without a tag the script decides, and in Latin letters the commonest words; without any it is English.
    """
    if tag is None or spoken(tag) is None:
        script = _script(text)
        tag = _latin(text) if script == "LATIN" else _SCRIPTS.get(script, "")
    if base(tag) not in READ:
        return None
    if base(tag) != "en":
        return base(tag)
    regions = tag.replace("_", "-").lower().split("-")[1:]
    return "en-gb" if _BRITISH.intersection(regions) else "en-us"


def _latin(text: str) -> str:
    words = Counter(text.lower().split())
    return max(_COMMON, key=lambda language: sum(words[word] for word in _COMMON[language]))


def _script(text: str) -> str:
    """Return the script of most letters, as Unicode names it; kana are more than the Han characters among them."""
    if text.isascii():
        return "LATIN"
    scripts = Counter(unicodedata.name(letter, "?").split()[0] for letter in text if letter.isalpha())
    if scripts["HIRAGANA"] or scripts["KATAKANA"]:
        return "HIRAGANA"
    return scripts.most_common(1)[0][0] if scripts else "LATIN"
