"""The model's clock: every count of samples, frames and bands, each derived from the few that are given."""

import numpy as np
import numpy.typing as npt

Samples = npt.NDArray[np.float32]  # mono sound at SAMPLE_RATE, 1.0 is full scale

SAMPLE_RATE = 24_000  # Hz
HOP = 256  # samples per mel frame
WINDOW = 1024  # samples per analysis window, also the size of the FFT
BINS = WINDOW // 2 + 1  # frequencies of one spectrum
MELS = 100  # bands of one mel frame
FRAMES_PER_S = SAMPLE_RATE / HOP
