"""From any address, also an archived or odd one, to the host (or Telegram channel) whose words it shows. Pure text; never raises."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import unquote

_ADDRESS = re.compile(
    r"(?:(?:[a-z][a-z0-9+.-]*:)?//)?(?:[^/?#@\\]*@)?(\[[^\]/?#]*\]|[^/?#:\\]*)(?::\d*)?(.*)", re.I | re.S
)
_WAYBACK = re.compile(r"/(?:web/)?\d{1,14}\*?(?:[a-z]{2}_)?/(.+)", re.S)
_INNER_ADDRESS = re.compile(r"https?:/{1,2}[^/].*", re.I | re.S)
_AMP_CACHE = re.compile(r"/(?:[a-z]/)?(?:s/)?([^/?#]+\..*)", re.S)
_GOOGLE = re.compile(r"(?:www\.)?google\.[a-z.]{2,6}")
_WAYBACK_HOSTS = ("web.archive.org", "archive.org", "www.archive.org", "wayback.archive.org")
_SNAPSHOT_HOSTS = ("archive.ph", "archive.is", "archive.today", "archive.li", "archive.md", "archive.fo", "archive.vn")
_TELEGRAM_HOSTS = ("t.me", "www.t.me", "telegram.me", "www.telegram.me", "telegram.dog")
_DEEPEST_NESTING = 4  # an archived copy of an archived copy is real; more is hostile


def host_of(address: str) -> str:
    """Lower-case host without port or credentials, IDN in its ASCII form; `t.me/<channel>` for Telegram; "" where there is none."""
    host, rest = _split(unwrapped(address))
    if host in _TELEGRAM_HOSTS:
        return _channel(rest)
    return host


def unwrapped(address: str) -> str:
    """The address of the page itself where `address` is an archive's copy or a cache's; else `address`."""
    for _ in range(_DEEPEST_NESTING):
        inner = _inner_address(*_split(address))
        if inner is None:
            break
        address = inner
    return address


def _split(address: str) -> tuple[str, str]:
    matched = _ADDRESS.fullmatch(address.strip())
    if matched is None:
        return "", ""
    host = matched[1].strip().rstrip(".").lower()
    return ascii_host(host), matched[2]


def ascii_host(host: str) -> str:
    """An internationalised name in its `xn--` form; a name that has none stays as it is."""
    if host.isascii():
        return host.lower()
    try:
        return host.encode("idna").decode("ascii").lower()
    except UnicodeError:
        return host


def _inner_address(host: str, rest: str) -> str | None:
    """The address inside an archive's or cache's, where it can be read off."""
    if host in _WAYBACK_HOSTS:
        found = _WAYBACK.match(rest)
        return _whole_scheme(found[1]) if found else None
    if host in _SNAPSHOT_HOSTS:
        found = _INNER_ADDRESS.search(unquote(rest))
        return _whole_scheme(found[0]) if found else None
    if host.endswith(".cdn.ampproject.org"):
        found = _AMP_CACHE.match(rest)
        return f"https://{found[1]}" if found else None
    if _GOOGLE.fullmatch(host) and rest.startswith("/amp/"):
        return f"https://{rest[5:].removeprefix('s/')}"
    return None


def _whole_scheme(address: str) -> str:
    """Archives write `http:/example.org` for `http://example.org`."""
    return re.sub(r"^(https?):/+", r"\1://", address, flags=re.I)


def _channel(rest: str) -> str:
    path = unquote(re.split(r"[?#]", rest, maxsplit=1)[0]).strip("/").removeprefix("s/")
    is_title = " " in path  # data sets name channels by title, which may hold a slash; a handle holds no space
    name = (path if is_title else path.split("/")[0]).removeprefix("@").strip()
    return f"t.me/{name.lower()}" if name else "t.me"


@lru_cache(maxsize=65536)
def registrable_domain(host: str) -> str:
    """The part of a host that its owner registered, by the Public Suffix List; of a top level the list does not know, two labels."""
    if host.startswith(("t.me/", "[")) or not host.isascii() or host.replace(".", "").isdigit():
        return host
    from tld import get_fld

    try:
        found = get_fld(f"http://{host}", fail_silently=True, search_private=True)
    except Exception:  # the list's reader trips over hosts that are no hosts
        found = None
    return found or ".".join(host.split(".")[-2:])
