"""`python -m bench.captions` prints how far the times of captions are from the truth, the table of docs/captions.md.

The truth is espeak-ng's: the events it gives with the sentences that it says. Needs libespeak-ng; takes a minute.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from itertools import accumulate, pairwise

import numpy as np
import soxr

from bench.espeak import Espeak, Spoken
from tts.captions.caption import timed
from tts.captions.words import Word, said
from tts.clock import SAMPLE_RATE, Samples

NOISE_DB = 20
TEXTS = {
    "en-us": (
        "The quick brown fox jumps over the lazy dog, and nobody in the village was surprised by it.",
        "Kubernetes restarts the workers whenever one of them stops answering for half a minute.",
        "She flew from Reykjavik to Bratislava, had breakfast at seven o'clock, and called her brother Zaphod.",
        "Don't forget that photosynthesis needs light, water, and a little patience.",
        "Add a pinch of cardamom to the dough before you put it into the oven.",
        "We were told that the train would leave on time; it left an hour later.",
        "If you ever come to our town, ask for the baker whose bread tastes of honey.",
        "Nothing in the report explains why the bridge was closed for eleven weeks.",
        "My neighbour's children, who are twins, have been learning the violin since spring.",
        "Three of the engineers wanted to rewrite it, two wanted to leave it as it was.",
        "The museum keeps its oldest maps in a dark room, far from the windows.",
        "Would you rather read the letter now, or wait until everybody has arrived?",
    ),
    "de": (
        "Der Zug nach Hamburg fährt heute leider eine halbe Stunde später ab.",
        "Wir haben gestern im Garten Kirschen gepflückt und daraus Marmelade gekocht.",
        "Niemand wusste, warum die Brücke elf Wochen lang gesperrt geblieben war.",
        "Bitte schließen Sie die Fenster, bevor Sie das Büro verlassen.",
    ),
    "es": (
        "El tren de Sevilla llegará con media hora de retraso por culpa de la lluvia.",
        "Mis vecinos aprenden a tocar la guitarra desde la primavera pasada.",
        "Nadie supo explicar por qué el puente estuvo cerrado tantas semanas.",
        "Si vienes a nuestro pueblo, pregunta por el panadero de la plaza.",
    ),
    "fr": (
        "Le train de Marseille arrivera avec une demi-heure de retard ce matin.",
        "Les enfants de ma voisine apprennent le violon depuis le printemps.",
        "Personne ne savait pourquoi le pont était resté fermé pendant des semaines.",
        "Ajoutez une pincée de sel avant de mettre la pâte au four.",
    ),
    "it": (
        "Il treno per Bologna partirà con mezz'ora di ritardo a causa della neve.",
        "I bambini della mia vicina studiano il violino dalla primavera scorsa.",
        "Nessuno sapeva spiegare perché il ponte fosse rimasto chiuso per settimane.",
        "Aggiungi un pizzico di sale prima di mettere l'impasto nel forno.",
    ),
    "pl": (
        "Pociąg do Krakowa przyjedzie dzisiaj pół godziny później niż zwykle.",
        "Dzieci mojej sąsiadki uczą się grać na skrzypcach od wiosny.",
        "Nikt nie wiedział, dlaczego most był zamknięty przez wiele tygodni.",
        "Proszę zamknąć okna, zanim państwo opuszczą biuro.",
    ),
    "ru": (
        "Поезд из Казани придёт сегодня на полчаса позже из-за снега.",
        "Дети моей соседки учатся играть на скрипке с прошлой весны.",
        "Никто не знал, почему мост так долго оставался закрытым.",
        "Добавьте немного соли, прежде чем поставить тесто в печь.",
    ),
    "cmn-latn-pinyin": (
        "今天早上我们坐火车去北京。",
        "他的女儿从春天开始学习音乐。",
        "没有人知道为什么大桥关了很久。",
        "请你在离开以前关上窗户。",
    ),
}
VOICES = {"en-us": ("en-us", "en-gb-x-rp+f3")}


def main() -> None:
    espeak = Espeak()
    print("| voice | words | starts median / p90, ms | ends median / p90, ms | estimated | CPU s/s |")
    print("|---|---|---|---|---|---|")
    for language, texts in TEXTS.items():
        for voice in VOICES.get(language, (language,)):
            spoken = [espeak.say(_readable(text, language), voice) for text in texts]
            for noise_db in (None, NOISE_DB):
                print(_row(voice, language, texts, spoken, noise_db), flush=True)


def _readable(text: str, language: str) -> str:
    """Return what espeak is given: Chinese as syllables, since Debian's voice misreads the characters."""
    if language != "cmn-latn-pinyin":
        return text
    from pypinyin import Style, lazy_pinyin

    return " ".join(lazy_pinyin(text, style=Style.TONE3, neutral_tone_with_five=True)).replace(" 。", ".")


def _row(voice: str, language: str, texts: Sequence[str], spoken: Sequence[Spoken], noise_db: int | None) -> str:
    starts, ends, estimated, words = [], [], 0, 0
    code = language.partition("-")[0].replace("cmn", "zh")
    sounds = [_noisy(soxr.resample(each.samples, each.rate, SAMPLE_RATE), noise_db) for each in spoken]
    edges = [0, *accumulate(map(len, sounds))]
    parts = [(said(text), *place) for text, place in zip(texts, pairwise(edges), strict=True)]
    began = time.process_time()
    found = iter(timed(np.concatenate(sounds), parts, code))  # sentence by sentence, as a request has its chunks
    cpu_s = time.process_time() - began
    for (part, first, _), truth in zip(parts, spoken, strict=True):
        for word, start_s, end_s in _matched([next(found) for _ in part], truth):
            words += 1
            estimated += word.estimated
            if not word.estimated:
                starts.append(abs(word.start_s - first / SAMPLE_RATE - start_s) * 1000)
                ends.append(abs(word.end_s - first / SAMPLE_RATE - end_s) * 1000)
    spread = " | ".join(f"{np.median(each):.0f} / {np.percentile(each, 90):.0f}" for each in (starts, ends))
    noisy = "" if noise_db is None else f", noise {noise_db} dB"
    return f"| {voice}{noisy} | {words} | {spread} | {estimated} | {cpu_s * SAMPLE_RATE / edges[-1]:.3f} |"


def _matched(found: Sequence[Word], truth: Spoken) -> Iterator[tuple[Word, float, float]]:
    """Yield the words with their true times; a word that espeak runs into the next one has none of its own."""
    places, at = [], 0
    units = truth.text.split()
    for unit in units:
        at = truth.text.index(unit, at)
        places.append((at, at + len(unit)))
        at += len(unit)
    assert len(places) == len(found), (units, found)
    for word, (first, behind) in zip(found, places, strict=True):
        inside = [each for each in truth.words if first <= each[0] < behind]
        if inside:
            yield word, inside[0][1], inside[-1][2]


def _noisy(sound: Samples, noise_db: int | None) -> Samples:
    if noise_db is None:
        return sound
    level = np.sqrt(np.square(sound).mean()) * 10 ** (-noise_db / 20)
    return sound + pink(len(sound)) * np.float32(level)


def pink(samples: int) -> Samples:
    """Return noise with as much power in every octave, RMS 1."""
    spectrum = np.fft.rfft(np.random.default_rng(1).standard_normal(samples))
    noise = np.fft.irfft(spectrum / np.sqrt(np.maximum(np.arange(len(spectrum)), 1)), samples)
    return (noise / noise.std()).astype(np.float32)


if __name__ == "__main__":
    main()
