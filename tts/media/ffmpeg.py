"""Sound out of a file's bytes with FFmpeg: what is there, and a refusal where that is less than there should be."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Any

import av
import av.error
import numpy as np
import numpy.typing as npt
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.packet import Packet

from tts.media.headers import mp3_frames, readable
from tts.media.undecodable import Damaged, NotAudio, TooLong

_DEMUXERS = (  # none that opens another file or address, as playlists and descriptions of sessions do
    "aac,ac3,aiff,amr,ape,asf,au,avi,caf,eac3,flac,flv,iff,loas,matroska,mov,mp3,mpc,mpc8,mpeg,mpegts,"
    "nistsphere,ogg,tak,tta,voc,w64,wav,wv"
)
_CODECS = (  # what people record with, export to and telephone by; no picture is ever decoded
    "8svx_exp,8svx_fib,aac,aac_latm,ac3,adpcm_ima_qt,adpcm_ima_wav,adpcm_ms,adpcm_swf,adpcm_yamaha,"
    "alac,amrnb,amrwb,ape,eac3,evrc,flac,g722,g723_1,g726,g726le,g729,gsm,gsm_ms,ilbc,"
    "libopencore_amrnb,libopencore_amrwb,libopus,mp1,mp1float,mp2,mp2float,mp3,mp3float,mpc7,mpc8,"
    "opus,pcm_alaw,pcm_bluray,pcm_dvd,pcm_f32be,pcm_f32le,pcm_f64be,pcm_f64le,pcm_mulaw,pcm_s16be,"
    "pcm_s16be_planar,pcm_s16le,pcm_s24be,pcm_s24le,pcm_s32be,pcm_s32le,pcm_s64be,pcm_s64le,pcm_s8,"
    "pcm_s8_planar,pcm_u16be,pcm_u16le,pcm_u24be,pcm_u24le,pcm_u32be,pcm_u32le,pcm_u8,qcelp,speex,tak,"
    "truespeech,tta,vorbis,wavpack,wmalossless,wmapro,wmav1,wmav2,wmavoice"
)
_OPTIONS = {
    "format_whitelist": _DEMUXERS,
    "codec_whitelist": _CODECS,  # while FFmpeg looks what is in the file
    "max_probe_packets": "0",  # or every 16-bit WAV is searched for DTS in disguise, 11 ms for 10 s
}
_MAGIC = (b"RIFF", b"RIFX", b"RF64", b"FORM", b"caff", b"fLaC", b"OggS", b".snd", b"ID3", b"\x1aE\xdf\xa3")
_COUNTED = {"flac", "au", "tta", "wv", "nistsphere"}  # formats whose header tells the length, not an estimate
_BARE = {"mp3", "ac3", "eac3", "amr"}  # formats that are packets and nothing else, mostly of one size
_MISSING_S = 0.2  # less is no word: padding, a header that is a few bytes off
_MOST_BAD = 1000  # packets; what can't be decoded costs time as well
_MOST = 2**28  # samples of all channels: 600 s of stereo at 192 kHz
_BLOCK = 16_384  # samples of a piece, about
_UNSAFE = 8  # planes; of so many, PyAV 18 finds no end, takes what lies behind them for more and reads where they point
_MOST_CHANNELS = 64
_RATES = range(2_000, 1_000_001)  # Hz


@dataclass(frozen=True)
class Piece:
    """A second of a recording, or less."""

    sound: npt.NDArray[np.float32]  # (samples, channels), 1.0 is full scale
    rate: int  # Hz
    names: tuple[str, ...]  # of its channels: FL, FR, FC, LFE ...; empty where the file doesn't name them

    @property
    def seconds(self) -> float:
        """How long it lasts."""
        return len(self.sound) / self.rate


def pieces(data: bytes, max_s: float) -> Iterator[Piece]:
    """Yield the sound of a file as it is decoded, its first track only.

    Raises:
        Undecodable: it isn't audio, sound is missing, or it lasts longer than `max_s` seconds.
    """
    data, share = readable(data)
    if share == 0:
        raise Damaged("it breaks off where its sound begins")
    with _opened(data) as container:
        stream = _audio(container)
        seconds = 0.0
        try:
            for piece in _bounded(_joined(_decoded(_packets(data, container, stream))), max_s):
                seconds += piece.seconds
                yield piece
        except (av.error.FFmpegError, ValueError, IndexError) as error:  # PyAV's own: unknown samples, late tracks
            raise Damaged("reading it fails half way") from error
        _check_complete(seconds, max(_announced_s(data, container, stream), seconds / share))


def _opened(data: bytes) -> InputContainer:
    try:
        return av.open(io.BytesIO(data), "r", options=_OPTIONS, metadata_errors="ignore")
    except av.error.FFmpegError as error:
        if data.startswith(_MAGIC) or data[4:8] == b"ftyp":
            raise Damaged("its header is broken, or the file is cut off") from error
        raise NotAudio("no known kind of recording is found in it") from error


def _audio(container: InputContainer) -> AudioStream:
    if not container.streams.audio:
        raise NotAudio("it has no audio track")
    stream = container.streams.audio[0]
    if stream.codec_context is None:
        raise NotAudio("its audio track is of an unknown codec")
    if stream.codec_context.name not in _CODECS.split(","):
        raise NotAudio(f"its sound is in a codec that isn't read, {stream.codec_context.name}")
    return stream


def _packets(data: bytes, container: InputContainer, stream: AudioStream) -> Iterator[Packet[AudioStream]]:
    """Yield all packets, but the last one of a bare stream if it is cut off: it would end the sound with a crack."""
    bare = container.format.name in _BARE and mp3_frames(data) is None
    smallest, following = 2**31, None
    for packet, following in pairwise(container.demux(stream)):
        if following.size or packet.size >= smallest or not bare:
            yield packet
        smallest = min(smallest, packet.size)
    if following:  # the empty one that makes the decoder hand out what it holds
        yield following


def _decoded(packets: Iterator[Packet[AudioStream]]) -> Iterator[AudioFrame]:
    """Yield what can be decoded; packets that can't count as missing where sound goes on behind them."""
    bad, lost_s, found = 0, 0.0, False
    for packet in packets:
        try:
            frames = [frame for frame in packet.decode() if frame.samples]
        except av.error.FFmpegError as error:
            bad += 1
            if bad > _MOST_BAD:
                raise Damaged("most of it can't be decoded") from error
            continue
        for frame in frames:
            if frame.sample_rate not in _RATES:
                raise Damaged(f"its sample rate is {frame.sample_rate} Hz")
            if frame.layout.nb_channels > _MOST_CHANNELS:
                raise Damaged(f"it has {frame.layout.nb_channels} channels")
            found = True
            lost_s += bad * frame.samples / frame.sample_rate
            bad = 0
            if lost_s > _MISSING_S:
                raise Damaged("decoding it fails half way")
            yield frame
    if bad and not found:
        raise Damaged("none of it can be decoded")


def _joined(frames: Iterator[AudioFrame]) -> Iterator[Piece]:
    """Join frames of one kind up to `_BLOCK` samples; each piece costs some calls more."""
    for (rate, _, _), run in groupby(frames, lambda frame: (frame.sample_rate, frame.format.name, frame.layout.name)):
        for block in _blocks(run):
            numbers = np.concatenate([_numbers(frame) for frame in block])
            yield Piece(_floats(numbers), rate, tuple(channel.name for channel in block[0].layout.channels))


def _blocks(frames: Iterator[AudioFrame]) -> Iterator[list[AudioFrame]]:
    waiting, samples = [], 0
    for frame in frames:
        waiting.append(frame)
        samples += frame.samples
        if samples >= _BLOCK:
            yield waiting
            waiting, samples = [], 0
    if waiting:
        yield waiting


def _numbers(frame: AudioFrame) -> npt.NDArray[Any]:
    """Return a frame as (samples, channels); FFmpeg's own mixing would be 3 dB too loud."""
    channels = frame.layout.nb_channels
    if frame.format.is_planar and channels >= _UNSAFE:
        (frame,) = AudioResampler(frame.format.packed).resample(frame)
    numbers: npt.NDArray[Any] = frame.to_ndarray()  # (channels, samples), or (1, samples * channels)
    return numbers.T if frame.format.is_planar else numbers.reshape(-1, channels)


def _floats(numbers: npt.NDArray[Any]) -> npt.NDArray[np.float32]:
    with np.errstate(over="ignore", invalid="ignore"):  # a double beyond float32 becomes infinite and is refused
        floats = numbers.astype(np.float32, copy=False)
    if numbers.dtype.kind == "u":
        return floats / np.float32(128) - np.float32(1)
    if numbers.dtype.kind == "i":
        return floats * np.float32(-1 / np.iinfo(numbers.dtype).min)
    return floats


def _bounded(pieces: Iterator[Piece], max_s: float) -> Iterator[Piece]:
    seconds, samples = 0.0, 0
    for piece in pieces:
        seconds += piece.seconds
        samples += piece.sound.size
        if seconds > max_s:
            raise TooLong(f"it lasts more than {max_s:.0f} s")
        if samples > _MOST:
            raise TooLong(f"it holds more than {_MOST / 1e6:.0f} million samples")
        yield piece


def _announced_s(data: bytes, container: InputContainer, stream: AudioStream) -> float:
    """Return how long the file says that it is, 0 where it doesn't."""
    told_s = float(stream.duration * stream.time_base) if stream.duration and stream.time_base else 0.0
    name = container.format.name
    if name == "mp3":  # files in a row are told by FFmpeg as an estimate for all, by their header as the first one
        frames = mp3_frames(data) or 0
        return min(told_s, frames * (stream.codec_context.frame_size or 0) / (stream.codec_context.sample_rate or 1))
    counted = name in _COUNTED or (name.startswith("mov,") and stream.frames > 0)  # not in fragments of unknown number
    return told_s if counted else 0.0


def _check_complete(seconds: float, announced_s: float) -> None:
    if announced_s - seconds > _MISSING_S:
        raise Damaged(f"its header announces {announced_s:.1f} s of sound, {seconds:.1f} s are there")
