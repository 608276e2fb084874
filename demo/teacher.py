"""The teacher: hibari-tts, made to say every word in just the time that its letters have in the demo model.

F5-TTS with average upsampling gives every character of a text the same number of frames. A teacher that keeps to
that spares the network the search for the alignment, the slowest thing it has to learn. hibari predicts a length
for each phoneme in the middle of its graph; here the graph is cut there, and the lengths are scaled word by word.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnx
import onnxruntime
import soxr
from hibari import Hibari, dsp

from demo.speakers import Speaker, changed
from tts.clock import FRAMES_PER_S, HOP, SAMPLE_RATE, Samples
from tts.text.tokens import tokens

FRAMES_PER_LETTER = 6  # mel frames of a character, 64 ms; a whole number, since upsampling stretches by whole frames
LEAD = 4  # mel frames of silence before the first word
EARLY, LATE = 6, 3  # mel frames by which the last word begins before its letters and ends after them
LEVEL = 0.1  # root mean square of a recording, the level to which the worker raises its references
Lengths = npt.NDArray[np.float32]  # of phonemes, in the teacher's frames of 25 ms
_TEACHER_FRAMES_PER_S = SAMPLE_RATE / (2 * dsp.HOP)  # 40: each phoneme lasts an even number of spectra
_LENGTHS, _PREDICTED = "/Clip_output_0", "/Sub_output_0"  # tensors of hibari 0.2.1: (phonemes,) frames of 25 ms


class Teacher:
    """Says sentences at `FRAMES_PER_LETTER`."""

    def __init__(self) -> None:
        self._hibari = Hibari()
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        graph = onnx.load(self._hibari.model_path)
        with tempfile.TemporaryDirectory() as folder:
            lengths = Path(folder) / "lengths.onnx"
            onnx.utils.extract_model(self._hibari.model_path, str(lengths), ["ids"], [_PREDICTED], check_model=False)
            self._predict = onnxruntime.InferenceSession(str(lengths), options)
        self._speak = onnxruntime.InferenceSession(_with_given_lengths(graph).SerializeToString(), options)

    def say(self, text: str, speaker: Speaker, seed: int, pace: float = FRAMES_PER_LETTER) -> Samples:
        """Return a sentence, timed by its letters.

        Args:
            text: words as `written` gives them, with a mark at their end.
            speaker: who says it.
            seed: of the noise in it.
            pace: mel frames of a letter.

        Returns:
            (samples,) at 24 kHz: `pace` mel frames for each character and for the blank after them.
        """
        ids, sizes = self._sounds(text)
        frames = _scaled(self._predicted(ids), sizes, _ends(text, pace), speaker.size)
        return _levelled(self._spoken(ids, frames, speaker, seed), round((len(text) + 1) * pace * HOP))

    def say_freely(self, text: str, speaker: Speaker, seed: int, seconds: float) -> Samples:
        """Return a sentence in about so many seconds, with the rhythm that the teacher gives it."""
        ids, _ = self._sounds(text)
        frames = _scaled(self._predicted(ids), [len(ids)], [seconds], speaker.size)
        return _levelled(self._spoken(ids, frames, speaker, seed), round(seconds * SAMPLE_RATE))

    def reads(self, text: str) -> bool:
        """Tell whether every word of a text is read by itself."""
        try:
            self._sounds(text)
        except ValueError:
            return False
        return True

    def _spoken(self, ids: list[int], frames: Lengths, speaker: Speaker, seed: int) -> Samples:
        spectra = self._speak.run(
            None, {"ids": np.array([ids], np.int64), _LENGTHS: frames, "speed": np.ones(1, np.float32)}
        )
        wave = dsp.synth(*changed([output[0] for output in spectra], speaker), np.random.default_rng(seed))
        return soxr.resample(wave, SAMPLE_RATE * speaker.size, SAMPLE_RATE).astype(np.float32)

    def _predicted(self, ids: list[int]) -> Lengths:
        """Return the teacher's own lengths of phonemes."""
        return np.maximum(self._predict.run(None, {"ids": np.array([ids], np.int64)})[0], 0.3)

    def _sounds(self, text: str) -> tuple[list[int], list[int]]:
        """Return the phonemes of a sentence, and how many belong to silence, each word, and the final pause."""
        spoken = self._hibari.phonemize(text.replace("- ", " "))
        if len(spoken) != 1 or len(spoken[0].split()) != len(text.split()):
            raise ValueError(f"{text!r} is not read word by word: {spoken}")
        words = spoken[0].split(" ")
        mark = words[-1][-1]
        groups = [[0], *([self._hibari.vocab[sound] for sound in word + " "] for word in words[:-1])]
        groups += [[self._hibari.vocab[sound] for sound in words[-1].rstrip(mark)], [self._hibari.vocab[mark], 0]]
        return [sound for group in groups for sound in group], [len(group) for group in groups]


def written(text: str) -> str:
    """Return a text as the worker's tokens spell it: a blank after the hyphen of a compound."""
    return "".join(tokens(text))


def _ends(text: str, pace: float) -> list[float]:
    """Return where silence, words and the final pause end, in seconds.

    Sounds are later than their letters by `LEAD` at the start and earlier by `EARLY` where the last word begins, which
    has no blank after it and is drawn out in speech; it lasts `LATE` into its mark.
    """
    letters = np.cumsum([len(word) + 1 for word in text.split(" ")])
    letters[-1] -= 2  # the last word's mark belongs to the pause
    late = LEAD - (LEAD + EARLY) * letters / letters[-2] if len(letters) > 1 else np.zeros(1)
    late[-1] = LATE
    frames = [LEAD, *(letters * pace + late), (len(text) + 1) * pace]
    return [frame / FRAMES_PER_S for frame in frames]


def _levelled(wave: Samples, samples: int) -> Samples:
    """Return a recording of so many samples at `LEVEL`."""
    wave = np.pad(wave, (0, max(0, samples - len(wave))))[:samples]
    return wave * np.float32(LEVEL / np.sqrt(np.square(wave, dtype=np.float64).mean()))


def _scaled(predicted: Lengths, sizes: list[int], ends: list[float], stretch: float) -> Lengths:
    """Scale the lengths of each group of phonemes so that it ends where it should; at least one frame each."""
    marks, start, first = [0.0], 0.0, 0
    for count, end in zip(sizes, ends, strict=True):
        shares = np.cumsum(predicted[first : first + count])
        marks += list(start + (end - start) * shares / shares[-1])
        start, first = end, first + count
    frames = np.round(np.array(marks) * stretch * _TEACHER_FRAMES_PER_S)
    for place in range(1, len(frames)):
        frames[place] = max(frames[place], frames[place - 1] + 1)
    return np.diff(frames).astype(np.float32)


def _with_given_lengths(model: onnx.ModelProto) -> onnx.ModelProto:
    """Return hibari's graph with the lengths of its phonemes as an input."""
    clip = next(node for node in model.graph.node if _LENGTHS in node.output)
    model.graph.node.remove(clip)
    model.graph.input.append(onnx.helper.make_tensor_value_info(_LENGTHS, onnx.TensorProto.FLOAT, ["L"]))
    return model
