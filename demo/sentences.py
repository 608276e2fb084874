"""Sentences of a small grammar: a vocabulary of 111 words, and more sentences than can be heard.

The words of `test_input.json` and of the README's examples are among them.
"""

from __future__ import annotations

from random import Random

SHIPPED = ("Sarah sees four blue houses.", "Two red cats sit under the old tree.", "Two red cats.")
SHORTEST, LONGEST = 16, 44  # characters of a sentence
_NAMES = ["Sarah", "Tom", "Anna", "Peter", "Mary", "Ben"]
_NUMBERS = ["two", "three", "four", "five", "six", "ten"]
_OWNERS = ["the", "my", "our", "her", "his"]
_COLOURS = ["red", "blue", "green", "white", "black"]
_KINDS = ["old", "new", "big", "small", "little", "happy"]
_ANIMALS = {"cat": "cats", "dog": "dogs", "bird": "birds", "horse": "horses"}
_LIVING = {**_ANIMALS, "girl": "girls", "boy": "boys"}
_THINGS = {"house": "houses", "tree": "trees", "boat": "boats", "door": "doors", "book": "books", "car": "cars"}
_PLACES = ["tree", "house", "river", "garden", "table", "street", "school", "water", "hill"]
_WHERE = ["under", "near", "behind", "in", "on", "by"]
_DOING = {"sits": "sit", "runs": "run", "sleeps": "sleep", "plays": "play", "stands": "stand", "waits": "wait"}
_ACTING = {"sees": "see", "likes": "like", "finds": "find", "has": "have", "wants": "want", "takes": "take"}
_WHEN = ["today", "now", "again", "every day", "at night", "this morning"]
_OPENINGS = ["Hello", "Good morning", "Thank you", "Yes"]


def sentence(random: Random) -> str:
    """Return a sentence of `SHORTEST` to `LONGEST` characters with its full stop."""
    forms, shares = zip(*_FORMS, strict=True)
    while True:
        words = random.choices(forms, shares)[0](random)
        text = words[0].upper() + words[1:] + "."
        if SHORTEST <= len(text) <= LONGEST:
            return text


def sentences(count: int, seed: str, without: frozenset[str] = frozenset()) -> list[str]:
    """Return different sentences, the same for the same seed, none of them in `without`."""
    random, found = Random(seed), {}
    while len(found) < count:
        text = sentence(random)
        if text not in without:
            found[text] = None
    return list(found)


def held_out_sentences(count: int = 200) -> list[str]:
    """Return the sentences of the grammar that no recording for training holds."""
    return sentences(count, "held out", frozenset(SHIPPED))


def _thing(random: Random, nouns: dict[str, str], *, single: float = 0.5) -> tuple[str, bool]:
    """Return a noun with what stands before it, and whether it is one."""
    noun = random.choice(list(nouns))
    coloured = noun in _ANIMALS or noun in _THINGS
    described = random.choice(["", f"{random.choice(_KINDS)} ", f"{random.choice(_COLOURS if coloured else _KINDS)} "])
    if random.random() < single:
        return f"{random.choice(_OWNERS)} {described}{noun}", True
    return f"{random.choice(_NUMBERS + _NUMBERS + _OWNERS)} {described}{nouns[noun]}", False


def _who(random: Random) -> tuple[str, bool]:
    """Return who does something, and whether it is one."""
    kind = random.random()
    if kind < 0.35:
        return random.choice(_NAMES), True
    if kind < 0.45:
        return " and ".join(random.sample(_NAMES, 2)), False
    if kind < 0.55:
        return random.choice(["I", "we", "you"]), False
    return _thing(random, _LIVING)


def _where(random: Random) -> str:
    described = random.choice(["", "", *(f"{word} " for word in _KINDS + _COLOURS)])
    return f"{random.choice(_WHERE)} {random.choice(['the', 'the', *_OWNERS])} {described}{random.choice(_PLACES)}"


def _maybe(random: Random, share: float, words: str) -> str:
    return f" {words}" if random.random() < share else ""


def _does(random: Random) -> str:
    who, single = _who(random)
    verb = random.choice(list(_DOING))
    place = _where(random)
    return f"{who} {verb if single else _DOING[verb]} {place}{_maybe(random, 0.2, random.choice(_WHEN))}"


def _acts(random: Random) -> str:
    who, single = _who(random)
    verb = random.choice(list(_ACTING))
    what, _ = _thing(random, {**_THINGS, **_LIVING}, single=0.35)
    place, when = _where(random), random.choice(_WHEN)
    return f"{who} {verb if single else _ACTING[verb]} {what}{_maybe(random, 0.15, place)}{_maybe(random, 0.2, when)}"


def _is(random: Random) -> str:
    who, single = _thing(random, {**_THINGS, **_LIVING})
    how = random.choice(_KINDS)
    return f"{who} {'is' if single else 'are'} {random.choice([how, _where(random), f'{how} {random.choice(_WHEN)}'])}"


def _shows(random: Random) -> str:
    opening = random.choice(["", "", "", *(f"{word}, " for word in _OPENINGS)])
    what = random.choice([_thing(random, {**_THINGS, **_LIVING}, single=1)[0], "a test", "a small test", "my voice"])
    return f"{opening}{'This' if not opening else 'this'} is {what}{_maybe(random, 0.1, random.choice(_WHEN))}"


_FORMS = [(_does, 4), (_acts, 4), (_is, 1), (_shows, 2)]
