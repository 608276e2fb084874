"""The child: keeps a copy of itself ready for the next recording, and replaces it when that one is decoded."""

from __future__ import annotations

import gc
import os
import select
import signal
import socket
import struct
import traceback
from collections.abc import Callable, Sequence
from importlib import import_module

from tts.clock import Samples
from tts.media.decoder.confine import Limits, address_space, confine_child, confine_copy, die_with_parent
from tts.media.decoder.wire import ANSWER, DEFECT, LONGEST_TEXT, QUESTION, REFUSALS, SAMPLES
from tts.media.undecodable import TooCostly, Undecodable

Decode = Callable[[bytes, float], Samples]

_KINDS = {refusal: kind for kind, refusal in REFUSALS.items()}
_IMPORTED_LATE = ("av.subtitles.codeccontext", "av.subtitles.stream", "av.subtitles.subtitle")  # by PyAV, in any film
_HEADER = struct.pack("<4sI8sIHHIIHH4sI", b"RIFF", 136, b"WAVEfmt ", 16, 1, 1, 8000, 16000, 2, 16, b"data", 100)
_SHORT = _HEADER + bytes(100)  # a WAV file


def main(arguments: Sequence[str]) -> None:
    """Serve until the parent hangs up.

    Args:
        arguments: number of the socket to the parent, module whose `decode` decodes, and the limits, as
            `tts.media.decoder.process` hands them over.
    """
    control, module, memory, cpu_s, wall_s = arguments
    decode: Decode = import_module(module).decode
    for name in _IMPORTED_LATE:  # a copy can open no file, not that of a module either
        import_module(name)
    decode(_SHORT, 1.0)
    confine_child()
    gc.freeze()  # or collecting garbage would write to all that a copy shares with the child
    _serve(socket.socket(fileno=int(control)), decode, Limits(int(memory), int(cpu_s), float(wall_s)))


def _serve(control: socket.socket, decode: Decode, limits: Limits) -> None:
    """Tell the parent that all is ready, then how each copy ended, as a byte: 0, or the signal that killed it."""
    room = address_space() + limits.memory
    control.sendall(b"\0")
    while True:
        used, told = os.pipe()
        copy = os.fork()
        if copy == 0:
            os.close(used)
            _be_copy(control, told, decode, limits, room)
        os.close(told)
        ended_by = _wait(copy, used, control)
        had_one = os.read(used, 1)
        os.close(used)
        if not had_one:  # it ended while it waited, or the parent is gone
            return
        control.sendall(bytes([ended_by]))


def _wait(copy: int, used: int, control: socket.socket) -> int:
    """Return the signal that ended a copy, 0 if none did; a copy whose parent hangs up is killed."""
    either = select.poll()
    either.register(used, 0)  # both tell of nothing but their other end's being gone
    either.register(control, 0)
    if any(handle == control.fileno() for handle, _ in either.poll()):
        os.kill(copy, signal.SIGKILL)
    status = os.waitpid(copy, 0)[1]
    return os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0


def _be_copy(control: socket.socket, told: int, decode: Decode, limits: Limits, room: int) -> None:
    """Answer one question and end, without a return into what the child was doing."""
    try:
        die_with_parent()
        os.dup2(1, 2)  # nowhere: what a recording makes libraries say is not for the log
        decode(_SHORT, 1.0)  # which writes to, and by that copies, what every recording would
        _, handles, _, _ = socket.recv_fds(control, 1, 1)
        control.close()
        os.write(told, b"\0")
        connection = socket.socket(fileno=handles[0])
        max_s, size = QUESTION.unpack(connection.recv(QUESTION.size, socket.MSG_WAITALL))
        confine_copy(limits, room + 2 * size)  # the file, and one that is made of it for FFmpeg to read
        kind, content = _decoded(decode, connection.recv(size, socket.MSG_WAITALL), max_s)
        connection.sendall(ANSWER.pack(kind, content.nbytes))
        connection.sendall(content)
    finally:
        os._exit(0)


def _decoded(decode: Decode, data: bytes, max_s: float) -> tuple[int, memoryview]:
    try:
        return SAMPLES, decode(data, max_s).data
    except Undecodable as refusal:
        return _KINDS[type(refusal)], _text(str(refusal))
    except MemoryError:
        return _KINDS[TooCostly], _text("decoding it takes more memory than a recording needs")
    except Exception:  # the parent logs it, here is no log
        return DEFECT, _text(traceback.format_exc())


def _text(words: str) -> memoryview:
    return memoryview(words.encode(errors="replace")[-LONGEST_TEXT:])
