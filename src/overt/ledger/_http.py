"""Reading a log and asking a witness over HTTP: the only place of Overt that opens a connection to elsewhere.

What comes back is bounded in size and time, and believed only once it is verified.
"""

from __future__ import annotations

import time
import urllib.error
import urllib.request
import zlib
from http.client import HTTPException, HTTPResponse

from overt.ledger._witness import WitnessAnswer, read_answer
from overt.refusals import Refusal

_TIMEOUT = 30
_LONGEST = 300
_ANSWER_LIMIT = 1_000_000
_PIECE = 1 << 16


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """Follows nobody elsewhere: the address that was given is the one that is read."""

    def redirect_request(self, *_: object) -> None:
        return None


class HttpReader:
    """A log behind an address."""

    def __init__(self, url: str, timeout: float = _TIMEOUT) -> None:
        self.url = checked_url(url)
        self.timeout = timeout

    def read(self, path: str, limit: int) -> bytes | None:
        """See `Reader`; refuses an address that does not answer."""
        address = f"{self.url}/{path}"
        request = urllib.request.Request(address, headers={"Accept-Encoding": "gzip, identity"})  # noqa: S310  checked
        try:
            with _opener().open(request, timeout=self.timeout) as response:
                return _body(response, response.headers.get("Content-Encoding", ""), limit, address)
        except urllib.error.HTTPError as error:
            error.close()
            if error.code in (404, 410):
                return None
            raise _unreachable(address, f"status {error.code}") from error
        except (OSError, HTTPException, zlib.error) as error:
            raise _unreachable(address, type(error).__name__) from error


class HttpWitness:
    """A witness behind its submission prefix."""

    def __init__(self, url: str, timeout: float = _TIMEOUT) -> None:
        self.url = checked_url(url)
        self.timeout = timeout

    def add_checkpoint(self, body: bytes) -> bytes:
        """See `WitnessClient`."""
        address = f"{self.url}/add-checkpoint"
        request = urllib.request.Request(address, data=body, headers={"Content-Type": "text/plain"})  # noqa: S310
        try:
            with _opener().open(request, timeout=self.timeout) as response:
                answer = WitnessAnswer(response.status, _body(response, "", _ANSWER_LIMIT, address))
        except urllib.error.HTTPError as error:
            with error:
                answer = WitnessAnswer(error.code, error.read(_ANSWER_LIMIT))
        except (OSError, HTTPException) as error:
            raise _unreachable(address, type(error).__name__) from error
        return read_answer(answer, address)


def checked_url(url: str) -> str:
    """An address without its last slash; refuses what is not http or https."""
    if not url.startswith(("http://", "https://")):
        raise Refusal("not-an-address", url.partition(":")[0], "this is not http or https", "https://…")
    return url.rstrip("/")


def _opener() -> urllib.request.OpenerDirector:
    return urllib.request.build_opener(_NoRedirect)


def _body(response: HTTPResponse, encoding: str, limit: int, address: str) -> bytes:
    unpack = zlib.decompressobj(31) if encoding == "gzip" else None
    content = bytearray()
    end = time.monotonic() + _LONGEST
    while len(content) <= limit and (piece := response.read1(_PIECE)):
        if time.monotonic() > end:
            # A byte now and then is no silence, and could go on for ever.
            raise _unreachable(address, f"not whole after {_LONGEST} s")
        content += unpack.decompress(piece, limit + 1 - len(content)) if unpack else piece
    if len(content) > limit:
        raise Refusal("resource-too-large", address, f"more than {limit:,} bytes", "no larger than a log's own file")
    return bytes(content)


def _unreachable(address: str, found: str) -> Refusal:
    return Refusal("log-unreachable", address, found, "a response", "check the address and the network, then try again")
