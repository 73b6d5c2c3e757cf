"""No way of writing or hiding an address leads to a connection inside: not one socket is connected."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from asyncio.selector_events import BaseSelectorEventLoop
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from loopback import FAST, Site, WebSource, WebStudy, rss, sitemap

from coverage.collect import Archive, collect_async
from coverage.collect.guard import is_public

OWN = "127.0.0.9"  # the test's own server: the only address let through
SETTINGS = replace(FAST, allowed_networks=(f"{OWN}/32",), timeout_seconds=2, max_tries=1)
FORMS = [
    "127.0.0.1", "127.1", "2130706433", "0x7f000001", "0177.0.0.1", "127.0.0.1.", "localhost", "0", "0.0.0.0",
    "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "198.18.0.1", "192.0.0.192",
    "168.63.129.16", "224.0.0.1", "255.255.255.255", "[::1]", "[::]", "[::ffff:127.0.0.1]", "[::ffff:a9fe:a9fe]",
    "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "[2001:0:7f00:1::]", "[fe80::1]", "[fd00:ec2::254]", "[::127.0.0.1]",
]  # fmt: skip


@pytest.fixture
def connected(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every address that a socket of this process is connected to."""
    seen: list[str] = []
    real = BaseSelectorEventLoop.sock_connect

    async def watched(self: Any, sock: socket.socket, address: Any) -> None:
        seen.append(address[0])
        await real(self, sock, address)

    monkeypatch.setattr(BaseSelectorEventLoop, "sock_connect", watched)
    return seen


def test_there_are_29_forms() -> None:
    assert len(set(FORMS)) == 29


def gather(folder: Path, *sources: WebSource, pages: dict[str, Any] | None = None) -> None:
    async def main() -> None:
        async with Site(pages or {}) as site:
            filled = [replace(s, urls=tuple(u.replace("OWN", f"{OWN}:{site.port}") for u in s.urls)) for s in sources]
            site.pages = {
                k: v.replace("OWN", f"{OWN}:{site.port}") if isinstance(v, str) else v for k, v in site.pages.items()
            }
            await asyncio.wait_for(collect_async(WebStudy(folder, filled), settings=SETTINGS), 60)

    asyncio.run(main())


def test_direct(tmp_path: Path, connected: list[str]) -> None:
    gather(tmp_path, WebSource("addresses", tuple(f"http://{form}:8099/x" for form in FORMS)))
    assert connected == []
    outcomes = [c.outcome for c in Archive(tmp_path)]
    assert len(outcomes) == len(FORMS)
    assert set(outcomes) <= {"refused address", "connection"}  # "connection": forms no resolver knows


def test_redirect(tmp_path: Path, connected: list[str]) -> None:
    from aiohttp import web

    async def redirect(request: web.Request) -> web.Response:
        return web.Response(status=302, headers={"Location": f"http://{FORMS[int(request.query['n'])]}:8099/x"})

    urls = tuple(f"http://OWN/go?n={n}" for n in range(len(FORMS)))
    gather(tmp_path, WebSource("addresses", urls), pages={"/go": redirect})
    assert set(connected) == {OWN}
    assert len(list(Archive(tmp_path))) == len(FORMS)
    assert {c.outcome for c in Archive(tmp_path)} <= {"refused address", "connection"}


@pytest.mark.parametrize("way", ["feed", "sitemap", "sitemap index", "robots sitemap"])
def test_listed(tmp_path: Path, connected: list[str], way: str) -> None:
    links = [f"http://{form}:8099/x" for form in FORMS]
    pages = {
        "/feed": rss(links), "/sitemap": sitemap(links), "/index": sitemap(links, index=True),
        "/robots.txt": "User-agent: *\nDisallow:\n" + "".join(f"Sitemap: {link}\n" for link in links),
    }  # fmt: skip
    source = {
        "feed": WebSource("feeds", ("http://OWN/feed",)), "sitemap": WebSource("sitemaps", ("http://OWN/sitemap",)),
        "sitemap index": WebSource("sitemaps", ("http://OWN/index",)),
        "robots sitemap": WebSource("sitemaps", ("http://OWN/",)),
    }[way]  # fmt: skip
    gather(tmp_path, source, pages=pages)
    assert set(connected) == {OWN}


def test_names_that_resolve_inside(tmp_path: Path, connected: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    literal = [f.strip("[]") for f in FORMS if f.strip("[]").count(".") == 3 or ":" in f]
    answers = {f"h{n}.example": ipaddress.ip_address(f) for n, f in enumerate(literal) if not f.endswith(".") and "x" not in f and not f.startswith("01")}  # fmt: skip

    async def resolve(self: Any, host: str, port: int, **_: Any) -> list[Any]:
        address = answers[host]
        family = socket.AF_INET6 if address.version == 6 else socket.AF_INET
        where = (str(address), port) if address.version == 4 else (str(address), port, 0, 0)
        return [(family, socket.SOCK_STREAM, 6, "", where)]

    monkeypatch.setattr(asyncio.BaseEventLoop, "getaddrinfo", resolve)
    study = WebStudy(tmp_path, [WebSource("addresses", tuple(f"http://{name}:8099/" for name in answers))])
    asyncio.run(collect_async(study, settings=SETTINGS))
    assert len(answers) > 18
    assert connected == []


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8"])
def test_public_addresses_are_let_through(address: str) -> None:
    assert is_public(ipaddress.ip_address(address))
