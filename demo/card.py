"""The model card: what the model is, what it was made of, and what was measured."""

from __future__ import annotations

from typing import Any

_HEAD = """# The embedded demo model

A toy, so that the worker can be tried and tested with no download: English, synthetic voices, 111 words, **not F5-TTS
quality**. It was trained on sentences of those words only (`demo/sentences.py`); other words come out wrong.
{verdict}

| file | what |
|---|---|
| `model.safetensors` (fp16), `config.yaml`, `vocab.txt` | F5-TTS in the layout of the published checkpoints: \
DiT of dim 256, depth 6, heads 2, 6.4 M parameters; 61 characters |
| `vocos/` | Vocos of dim 256, 6 layers, 2.83 M parameters (fp16) |
| `voices/demo.flac`, `voices/demo_low.flac` | two virtual speakers of the training |
| `voices/demo_mid.flac` | one that was held out |

## Figures

Held-out sentences in the voices of 20 held-out virtual speakers, through the worker's own code, by
`python -m demo.evaluate`: word error rate with Whisper tiny.en; cosine of Resemblyzer vectors to the speaker's
reference, to the other speakers' references, and how often the own reference is the nearest; DNSMOS.

| what | sentences | WER | own | others | nearest is own | DNSMOS |
|---|---|---|---|---|---|---|
"""

_TAIL = """
Speakers, sentences and references are the same in all rows (the first 40 sentences where it says 40), seed 7.
"trained" are the voices `demo` and `demo_low` instead, compared with each other only.

## Training

The DiT: {step} steps, {frames:.1f} million mel frames, {hours:.1f} h on 2 shared CPU cores (AMD EPYC), upstream's DiT
and flow-matching loss (`demo/README.md`). The vocoder: 24 minutes, earlier. Teacher: hibari-tts 0.2.1 (Apache-2.0; its
built-in voice, distilled from Kokoro-82M, Apache-2.0), made to speak 64 ms a character, its pitch and size changed into
virtual speakers. No recording of a person is in it. Weights and voices are under this repository's MIT licence.

## Limits

- Words outside the 111 (`demo/sentences.py`), digits and long texts: not trained, expect nonsense.
- The voice follows the reference roughly. The 20 held-out speakers lie close together between four trained ones, and
  the own reference is rarely the nearest; chance is 5 %, and the teacher's own recordings do little better. What a
  person's recording gives was not measured.
- It expects a reference that speaks about 15.6 characters a second, as its own voices do. At other paces text and sound
  drift apart.
- Most errors are in the last word of a sentence, whose end is cut short.
- The vocoder costs quality, see the last two rows.
"""


def card(figures: dict[str, Any], progress: dict[str, Any]) -> str:
    """Return the card as Markdown, with the figures of `demo.evaluate` and the state of `demo.train`."""
    rows = "".join(_row(name, found) for name, found in figures.items())
    tail = _TAIL.format(step=f"{progress['step']:,}", frames=progress["frames"] / 1e6, hours=progress["spent_s"] / 3600)
    return _HEAD.format(verdict=_verdict(figures["16 steps"]["wer"])) + rows + tail


def _verdict(error_rate: float) -> str:
    misheard = f"{error_rate:.0%} of the words are misheard by Whisper tiny.en"
    if error_rate <= 0.35:
        return f"Within them, in sentences it has never seen, {misheard}."
    return f"Even within them {misheard}, above the 35 % it should reach: **don't expect to understand it**."


def _row(name: str, found: dict[str, Any]) -> str:
    return (
        f"| {name} | {found['sentences']} | {found['wer']:.1%} | {found['similarity_own']:.2f} | "
        f"{found['similarity_others']:.2f} | {found['nearest_is_own']:.0%} | {found['dnsmos']:.2f} |\n"
    )
