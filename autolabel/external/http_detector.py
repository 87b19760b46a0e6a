"""A detector behind a URL: a frame's points go there, boxes come back."""

from __future__ import annotations

import ssl
import time
from collections.abc import Mapping

import anyio
import httpx
from anyio.from_thread import start_blocking_portal

from autolabel.classes import ClassSet
from autolabel.detections import Detections
from autolabel.external.contract import body_of, headers_of, read_answer
from autolabel.external.errors import DetectorError, clipped
from autolabel.recording import Recording

MOST_BYTES = 4 << 20
MOST_EXCUSE_BYTES = 1000
"""So much of what comes with an error status is read."""
TIMEOUT_S = 60.0
CONNECT_S = 10.0
RETRIES = 3
BACK_OFF_S = 0.5
"""Wait before the first retry; twice as long before each further one."""
NOT_READY = (502, 503, 504)
"""What gateways answer while a server starts."""


class _NotReadyError(Exception):
    """Nobody answered; perhaps somebody will in a moment."""


class HttpDetector:
    """Asks a server for the objects of each frame; see docs/external-models.md."""

    def __init__(
        self,
        url: str,
        classes: ClassSet,
        timeout_s: float = TIMEOUT_S,
        retries: int = RETRIES,
        back_off_s: float = BACK_OFF_S,
    ) -> None:
        """Check the address; nobody is asked yet.

        Args:
            url: ``http://…`` or ``https://…``; a user and a password in it are sent as basic authentication.
            classes: Categories by name.
            timeout_s: Until the whole answer must be there.
            retries: How often it is tried again where nobody answers.
            back_off_s: How long to wait before the first retry; twice as long before each further one.

        Raises:
            DetectorError: That is no address to ask.
            ValueError: A time or a count is out of range.
        """
        if not 0.0 < timeout_s < 86400.0 or not 0 <= retries <= 10 or not 0.0 <= back_off_s <= 60.0:
            raise ValueError(f"timeout_s, retries, back_off_s out of range: {timeout_s}, {retries}, {back_off_s}")
        self.classes, self.url = classes, _url_of(url)
        self.timeout_s, self.retries, self.back_off_s = timeout_s, retries, back_off_s
        self.where = clipped(self.url.copy_with(userinfo=b"", query=None, fragment=None))
        self._tls: ssl.SSLContext | bool = ssl.create_default_context() if self.url.scheme == "https" else False

    def detect(self, recording: Recording, frame_index: int) -> Detections:
        """The objects of a frame, in its ``ego``, the surest first; a frame without points asks nobody.

        Raises:
            DetectorError: There was no answer, or one against the contract.
        """
        if not len(recording.points(frame_index)):
            return Detections.none()
        answer = self._ask(body_of(recording, frame_index), headers_of(recording, frame_index))
        return read_answer(answer, self.where, self.classes)

    def _ask(self, body: bytes, headers: Mapping[str, str]) -> bytes:
        """The answer, asked for again while nobody is there."""
        for attempt in range(self.retries):
            try:
                return self._ask_once(body, headers)
            except _NotReadyError:
                time.sleep(self.back_off_s * 2**attempt)
        try:
            return self._ask_once(body, headers)
        except _NotReadyError as error:
            tries = f" (tried {self.retries + 1} times)" if self.retries else ""
            raise DetectorError(self.where, "server", "an answer", f"{error}{tries}") from error

    def _ask_once(self, body: bytes, headers: Mapping[str, str]) -> bytes:
        try:
            # A loop in a thread of its own: only there does one deadline hold for all of connecting, sending, reading.
            with start_blocking_portal() as portal:
                return portal.call(self._exchange, body, headers)
        except TimeoutError as error:
            raise DetectorError(
                self.where, "server", f"the whole answer within {self.timeout_s:g} s", "less"
            ) from error
        except (httpx.NetworkError, httpx.ConnectTimeout, httpx.RemoteProtocolError) as error:
            raise _NotReadyError(_said(error)) from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise DetectorError(self.where, "server", "an answer", _said(error)) from error

    async def _exchange(self, body: bytes, headers: Mapping[str, str]) -> bytes:
        limits = httpx.Timeout(None, connect=min(CONNECT_S, self.timeout_s))
        # Not by way of proxies or with passwords that the environment names: the points go where was said.
        client = httpx.AsyncClient(verify=self._tls, timeout=limits, trust_env=False, follow_redirects=False)
        # Nothing packed: a small answer could unpack to a huge one.
        sent = {**headers, "User-Agent": "truebox", "Accept-Encoding": "identity"}
        with anyio.fail_after(self.timeout_s):
            async with client, client.stream("POST", self.url, content=body, headers=sent) as response:
                await self._check(response)
                return await self._read(response)

    async def _check(self, response: httpx.Response) -> None:
        """Raise where this is not the answer asked for."""
        status = f"{response.status_code} {response.reason_phrase}".strip()
        if response.is_redirect:
            raise DetectorError(self.where, "status", "200", f"{status}, and redirects are not followed")
        if response.status_code != httpx.codes.OK:
            excuse = clipped((await _first_bytes(response, MOST_EXCUSE_BYTES)).decode(errors="replace").strip())
            found = f"{status}: {excuse}" if excuse else status
            if response.status_code in NOT_READY:
                raise _NotReadyError(found)
            raise DetectorError(self.where, "status", "200", found)
        if (packed := response.headers.get("Content-Encoding", "identity").lower()) != "identity":
            raise DetectorError(self.where, "Content-Encoding", "none", packed)

    async def _read(self, response: httpx.Response) -> bytes:
        body = await _first_bytes(response, MOST_BYTES + 1)
        if len(body) > MOST_BYTES:
            raise DetectorError(self.where, "answer", f"at most {MOST_BYTES} bytes", "more")
        return body


async def _first_bytes(response: httpx.Response, count: int) -> bytes:
    """As they come over the wire; no more are kept."""
    read = bytearray()
    async for chunk in response.aiter_raw():
        read += chunk
        if len(read) >= count:
            break
    return bytes(read[:count])


def _said(error: Exception) -> str:
    """Its message; some have none."""
    return clipped(error) or type(error).__name__


def _url_of(text: str) -> httpx.URL:
    try:
        url = httpx.URL(text)
    except (httpx.InvalidURL, ValueError) as error:
        raise DetectorError("detector", "address", "http://… or https://…", error) from error
    if url.scheme not in ("http", "https") or not url.host or not 0 < (url.port or 80) < 65536:
        shown = clipped(url.copy_with(userinfo=b"", query=None, fragment=None))
        raise DetectorError("detector", "address", "http://… or https://…", repr(shown))
    return url
