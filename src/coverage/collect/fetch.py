"""One polite request: bounded in time and size, decoded strictly, never to an address that is not public.

Every way it can go wrong is an outcome with a reason; nothing but cancellation is raised.
"""

from __future__ import annotations

import asyncio
import importlib.util
import ssl
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from types import TracebackType
from typing import TYPE_CHECKING

from coverage.collect.decoding import BODY_CAP, BodyError, Decoder, content_coding
from coverage.collect.guard import REFUSED, socket_factory, usable_url
from coverage.collect.http_message import judge_answer
from coverage.collect.records import Headers

if TYPE_CHECKING:
    import aiohttp

PRODUCT = "vote-coverage"
_ACCEPT = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


class NoContactError(ValueError):
    """The study names no contact, so it may not fetch."""


@dataclass(frozen=True)
class Reply:
    """What one request brought. `status` is None where there was no answer; `body` is decoded."""

    url: str
    fetched_at: datetime
    outcome: str
    reason: str | None = None
    status: int | None = None
    headers: Headers = ()
    body: bytes = b""
    request: bytes | None = None

    def header(self, name: str) -> str | None:
        return next((value for key, value in self.headers if key.lower() == name), None)


def user_agent(contact: str | None) -> str:
    """An honest name with a way to complain; raises NoContactError where the study gives none."""
    words = " ".join((contact or "").split())
    if not words or not ("@" in words or words.startswith(("http://", "https://"))) or not words.isascii():
        raise NoContactError(
            "the study file needs `contact:` with an e-mail or web address: it is sent with every request, "
            "so that a site's owner can reach whoever is collecting"
        )
    try:
        release = version("vote-coverage")
    except PackageNotFoundError:
        release = "0"
    return f"{PRODUCT}/{release} (+{words})"


class Fetcher:
    """An HTTP client for one collection run; use as an async context manager."""

    def __init__(
        self,
        agent: str,
        *,
        timeout_seconds: float = 60,
        cap: int = BODY_CAP,
        allowed_networks: Sequence[str] = (),
        in_flight: int = 64,
        clock: Callable[[], datetime] | None = None,
    ) -> None:
        self._agent = agent
        self._timeout = timeout_seconds
        self._cap = cap
        self._slots = asyncio.Semaphore(in_flight)
        self._allowed = tuple(allowed_networks)
        self._clock = clock or (lambda: datetime.now(UTC).replace(microsecond=0))
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Fetcher:
        import aiohttp

        connector = aiohttp.TCPConnector(
            limit=0, socket_factory=socket_factory(self._allowed), use_dns_cache=False, enable_cleanup_closed=True
        )  # fmt: skip
        codings = "gzip, deflate, br" if importlib.util.find_spec("brotli") else "gzip, deflate"
        self._session = aiohttp.ClientSession(
            connector=connector,
            auto_decompress=False,
            trust_env=False,
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=min(20.0, self._timeout)),
            headers={"User-Agent": self._agent, "Accept": _ACCEPT, "Accept-Encoding": codings},
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        if self._session:
            await self._session.close()

    def now(self) -> datetime:
        return self._clock()

    async def get(self, url: str, headers: dict[str, str] | None = None) -> Reply:
        """One request, redirects not followed."""
        unusable = usable_url(url)
        if unusable:
            return Reply(url, self._clock(), REFUSED, unusable)
        async with self._slots:
            return await self._bounded(url, headers or {}, self._clock())

    async def _bounded(self, url: str, headers: dict[str, str], began: datetime) -> Reply:
        try:
            async with asyncio.timeout(self._timeout):
                return await self._exchange(url, headers, began)
        except TimeoutError:
            return Reply(url, began, "timeout", f"no whole answer within {self._timeout:g} s")
        except Exception as error:
            return Reply(url, began, *_explain(error))

    async def _exchange(self, url: str, headers: dict[str, str], began: datetime) -> Reply:
        from yarl import URL

        assert self._session is not None, "use `async with Fetcher(…)`"
        async with self._session.get(URL(url), headers=headers, allow_redirects=False) as response:
            got: Headers = tuple(
                (k.decode("latin-1"), v.decode("utf-8", "replace")) for k, v in response.raw_headers
            )  # fmt: skip
            request = _request_bytes(response)
            body, trouble = await self._body(response)
            outcome, reason = trouble or judge_answer(response.status, response.headers.get("Content-Type"), len(body))
            return Reply(url, began, outcome, reason, response.status, got, body, request)

    async def _body(self, response: aiohttp.ClientResponse) -> tuple[bytes, tuple[str, str] | None]:
        """The decoded body so far as it came, and (outcome, reason) where it is not whole."""
        import aiohttp

        received = 0
        try:
            decoder = Decoder(content_coding(", ".join(response.headers.getall("Content-Encoding", []))), self._cap)
        except BodyError as error:
            return b"", (error.outcome, error.reason)
        try:
            async for piece in response.content.iter_chunked(65536):
                received += len(piece)
                if received > self._cap:
                    raise BodyError("too large", f"more than {self._cap // 2**20} MiB sent")
                decoder.feed(piece)
            return decoder.finish(), None
        except BodyError as error:
            return b"" if error.outcome == "too large" else decoder.so_far, (error.outcome, error.reason)
        except aiohttp.ClientPayloadError as error:
            return decoder.so_far, ("truncated", f"the answer breaks off: {_first_line(error)}")


def _request_bytes(response: aiohttp.ClientResponse) -> bytes:
    """The request as sent, less any key: archives are passed on."""
    sent = response.request_info
    told = {k: "(left out)" if k.lower() == "authorization" else v for k, v in sent.headers.items()}
    lines = [f"{sent.method} {sent.url.raw_path_qs} HTTP/1.1", *(f"{k}: {v}" for k, v in told.items()), "", ""]
    return "\r\n".join(lines).encode("utf-8", "replace")


def _explain(error: Exception) -> tuple[str, str]:
    """(outcome, reason) of a request that failed."""
    import aiohttp

    words = _first_line(error)
    if REFUSED in str(error):
        return REFUSED, "the host leads to an address that is not public"
    if isinstance(error, aiohttp.ClientConnectorCertificateError | aiohttp.ClientSSLError | ssl.SSLError):
        return "tls", words
    if isinstance(error, aiohttp.ServerTimeoutError | TimeoutError):
        return "timeout", words
    if isinstance(error, aiohttp.ClientResponseError | aiohttp.ClientPayloadError):
        return "bad response", words
    if isinstance(error, aiohttp.InvalidURL | ValueError | UnicodeError):
        return REFUSED, f"not an address: {words}"
    return "connection", words


def _first_line(error: BaseException) -> str:
    words = str(error).strip().split("\n")[0][:160]
    return f"{type(error).__name__}: {words}" if words else type(error).__name__
