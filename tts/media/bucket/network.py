"""The network to a stranger's bucket: public addresses alone, one deadline over all, and answers no longer than S3's.

botocore's own waits as long as a byte comes now and then, and reads an answer to its end, however much that is. Its
event before a request is sent is where another network can send it.
"""

from __future__ import annotations

import io
import ssl
import time
from collections.abc import Callable
from typing import Any

import httpcore
from botocore.awsrequest import AWSResponse
from botocore.exceptions import EndpointConnectionError, SSLError
from urllib3 import HTTPResponse

from tts.errors import DownloadRefused
from tts.voice.download.network import Judged, NoSuchHost
from tts.voice.download.public import Address

_SILENCE_S = 30.0  # that is waited for anything
_ANSWER_BYTES = 256 * 1024  # S3 answers a file and a look with an error at most, a kilobyte of XML


class TooMuch(Exception):
    """An answer is longer than any of S3's."""


class Guarded:
    """Sends what botocore has signed; to be registered for its `before-send`.

    Args:
        allowed: tells whether an address may be connected to.
        all_s: seconds from now to the end of all that it waits for.
    """

    def __init__(self, allowed: Callable[[Address], bool], all_s: float) -> None:
        self._network = Judged(allowed, min(_SILENCE_S, all_s), time.monotonic() + all_s)
        self._tls = httpcore.default_ssl_context()

    def __call__(self, request: Any, **_: Any) -> AWSResponse:
        """Return the answer to a request.

        Raises:
            botocore.exceptions.ConnectionError: none comes, or none that may be.
        """
        try:
            return self._answer(request)
        except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.TimeoutException) as error:
            trust = any(isinstance(cause, ssl.SSLCertVerificationError) for cause in error.args)
            kind = SSLError if trust else EndpointConnectionError
            raise kind(endpoint_url=request.url, error=error) from error
        except (NoSuchHost, DownloadRefused, TooMuch) as error:
            raise EndpointConnectionError(endpoint_url=request.url, error=error) from error

    def _answer(self, request: Any) -> AWSResponse:
        headers: dict[str | bytes, str | bytes] = {
            name: value for name, value in request.headers.items() if name.lower() != "expect"
        }
        body = request.body.read() if hasattr(request.body, "read") else request.body
        with (
            httpcore.ConnectionPool(self._tls, network_backend=self._network, http2=False) as pool,
            pool.stream(request.method, request.url, headers=headers, content=body) as response,
        ):
            data = bytearray()
            for block in response.iter_stream():
                data += block
                if len(data) > _ANSWER_BYTES:
                    raise TooMuch
            told = {name.decode("latin-1"): value.decode("latin-1") for name, value in response.headers}
            raw = HTTPResponse(io.BytesIO(data), preload_content=False)
            return AWSResponse(request.url, response.status, told, raw)
