"""Chunks of sound to the recording that a caller gets: joined, captioned, encoded, signed, delivered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from tts.api import Audio, SynthesizeRequest
from tts.clock import SAMPLE_RATE, Samples
from tts.media.delivery import Chosen
from tts.media.encode import encode
from tts.media.ends import faded, spoken
from tts.media.formats import FORMATS
from tts.media.metadata import Tags, added
from tts.media.provenance import Provenance
from tts.plan import Plan
from tts.sound import finish

Places = list[tuple[int, int]]  # start and end of every chunk, in samples
Captions = dict[str, str] | None  # by format


@dataclass(frozen=True)
class Recording:
    """All that is known of a recording before there is any sound."""

    request: SynthesizeRequest
    plan: Plan
    chosen: Chosen
    about: Tags
    provenance: Provenance | None

    def delivered(self, waves: Sequence[Samples]) -> tuple[Audio, Places, Captions]:
        """Make it of the sound of its chunks, and put it where it is to go.

        Raises:
            RequestError: it can't be put there.
        """
        samples, places = _finished(waves, self.plan)
        captions = _captions(self.request, samples, self.plan, places)
        wanted, about = self.chosen.wanted, self.about
        data = encode(samples, wanted.format, wanted.sample_rate, loudness=self.request.loudness, tags=about)
        if self.provenance is not None:
            data = self.provenance.signed(data, wanted.format, about.title)
        audio = Audio(
            format=wanted.format,
            sample_rate=wanted.sample_rate,
            duration_s=round(len(samples) / SAMPLE_RATE, 4),
            bytes=len(data),
            **asdict(self.chosen.sink.put(data, f".{wanted.format}")),
        )
        return audio, places, captions


def _finished(waves: Sequence[Samples], planned: Plan) -> tuple[Samples, Places]:
    """Return the recording and where its chunks are: as long as was asked for, or without silence at its ends."""
    samples, places = finish(waves, planned)
    start, end = spoken(samples) if planned.samples is None else (0, planned.samples)
    inside = [(max(0, first - start), min(last, end) - start) for first, last in places]
    return faded(samples[start:end]), inside


def _captions(request: SynthesizeRequest, samples: Samples, planned: Plan, places: Places) -> Captions:
    if not request.captions:
        return None
    from tts.captions.caption import captions  # and PocketSphinx, only for a request that asks
    from tts.captions.words import read

    parts = [(read(chunk.said.words()), *place) for chunk, place in zip(planned.chunks, places, strict=True)]
    return captions(request.captions, samples, parts, request.language)


def captions_bytes(request: SynthesizeRequest, planned: Plan) -> int:
    """Return the bytes of JSON that the captions of a request take at most."""
    if not request.captions:
        return 0
    from tts.captions.caption import largest
    from tts.captions.words import read

    return largest(request.captions, [word for chunk in planned.chunks for word in read(chunk.said.words())])


def label(about: Tags, provenance: Provenance | None) -> int:
    """Return the bytes of metadata and manifest at most, in the format that needs most of them."""
    return max(added(format, about) + (provenance.size(format, about.title) if provenance else 0) for format in FORMATS)
