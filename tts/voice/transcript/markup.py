"""TTML and the XML of video sites: elements with a beginning and an end or a length."""

from __future__ import annotations

import re

from tts.voice.transcript.blocks import Block, refusal
from tts.voice.transcript.cues import Transcript
from tts.voice.transcript.stamps import STAMP, seconds

_KNOWN = {"tt", "transcript", "timedtext"}
_CONTAINERS = {"body", "div"}
_ROOT = re.compile(r"(?:<\?xml[^<>]*>\s*)?(?:<!--[^<>]{0,1000}-->\s*)?<(?:\w{1,20}:)?(\w{1,40})[\s/>]")
_OFFSET = re.compile(r"(\d{1,9}(?:\.\d{1,9})?)(h|ms|m|s|t)?")
_UNITS = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 0.001}
_TICKS = "{http://www.w3.org/ns/ttml#parameter}tickRate"


def read(source: str) -> Transcript | None:
    """Read timed XML; None if it isn't XML.

    Raises:
        VoiceUnusable: it is damaged, not timed, counts frames, or declares entities, which grow without bounds.
    """
    root = _ROOT.match(source)
    is_known = root is not None and root[1] in _KNOWN
    if not is_known and not source.startswith(("<?xml", "<!DOCTYPE", "<!ENTITY")):
        return None
    if root is None or not is_known or "<!DOCTYPE" in source or "<!ENTITY" in source:
        raise refusal("XML, but not like TTML")
    from xml.etree.ElementTree import ParseError, XMLParser  # 10 ms that the first reply doesn't need

    cues = _Cues(0.001 if root[1] == "timedtext" else 1.0)
    parser = XMLParser(target=cues)
    try:
        parser.feed(source)
        parser.close()
    except (ParseError, UnicodeError) as error:
        raise refusal("XML that breaks off or is damaged") from error
    return Transcript("", tuple(block.cue() for block in cues.blocks()))


class _Cues:
    """Takes what the parser meets, element by element: a tree of a stranger's depth is never built."""

    def __init__(self, unit: float) -> None:
        self._unit = unit
        self._ticks = 1.0
        self._offsets = [0.0]  # of the containers around, whose beginnings add up
        self._depth = 0  # within a cue
        self._found: list[tuple[float, float, list[str]]] = []

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition("}")[2]
        if self._depth:
            self._depth += 1
            if name == "br":
                self.data(" ")
            return
        if rate := _OFFSET.fullmatch(attributes.get(_TICKS, "")):
            self._ticks = float(rate[1]) or 1.0
        begin = next((attributes[key] for key in ("begin", "start", "t") if key in attributes), None)
        length = next((attributes[key] for key in ("dur", "d") if key in attributes), None)
        offset_s = self._offsets[-1]
        start_s = offset_s if begin is None else offset_s + self._seconds(begin)
        if name in _CONTAINERS or begin is None or (length is None and "end" not in attributes):
            self._offsets.append(start_s if name in _CONTAINERS else offset_s)
            return
        end_s = offset_s + self._seconds(attributes["end"]) if length is None else start_s + self._seconds(length)
        self._depth = 1
        self._found.append((start_s, end_s, []))

    def data(self, text: str) -> None:
        if self._depth:
            self._found[-1][2].append(text)

    def end(self, tag: str) -> None:
        if self._depth:
            self._depth -= 1
        else:
            self._offsets.pop()

    def blocks(self) -> list[Block]:
        return [Block(start_s, end_s, ["".join(parts)]) for start_s, end_s, parts in self._found]

    def _seconds(self, written: str) -> float:
        if re.fullmatch(STAMP, written):
            return seconds(written)
        if not (offset := _OFFSET.fullmatch(written)):
            raise refusal("timed XML, but its times can't be read")
        if offset[2] == "t":
            return float(offset[1]) / self._ticks
        return float(offset[1]) * _UNITS.get(offset[2], self._unit)
