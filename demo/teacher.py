"""The teacher: hibari-tts, made to say every word in just the time that its letters have in the demo model.

F5-TTS with average upsampling gives every character of a text the same number of frames. A teacher that keeps to
that spares the network the search for the alignment, the slowest thing it has to learn. hibari predicts a length
for each phoneme in the middle of its graph; here the graph is cut there, and the lengths are scaled word by word.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnx
import onnxruntime
import soxr
from hibari import Hibari, dsp

from tts.clock import FRAMES_PER_S, HOP, SAMPLE_RATE, Samples

FRAMES_PER_LETTER = 6  # mel frames of a character, 64 ms; a whole number, since upsampling stretches by whole frames
LEAD = 3  # mel frames of silence before the first word, so that sounds follow their letters by that much
LEVEL = 0.1  # root mean square of a recording, the level to which the worker raises its references
_TEACHER_FRAMES_PER_S = SAMPLE_RATE / (2 * dsp.HOP)  # 40: each phoneme lasts an even number of spectra
_LENGTHS, _PREDICTED = "/Clip_output_0", "/Sub_output_0"  # tensors of hibari 0.2.1: (phonemes,) frames of 25 ms


@dataclass(frozen=True)
class Speaker:
    """A virtual speaker, made of the teacher's voice."""

    name: str
    size: float  # factor by which the recording is resampled: above 1 a smaller head, everything higher
    pitch: float  # factor on the pitch alone, before resampling


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

    def say(self, text: str, speaker: Speaker, seed: int, slower: float = 1.0) -> Samples:
        """Return a sentence of plain words and its full stop.

        Returns:
            (samples,) at 24 kHz: `FRAMES_PER_LETTER` mel frames, times `slower`, for each character of `text` and
            for the blank after it, the first word `LEAD` frames late.
        """
        ids, lengths = self._timed(text, speaker.size * slower)
        spectra = self._speak.run(
            None, {"ids": np.array([ids], np.int64), _LENGTHS: lengths, "speed": np.ones(1, np.float32)}
        )
        lh, theta, ln, lr, phi, f0 = (output[0] for output in spectra)
        wave = dsp.synth(lh, theta, ln, lr, phi, f0 * speaker.pitch, np.random.default_rng(seed))
        wave = soxr.resample(wave, SAMPLE_RATE * speaker.size, SAMPLE_RATE).astype(np.float32)
        samples = round((len(text) + 1) * FRAMES_PER_LETTER * HOP * slower)
        wave = np.pad(wave, (0, max(0, samples - len(wave))))[:samples]
        return wave * np.float32(LEVEL / np.sqrt(np.square(wave, dtype=np.float64).mean()))

    def _timed(self, text: str, stretch: float) -> tuple[list[int], npt.NDArray[np.float32]]:
        """Return the phonemes of a sentence and how long each lasts, in the teacher's frames."""
        spoken = self._hibari.phonemize(text)
        if len(spoken) != 1 or len(spoken[0].split()) != len(text.split()):
            raise ValueError(f"{text!r} is not read word by word: {spoken}")
        words = spoken[0].split(" ")
        groups = [[0], *([self._hibari.vocab[sound] for sound in word + " "] for word in words[:-1])]
        groups += [[self._hibari.vocab[sound] for sound in words[-1].rstrip(".")], [self._hibari.vocab["."], 0]]
        ids = [sound for group in groups for sound in group]
        predicted = np.maximum(self._predict.run(None, {"ids": np.array([ids], np.int64)})[0], 0.3)
        return ids, _scaled(predicted, [len(group) for group in groups], _ends(text), stretch)


def _ends(text: str) -> list[float]:
    """Return where silence, words and the final pause end, in seconds."""
    letters = np.cumsum([len(word) + 1 for word in text.split(" ")])
    letters[-1] -= 2  # the last word's full stop belongs to the pause
    frames = [LEAD, *(letters * FRAMES_PER_LETTER + LEAD), (len(text) + 1) * FRAMES_PER_LETTER]
    return [frame / FRAMES_PER_S for frame in frames]


def _scaled(
    predicted: npt.NDArray[np.float32], sizes: list[int], ends: list[float], stretch: float
) -> npt.NDArray[np.float32]:
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
