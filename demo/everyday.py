"""What people try first: everyday sentences, and numbers spelt out, which WordNet's glosses lack."""

from __future__ import annotations

from random import Random

_ONES = [
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
]  # fmt: skip
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_COUNTED = [
    "dollars", "people", "minutes", "hours", "days", "years", "miles", "pages", "words", "seconds", "pounds", "houses",
    "letters", "children", "percent of them", "times", "weeks", "students", "cars", "points",
]  # fmt: skip
_PARTS = {
    "{greet}": ["Hello", "Hi", "Good morning", "Good evening", "Welcome", "Thank you", "Okay", "Hey", "Thanks"],
    "{name}": [
        "Sarah", "Tom", "Anna", "Peter", "Mary", "Ben", "John", "Emma", "David", "Laura", "Michael", "Susan", "James",
        "Robert", "Alice", "George", "Julia", "Daniel", "Helen", "Mark", "Lucy", "Paul", "Jane", "Kate", "London",
    ],
    "{day}": [
        "today", "tomorrow", "tonight", "on Monday", "on Tuesday", "on Wednesday", "on Thursday", "on Friday",
        "on Saturday", "on Sunday", "in January", "in February", "in March", "in April", "in June", "in July",
        "in August", "in September", "in October", "in November", "in December", "next week", "this afternoon",
    ],
    "{thing}": [
        "voice", "model", "computer", "phone", "message", "story", "song", "picture", "letter", "speech", "test",
        "machine", "recording", "sound", "video", "question", "answer", "sentence", "language", "weather", "coffee",
        "dinner", "friend", "train", "music", "movie", "game", "program", "website", "server",
    ],
    "{good}": [
        "good", "great", "nice", "wonderful", "perfect", "beautiful", "strange", "easy", "difficult", "interesting",
        "important", "amazing", "terrible", "quite clear", "really fast", "very quiet", "almost ready", "too loud",
    ],
    "{do}": [
        "speak", "listen", "read this", "write it down", "call me", "help you", "go home", "wait here", "start again",
        "stop now", "try it", "hear me", "understand", "work on it", "talk about it", "come back", "sing a song",
        "buy some milk", "open the window", "close the door", "learn English", "clone a voice", "send a message",
    ],
}  # fmt: skip
_FORMS = [
    "{greet}, my name is {name}.", "{greet}, this is a {good} {thing}.", "{greet}, how are you {day}?",
    "How do you like the {thing}?", "What is the {thing} like {day}?", "I would like to {do}.", "Can you {do}, please?",
    "Could we {do} {day}?", "I don't want to {do}.", "It's {good}, isn't it?", "That sounds {good}, {name}.",
    "This is a {thing}, and it is {good}.", "My {thing} isn't {good} {day}.", "Let's {do} {day}.",
    "{name}, do you want to {do}?", "Please {do}, and then {do}.", "We will {do} {day}.", "She said it was {good}.",
    "They're going to {do} with {name}.", "I think that the {thing} is {good}.", "You shouldn't {do} {day}.",
    "If you {do}, I will {do}.", "Where did you put my {thing}?", "Who wants to {do}?", "When does the {thing} begin?",
    "Why is the {thing} so {good}?", "He can't {do}, because the {thing} is {good}.", "See you {day}, {name}!",
    "Did {name} tell you about the {thing}?", "Any {thing} can be {good}, if you {do}.", "What a {good} {thing}!",
]  # fmt: skip


def everyday(random: Random) -> str:
    """Return an everyday sentence."""
    text = random.choice(_FORMS)
    while "{" in text:
        part = text[text.index("{") : text.index("}") + 1]
        text = text.replace(part, random.choice(_PARTS[part]), 1)
    return text


def numbered(random: Random) -> str:
    """Return a sentence with a number in words."""
    count = spelt(random.choice([random.randrange(100), random.randrange(1000), random.randrange(100_000)]))
    year = f"{random.choice(['eighteen', 'nineteen', 'twenty'])} {_below_100(random.randrange(10, 100))}"
    counted, name = random.choice(_COUNTED), random.choice(_PARTS["{name}"])
    forms = [
        f"{count} {counted}.", f"There are {count} {counted}.", f"{name} has {count} {counted}, I think.",
        f"It was in {year}.", f"In {year}, {name} had {count} {counted}.", f"Is it {count}?",
        f"That makes {count} {counted}.", f"Call {' '.join(random.choices(_ONES[:10], k=random.randint(3, 7)))}.",
    ]  # fmt: skip
    text = random.choice(forms)
    return text[0].upper() + text[1:]


def spelt(number: int) -> str:
    """Return a number below a million in words."""
    if number < 100:
        return _below_100(number)
    size, name = (1000, "thousand") if number >= 1000 else (100, "hundred")
    rest = f" {spelt(number % size)}" if number % size else ""
    return f"{spelt(number // size)} {name}{rest}"


def _below_100(number: int) -> str:
    if number < len(_ONES):
        return _ONES[number]
    rest = f"-{_ONES[number % 10]}" if number % 10 else ""
    return _TENS[number // 10 - 2] + rest
