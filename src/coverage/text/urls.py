"""One address for one article: without tracking, sessions, AMP, mobile, print, archive and cache variants."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import quote, unquote_to_bytes, urljoin, urlsplit, urlunsplit

from coverage.catalog.addresses import ascii_host, registrable_domain, unwrapped

TRACKING = re.compile(
    r"^(?:utm_?\w*|ga_\w+|pk_\w+|mtm_\w+|hsa_\w+|_hs\w+|fb_\w+|(?:fb|g|y|d)clid|gbraid|wbraid|gad_source|msclkid|twclid|ttclid|srsltid|mc_[ce]id|mkt_tok|igshid|igsh"
    r"|ref|ref_src|ref_url|referr?er|src|from|cmp|cmpid|ocid|cid|ito|smid|sr_share|share|sharetype|at_\w+|xtor|_ga|_gl|_openstat|spm|partner|ns_\w+|wt_\w+"
    r"|feature|s_cid|rss|tpcc|traffic_source|amp|mob|mobile|print|printable|noredirect|intcmp|icid|ftag|guccounter|guce_\w+|__twitter_impression|_x_tr_\w+)$",
    re.IGNORECASE,
)
SESSION = re.compile(r"^(?:php|j|asp)?sess(?:ion)?_?id\w*$|^s?sid$|^cfid$|^cftoken$|^zenid$|^oscsid$", re.IGNORECASE)
SESSION_VALUE = re.compile(r"^(?=.*\d)(?=.*[a-z])[\w-]{12,}$|^[\da-f]{16,}$", re.IGNORECASE)  # `sid=4711` is a story
VARIANT = re.compile(r"^(?:output(?:type)?|view|mode|version|format|m)=(?:amp|print|mobile|1)$", re.IGNORECASE)
PATH_SESSION = re.compile(r";(?:jsessionid|phpsessid|sid)=[^/?#;]*|/\([SAF]\([\w-]+\)\)", re.IGNORECASE)
VARIANT_HOST = re.compile(r"^(?:amp|m|mobile|touch|wap|print|www\d?)\.(?=[^.]+\.)", re.IGNORECASE)
VARIANT_PATH = re.compile(
    r"^/(?:amp|m|mobile)(?=/.)|/(?:amp|amphtml|print|mobile|index\.html?)/?$|\.amp(?=(?:\.html?)?$)|[_-]print(?=\.html?$)",
    re.IGNORECASE,
)
SAFE_IN_PATH, SAFE_IN_QUERY = "!$&'()*,;=:@~-._", "!$'()*,;:@~-._/"


def canonical_url(url: str, rel_canonical: str | None = None) -> str:
    """The canonical form of `url`; the page's own rel=canonical counts where it stays with the same registrable domain.

    Idempotent; never raises. An address that is no http(s) URL comes back as it is, stripped. Bytes that a path escapes stay
    the bytes they were, in whatever charset.
    """
    address = unwrapped(_plain(url))
    if rel_canonical:
        own = _joined(address, unwrapped(_plain(rel_canonical)))
        if _same_site(address, own) and not _is_front_page(own):
            address = own
    for _ in range(4):  # taking off one variant may bring out another (/amp/print)
        shorter = _once(address)
        if shorter == address:
            break
        address = shorter
    return address


def _plain(url: str) -> str:
    """Without spaces at the ends and the tabs and line ends that browsers drop; NFC."""
    return unicodedata.normalize("NFC", re.sub(r"[\t\r\n]", "", url.encode("utf-8", "replace").decode("utf-8")).strip())


def _once(address: str) -> str:
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return address
    if parts.scheme.lower() not in ("http", "https") or not parts.hostname:
        return address
    host = _own_host(ascii_host(parts.hostname.rstrip(".")))
    if ":" in host:
        host = f"[{host}]"
    if port and port not in (80, 443):
        host = f"{host}:{port}"
    path = VARIANT_PATH.sub("", PATH_SESSION.sub("", re.sub(r"/{2,}", "/", parts.path))).rstrip("/")
    path = "/".join(quote(unquote_to_bytes(part), safe=SAFE_IN_PATH + "+") for part in path.split("/"))
    query = "&".join(sorted(_quoted(pair) for pair in parts.query.split("&") if pair and not _is_variant(pair)))
    return urlunsplit(("https", host, path or "/", query, ""))


def _own_host(host: str) -> str:
    """Without `m.`, `amp.`, `www.` and the like, where a registered name is left (`m.in.ua` is one itself)."""
    from tld import is_tld

    while (shorter := VARIANT_HOST.sub("", host)) != host and not is_tld(shorter):
        host = shorter
    return host


def _is_variant(pair: str) -> bool:
    name, _, value = pair.partition("=")
    if TRACKING.match(name) or VARIANT.match(pair):
        return True
    return bool(SESSION.match(name)) and (len(name) > 4 or bool(SESSION_VALUE.match(value)))


def _quoted(pair: str) -> str:
    name, equals, value = pair.partition("=")
    return _escaped(name) + equals + _escaped(value)


def _escaped(words: str) -> str:
    return quote(unquote_to_bytes(words.replace("+", "%20")), safe=SAFE_IN_QUERY)


def _joined(address: str, other: str) -> str:
    try:
        return urljoin(address, other)
    except ValueError:
        return address


def _same_site(one: str, other: str) -> bool:
    first, second = (registrable_domain(ascii_host(_host(address))) for address in (one, other))
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
