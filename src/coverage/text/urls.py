"""One address for one article: without tracking, sessions, AMP, mobile and print variants."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, quote, unquote, urlencode, urljoin, urlsplit, urlunsplit

TRACKING = re.compile(r"^(?:utm_\w+|fbclid|gclid|yclid|dclid|msclkid|mc_[ce]id|igshid|ref|ref_src|referrer|src|from|cmpid|ocid|cid|ito|smid|sr_share|share|at_\w+|xtor|_ga|_openstat|amp|outputtype|output|print|spm|partner|ns_\w+|wt_\w+|feature|s_cid|rss|tpcc|traffic_source|mob|mobile)$", re.IGNORECASE)  # fmt: skip
SESSION = re.compile(r"^(?:phpsessid|jsessionid|sid|session(?:id)?|aspsessionid\w*|cfid|cftoken)$", re.IGNORECASE)
PATH_SESSION = re.compile(r";jsessionid=[^/?#]*", re.IGNORECASE)
VARIANT_HOST = re.compile(r"^(?:amp|m|mobile|touch|wap|www\d?)\.(?=[^.]+\.[^.])", re.IGNORECASE)
VARIANT_PATH = re.compile(
    r"(?:^/amp(?=/))|(?:/(?:amp|amphtml|print|mobile)/?$)|(?:\.amp(?=(?:\.html?)?$))", re.IGNORECASE
)
ARCHIVED = re.compile(r"^https?://web\.archive\.org/web/\d+[a-z_]*/(?P<url>\S+)$", re.IGNORECASE)


def canonical_url(url: str, rel_canonical: str | None = None) -> str:
    """The canonical form of `url`; the page's own rel=canonical counts where it stays with the same registrable domain.

    Idempotent. An address that is no http(s) URL comes back as it is, stripped.
    """
    address = url.strip()
    while archived := ARCHIVED.match(address):
        address = archived["url"]
    if rel_canonical:
        own = urljoin(address, rel_canonical.strip())
        if _same_site(address, own) and not _is_front_page(own):
            address = own
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return address
    if parts.scheme.lower() not in ("http", "https") or not parts.hostname:
        return address
    host = VARIANT_HOST.sub("", _idna(parts.hostname))
    if port and port not in (80, 443):
        host = f"{host}:{port}"
    path = VARIANT_PATH.sub("", PATH_SESSION.sub("", parts.path)) or "/"
    path = quote(unquote(re.sub(r"/{2,}", "/", path)), safe="/:@!$&'()*+,;=~-._")
    if len(path) > 1:
        path = path.rstrip("/")
    kept = sorted(
        (k, v)
        for k, v in parse_qsl(parts.query, keep_blank_values=True)
        if not TRACKING.match(k) and not SESSION.match(k)
    )
    return urlunsplit(("https", host, path or "/", urlencode(kept), ""))


def _idna(host: str) -> str:
    host = host.lower().rstrip(".")
    if host.isascii():
        return host
    try:
        return host.encode("idna").decode("ascii")
    except UnicodeError:
        return host


def _same_site(one: str, other: str) -> bool:
    from tld import get_fld

    first, second = (get_fld(address, fail_silently=True) or _host(address) for address in (one, other))
    return bool(first) and first == second


def _host(address: str) -> str:
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""


def _is_front_page(address: str) -> bool:
    try:
        parts = urlsplit(address)
    except ValueError:
        return True
    return parts.path in ("", "/") and not parts.query
