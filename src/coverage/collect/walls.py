"""Answers that look like pages and are none: bot walls and consent pages. Each mark cites where it is seen."""

from __future__ import annotations

from urllib.parse import urlsplit

_LOOK_AT = 64 * 1024
_SHORT = 60_000  # a real article page with one of these words in passing is longer

BOT_WALL_MARKS = (
    b"cf-browser-verification",  # Cloudflare, until 2022
    b"/cdn-cgi/challenge-platform/",  # Cloudflare, since 2022
    b"<title>just a moment...</title>",  # Cloudflare
    b"<title>attention required! | cloudflare</title>",
    b"ddos-guard",  # DDoS-Guard, common on Russian sites
    b"__qrator",  # Qrator, common on Russian sites
    b"_incapsula_resource",  # Imperva
    b"px-captcha",  # HUMAN, formerly PerimeterX
    b"geo.captcha-delivery.com",  # DataDome
    b"checking your browser before accessing",
    b"servicepipe.ru",  # Servicepipe, common on Russian sites
    b"sgcaptcha",  # SiteGround
)
CONSENT_HOSTS = ("consent.yahoo.com", "consent.google.com", "consent.youtube.com", "myprivacy.dpgmedia.nl", "cmp.")


def recognise(url: str, status: int | None, body: bytes) -> tuple[str, str] | None:
    """(outcome, reason) where the answer is a wall, else None."""
    host = urlsplit(url).hostname or ""
    if any(host == name or (name.endswith(".") and host.startswith(name)) for name in CONSENT_HOSTS):
        return "consent page", f"redirected to {host}"
    is_refusal = status in (401, 403, 429, 503)
    if not is_refusal and len(body) > _SHORT:
        return None
    head = body[:_LOOK_AT].lower()
    mark = next((mark for mark in BOT_WALL_MARKS if mark in head), None)
    return ("bot wall", f"holds {mark.decode()!r}") if mark else None
