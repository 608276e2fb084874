"""What goes over a recording's socket: the limit and the file one way; samples, or a refusal in words, the other.

Lengths stand before what they measure. The parent believes nothing: an answer is no longer than the question allows.
"""

from __future__ import annotations

import socket
import struct
import time

from tts.media.undecodable import Damaged, NotAudio, TooCostly, TooLong, Undecodable

QUESTION = struct.Struct("<dQ")  # longest duration in seconds, bytes of the file
ANSWER = struct.Struct("<BQ")  # what it is, its bytes

SAMPLES, DEFECT = 0, 1  # float32 at 24 kHz; the trace of a defect of this program
REFUSALS: dict[int, type[Undecodable]] = {2: Undecodable, 3: NotAudio, 4: Damaged, 5: TooLong, 6: TooCostly}
LONGEST_TEXT = 16_384  # bytes


class Ended(Exception):
    """The other side is gone before it has said all that it announced."""


def send(connection: socket.socket, content: bytes, deadline: float) -> None:
    """Send all of it; raises as `receive` does."""
    connection.settimeout(_left(deadline))
    try:
        connection.sendall(content)
    except ConnectionError as error:
        raise Ended from error


def receive(connection: socket.socket, room: memoryview, deadline: float) -> None:
    """Fill all of `room`, whose bytes mean nothing before.

    Args:
        connection: to the other side.
        room: bytes.
        deadline: on the clock `time.monotonic`.

    Raises:
        Ended: the other side is gone.
        TimeoutError: the deadline is over.
    """
    while room:
        connection.settimeout(_left(deadline))
        try:
            count = connection.recv_into(room)
        except ConnectionError as error:
            raise Ended from error
        if count == 0:
            raise Ended
        room = room[count:]


def receive_bytes(connection: socket.socket, size: int, deadline: float) -> bytearray:
    """Return the next `size` bytes; raises as `receive` does."""
    received = bytearray(size)
    receive(connection, memoryview(received), deadline)
    return received


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left
