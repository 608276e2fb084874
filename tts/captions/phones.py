"""A word to the phones of PocketSphinx's English model: its dictionary, else the spelling taken for phones.

Any phones will do that are near: measured against espeak-ng's own times, a word spelt letter by letter is found as well
in German, Spanish, French, Italian, Polish and Russian as one transcribed by a phonemizer (docs/captions.md).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence

_PARTS = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_KANA = re.compile(r"[\u3040-\u30ff]")
_SILENT = re.compile(r"(?<=[^\W\d_]{2})[estdxpz]+$")  # what French doesn't say at the end of a word
_ENGLISH_FROM = 0.7  # share of words that the dictionary knows, where no language is named


Table = dict[str, tuple[str, ...]]  # letters to phones


def _table(pairs: str) -> Table:
    """Read `letters=PHONE+PHONE` pairs."""
    split = (pair.split("=") for pair in pairs.split())
    return {letters: tuple(filter(None, phones.split("+"))) for letters, phones in split}


LETTERS = _table(
    "a=AA b=B c=K d=D e=EH f=F g=G h=HH i=IH j=JH k=K l=L m=M n=N o=AO p=P q=K r=R s=S t=T u=UW v=V w=W x=K+S y=IY"
    " z=Z ß=S æ=AE ø=ER œ=ER ł=W ð=DH þ=TH đ=D ı=IH ə=AH ŋ=NG"
    " sch=SH sh=SH ch=CH th=TH ph=F ck=K qu=K+W ee=IY oo=UW ou=UW ng=NG tz=T+S"
    # Cyrillic; й and ё come apart into и and е with their marks, which fall away
    " а=AA б=B в=V г=G д=D е=EH ж=ZH з=Z и=IY к=K л=L м=M н=N о=AO п=P р=R с=S т=T у=UW ф=F х=HH ц=T+S ч=CH ш=SH щ=SH"
    " ъ= ы=IH ь= э=EH ю=Y+UW я=Y+AA і=IY є=Y+EH ґ=G ј=Y љ=L+Y њ=N+Y ћ=CH ђ=JH џ=JH ѕ=D+Z"
    # Greek
    " α=AA β=V γ=G δ=DH ε=EH ζ=Z η=IY θ=TH ι=IY κ=K λ=L μ=M ν=N ξ=K+S ο=AO π=P ρ=R σ=S ς=S τ=T υ=IY φ=F χ=HH ψ=P+S"
    " ω=AO ου=UW αι=EH ει=IY οι=IY μπ=B ντ=D"
)
LANGUAGES = {  # where letters stand for other sounds than in most
    "de": LETTERS
    | _table("ch=HH w=V v=F z=T+S j=Y ei=AY ai=AY eu=OY au=AW ie=IY st=SH+T sp=SH+P th=T tsch=CH ig=IH+K"),
    "fr": LETTERS
    | _table(
        "ch=SH j=ZH ge=ZH gi=ZH+IY ce=S ci=S+IY qu=K gn=N+Y au=OW eau=OW ai=EH ei=EH oi=W+AA eu=ER oeu=ER œu=ER h="
        " an=AA am=AA en=AA em=AA in=AE on=AO om=AO eil=EH+Y eill=EH+Y ail=AA+Y aill=AA+Y ill=IY+Y e=AH u=Y+UW"
    ),
}
PINYIN = LETTERS | _table("zh=JH x=SH q=CH c=T+S z=Z r=R ü=UW v=UW h=HH ng=NG e=AH")

Lookup = Callable[[str], str | None]  # a word to its phones in the dictionary, separated by blanks


def spellers(spoken: Sequence[str], language: str | None, lookup: Lookup) -> tuple[Callable[[str], list[str]], ...]:
    """Return ways to spell what is said, the best first: each gives the phones of every part of a word.

    A word without any phones gives an empty list: digits and letters of scripts without a table.

    Args:
        spoken: all words of the request, from which the language is seen where none is named.
        language: such as `en` or `pt-BR`.
        lookup: PocketSphinx's dictionary of English.
    """
    named = (language or "").lower().replace("_", "-").partition("-")[0]
    table = LANGUAGES.get(named, LETTERS)
    chinese = named in ("zh", "cmn") or not (named or any(map(_KANA.search, spoken)))

    def spelt(word: str) -> list[str]:
        return _spelt_parts(word, table, chinese)

    def clipped(word: str) -> list[str]:
        return _spelt_parts(" ".join(_SILENT.sub("", part) for part in _parts(word)), table, chinese)

    def looked_up(word: str) -> list[str]:
        found = [lookup(part.replace("’", "'")) for part in _parts(word)]
        by_letters = _spelt_parts(word, table, chinese)
        if len(found) != len(by_letters):  # a part without phones
            return by_letters
        return [phones or letters for phones, letters in zip(found, by_letters, strict=True)]

    if named == "en" or (not named and _is_english(spoken, lookup)):
        return looked_up, spelt
    return (clipped, spelt) if named == "fr" else (spelt, clipped)


def _is_english(spoken: Sequence[str], lookup: Lookup) -> bool:
    parts = [part for word in spoken for part in _parts(word) if part.isascii()]
    known = sum(lookup(part) is not None for part in parts)
    return bool(parts) and known >= _ENGLISH_FROM * len(parts)


def _parts(word: str) -> list[str]:
    return _PARTS.findall(word.lower())


def _spelt_parts(word: str, table: Table, chinese: bool) -> list[str]:
    if _HAN.search(word):
        return [phones for syllable in _pinyin(word) if (phones := spell(syllable, PINYIN))] if chinese else []
    return [phones for part in _parts(word) if (phones := spell(part, table))]


def _pinyin(word: str) -> list[str]:
    from pypinyin import lazy_pinyin  # loads its dictionaries, so only where there is Chinese

    return lazy_pinyin(word)


def spell(word: str, table: Table) -> str:
    """Return a word's letters as phones, longest group of letters first; of a letter that no table has, none."""
    bare = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", word).lower())
    letters = "".join(letter for letter in bare if unicodedata.category(letter) != "Mn")
    phones: list[str] = []
    at = 0
    while at < len(letters):
        group = next(
            (letters[at : at + size] for size in (4, 3, 2, 1) if letters[at : at + size] in table), letters[at]
        )
        phones += (phone for phone in table.get(group, ()) if phones[-1:] != [phone])  # a doubled letter is one phone
        at += len(group)
    return " ".join(phones)
