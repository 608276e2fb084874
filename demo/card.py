"""The model card: what the model is, what it was made of, and what was measured."""

from __future__ import annotations

from typing import Any

_HEAD = """# The embedded demo model

A toy, so that the worker can be tried and tested with no download: English, trained on synthetic voices only, **not
F5-TTS quality**. It says any English text. Of words in sentences it has never heard, Whisper tiny.en mishears
{open_words:.0%} ({teacher:.0%} when its teacher says the same), of words that no text of its training holds
{new_words:.0%}.

| file | what |
|---|---|
| `model.safetensors` (fp16, the positions' frequencies fp32), `config.yaml`, `vocab.txt` | F5-TTS in the layout of \
the published checkpoints: DiT of dim 256, depth 6, heads 2, 6.4 M parameters; 61 characters |
| `vocos/` | Vocos of dim 256, 6 layers, 2.83 M parameters (fp16) |
| `voices/demo.flac`, `voices/demo_low.flac` | two virtual speakers of the training |
| `voices/demo_mid.flac` | one that was held out |

## Figures

Through the worker's own code, by `python -m demo.evaluate`: word error rate with Whisper tiny.en, in brackets what 95 %
of samples of the sentences give; the share of first, last and other words that were not heard; Resemblyzer: cosine to
the own reference and to the others, the own one's place among all references (1 is best), how often it is the nearest;
DNSMOS.

| what | sentences | WER | first, last, other words | own, others | place | nearest is own | DNSMOS |
|---|---|---|---|---|---|---|---|
"""

_TAIL = """
16 steps and seed 7 unless it says otherwise. "grammar" are sentences of the 111 words of `demo/sentences.py`; "open
vocabulary" are texts of WordNet that training doesn't hold, of words that it does; "words never heard" are texts with
a word that no training text holds. These are said in the voices `demo` and `demo_low`, the own reference sought among
three. "held-out speakers" are 20 virtual speakers spread as widely as those of the training; "people" are the four
English recordings of the f5-tts package, sought among seven. "teacher" rows are what hibari-tts says in the same voices
at the same pace, "vocoder" the same through mel and Vocos.

## Training

The DiT: {beginning} and {step} steps more, {frames:.1f} million mel frames in {hours:.1f} h on 2 shared CPU cores (AMD
EPYC), upstream's DiT and flow-matching loss (`demo/README.md`). The vocoder: 24 minutes, earlier.

- Teacher: hibari-tts 0.2.1 (Apache-2.0; its built-in voice, distilled from Kokoro-82M, Apache-2.0), made to speak 53 to
  85 ms a character, its source and filter changed into 64 virtual speakers.
- Texts: examples and glosses of WordNet 3.0 (Princeton University, WordNet licence), everyday sentences, numbers and
  the 111 words' grammar of `demo/`.
- References in training have rooms, noise, telephone bands and other levels; what the model is to say is clean.

No recording of a person is in it. Weights and voices are under this repository's MIT licence.

## Limits

- Names and rare words are often misread; digits are not read, write numbers as words.
- References that speak faster than 19 or slower than 12 characters a second are outside what it learnt.
- The voice follows the reference roughly: see "nearest is own".
- The vocoder costs quality, see the last row.
"""


def card(figures: dict[str, Any], progress: dict[str, Any], beginning: str) -> str:
    """Return the card as Markdown.

    Args:
        figures: of `demo.evaluate`, by row.
        progress: of `demo.train`.
        beginning: what the weights were that the run began with.
    """
    head = _HEAD.format(
        open_words=figures["open vocabulary"]["wer"],
        teacher=figures["teacher"]["wer"],
        new_words=figures["words never heard"]["wer"],
    )
    tail = _TAIL.format(
        beginning=beginning,
        step=f"{progress['step']:,}",
        frames=progress["frames"] / 1e6,
        hours=progress["spent_s"] / 3600,
    )
    return head + "".join(_row(name, found) for name, found in figures.items()) + tail


def _row(name: str, found: dict[str, Any]) -> str:
    return (
        f"| {name} | {found['sentences']} | {found['wer']:.1%} ({found['wer_low']:.0%} to {found['wer_high']:.0%}) "
        f"| {found['first_words']:.0%}, {found['last_words']:.0%}, {found['other_words']:.0%} "
        f"| {found['similarity_own']:.2f}, {found['similarity_others']:.2f} "
        f"| {found['rank_of_own']:.1f} of {found['voices']} | {found['nearest_is_own']:.0%} | {found['dnsmos']:.2f} |\n"
    )
