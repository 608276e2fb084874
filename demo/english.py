"""Running English of an open vocabulary: examples and glosses of WordNet 3.0 (Debian's wordnet-base), and questions.

Held out, so that no training text holds them: one word in 40 by its hash, the commonest excepted, with every text
that has it; and `HELD_OUT_TEXTS` texts of the other words.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from functools import cached_property
from hashlib import md5
from itertools import accumulate
from pathlib import Path
from random import Random

WORDNET = Path("/usr/share/wordnet")
SHORTEST, LONGEST = 16, 90  # characters of a text
_PHRASE = 44  # characters of the longest phrase
_COMMON = 2500  # words that are never held out
_ONE_IN = 40  # words are held out
_ONE_TEXT_IN = 400  # texts are held out
_RAREST = 2  # times that a word must occur to be used
_EVENNESS = 0.35  # power of a word's frequency by which the commoner one is drawn more rarely
_LONG = 0.3  # share of texts longer than a phrase
_ASKING = [
    "Is it", "Was it", "Is this", "What is", "What about", "Where is", "Who has", "Have you got", "Have you seen",
    "Did you find", "Do you want", "Do you know", "Can you see", "Would you like", "Why not", "How about",
]  # fmt: skip
_OPENING = ["Yes", "No", "Well", "Now", "Oh", "Then", "However", "Of course", "In fact", "At last", "Please", "Sorry"]


def words(text: str) -> list[str]:
    """Return the words of a text, lower case."""
    return re.findall(r"[a-z']+", text.lower())


def _hash(text: str) -> int:
    return int(md5(text.encode(), usedforsecurity=False).hexdigest(), 16)


class English:
    """All texts, and how they are drawn."""

    def __init__(self, folder: Path = WORDNET) -> None:
        entries = list(_entries(folder))
        texts = dict.fromkeys(text for entry in entries for text in _texts(entry))
        self.counts = Counter(word for text in texts for word in set(words(text)))
        common = {word for word, _ in self.counts.most_common(_COMMON)}
        self._unheard = {word for word in self.counts if _hash(word) % _ONE_IN == 0 and len(word) > 2} - common
        usual = [text for text in texts if min(self.counts[word] for word in words(text)) >= _RAREST]
        self.new_words = [text for text in usual if self._unheard.intersection(words(text))]
        seen = [text for text in usual if not self._unheard.intersection(words(text))]
        self.new_texts = [text for text in seen if _hash(text.lower()) % _ONE_TEXT_IN == 0]
        self._by_length: dict[int, list[str]] = defaultdict(list)
        for text in seen:
            if _hash(text.lower()) % _ONE_TEXT_IN:
                self._by_length[len(text)].append(text)

    def unheard(self, text: str) -> list[str]:
        """Return the held-out words of a text."""
        return [word for word in words(text) if word in self._unheard]

    def draw(self, random: Random) -> str:
        """Return a text for training: lengths are equally likely, rare words likelier than they occur."""
        low, high = (_PHRASE + 1, LONGEST) if random.random() < _LONG else (SHORTEST, _PHRASE)
        length = random.choice([length for length in range(low, high + 1) if self._by_length[length]])
        return random.choices(self._by_length[length], cum_weights=self._weights[length])[0]

    @cached_property
    def _weights(self) -> dict[int, list[float]]:
        return {
            length: list(accumulate(self._weight(text) for text in texts)) for length, texts in self._by_length.items()
        }

    def _weight(self, text: str) -> float:
        """Return the mean of its words' frequencies to the power of -0.35."""
        rarities = [self.counts[word] ** -_EVENNESS for word in words(text)]
        return sum(rarities) / len(rarities)


def _entries(folder: Path) -> Iterator[str]:
    """Yield what WordNet says of every meaning: gloss and quoted examples."""
    for kind in ("noun", "verb", "adj", "adv"):
        for line in (folder / f"data.{kind}").read_text("latin-1").splitlines():
            if not line.startswith("  ") and " | " in line:
                yield line.partition(" | ")[2].strip()


def _texts(entry: str) -> Iterator[str]:
    """Yield sentences, phrases and questions of an entry, as they are said."""
    examples = re.findall(r'"([^"]+)"', entry)
    glosses = [part.strip() for part in re.sub(r'"[^"]*"?|\([^)]*\)', "", entry).split(";")]
    for part in [*examples, *glosses]:
        yield from _fitting(_sentence(part))
        pieces = re.split(r"[^A-Za-z' ]+", part)
        for piece in pieces if len(pieces) > 1 else []:
            yield from _fitting(_sentence(piece), _PHRASE)
    for gloss in glosses[:1]:
        if re.match(r"(a|an|the|some|any) ", gloss):
            yield from _fitting(f"{_ASKING[_hash(gloss) % len(_ASKING)]} {gloss.split(',')[0]}?")
    for example in examples[:1]:
        if _hash(example) % 6 == 0 and re.match(r"(he|she|they|we|it|the|this|that|I) ", example):
            yield from _fitting(_sentence(f"{_OPENING[_hash(example) // 6 % len(_OPENING)]}, {example}"))


def _sentence(part: str) -> str:
    """Return a part with a large first letter and a mark at its end."""
    part = " ".join(part.strip(" ,;:.'-").split())
    return part[:1].upper() + part[1:] + ("" if part.endswith(("?", "!")) else ".")


def _fitting(text: str, longest: int = LONGEST) -> Iterable[str]:
    """Yield a text if it has a fitting length, and marks and words that are said as they are written."""
    plain = re.fullmatch(r"[A-Z][a-z']*([,;:]? [A-Za-z][a-z']*(-[a-z]+)*)+[.?!]", text)
    if plain and SHORTEST <= len(text) <= longest and not re.search(r" '|' | (etc|vs|cf|eg|ie|esp) ", text):
        yield text
