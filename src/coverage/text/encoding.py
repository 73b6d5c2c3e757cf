"""Bytes → text. What the bytes can be outweighs what the page says they are; latin-1 is never a default."""

from __future__ import annotations

import codecs
import re

MOST_BYTES = 16 * 2**20
BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))  # fmt: skip
BINARY = (
    b"%PDF",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"PK\x03\x04",
    b"\x1f\x8b",
    b"RIFF",
    b"\x00\x00\x00\x1cftyp",
    b"wOFF",
    b"OggS",
    b"ID3",
)
CHARSET = re.compile(rb"""charset\s*=\s*["']?\s*([\w-]+)""", re.IGNORECASE)
CYRILLIC = ("windows-1251", "koi8-u", "koi8-r", "iso-8859-5", "cp866")
FREQUENT = frozenset("оеаинтсрвлкмдпуябгзчйжхшюцщіїєОЕАИНТСРВПКМД")


class NotText(ValueError):  # noqa: N818 - a finding, not a fault: this page is no page
    """The bytes are no text; the message says what they are."""


def decode(data: bytes, content_type: str | None = None) -> str:
    """The text of a page. Raises NotText for binaries, archives and pages over 16 MiB."""
    if len(data) > MOST_BYTES:
        raise NotText(f"{len(data)} bytes are more than the {MOST_BYTES} that are read")
    for mark in BINARY:
        if data.startswith(mark):
            raise NotText(f"a binary file ({mark[:4]!r})")
    for bom, name in BOMS:
        if data.startswith(bom):
            return data.decode(name, "replace")
    if wide := _utf16_without_bom(data):
        return wide
    try:
        return _repaired(data.decode("utf-8"))
    except UnicodeDecodeError as error:
        if error.start > len(data) - 4:  # cut within the last character
            return _repaired(data.decode("utf-8", "ignore"))
    return _legacy(data, content_type)


def _utf16_without_bom(data: bytes) -> str | None:
    head = data[:2000]
    if len(head) < 20 or b"\x00" not in head:
        return None
    if head[1::2].count(0) > len(head) // 6 or head[0::2].count(0) > len(head) // 6:
        name = "utf-16-le" if head[1::2].count(0) >= head[0::2].count(0) else "utf-16-be"
        return data.decode(name, "replace")
    return None


def _legacy(data: bytes, content_type: str | None) -> str:
    """A one-byte charset: the declared one if it makes sense, else the best fit among the Cyrillic ones, else detected."""
    declared = _declared(data, content_type)
    body = _visible(data)
    high = [b for b in body if b >= 0x80]
    best = max(CYRILLIC, key=lambda name: _cyrillic_fit(body, name))
    if high and _cyrillic_fit(body, best) > 0.6:
        close = [
            name
            for name in declared
            if name in CYRILLIC and _cyrillic_fit(body, name) > 0.9 * _cyrillic_fit(body, best)
        ]
        return data.decode(close[0] if close else best, "replace")
    for name in declared:
        if name in ("utf-8", "utf8"):
            continue
        try:
            return data.decode(name)
        except (LookupError, UnicodeDecodeError):
            continue
    if data.count(0xD0) + data.count(0xD1) > len(high) / 3 or "utf-8" in declared:
        return _repaired(data.decode("utf-8", "replace"))
    return _detected(data)


def _detected(data: bytes) -> str:
    from charset_normalizer import from_bytes

    best = from_bytes(data[:200_000]).best()
    return data.decode(best.encoding if best else "windows-1252", "replace")


def _declared(data: bytes, content_type: str | None) -> list[str]:
    """Charsets named by HTTP and by the page, in that order, normalised."""
    found = []
    for source in ((content_type or "").encode("ascii", "ignore"), data[:4096]):
        if match := CHARSET.search(source):
            try:
                found.append({"cp1251": "windows-1251"}.get(name := codecs.lookup(match[1].decode()).name, name))
            except (LookupError, UnicodeDecodeError):
                continue
    return found


def _visible(data: bytes) -> bytes:
    """The page's bytes without scripts, styles and tags."""
    without = re.sub(rb"(?is)<(script|style)\b.{0,200000}?</\1>", b" ", data[:300_000])
    return re.sub(rb"<[^>]{0,2000}>", b" ", without)


def _cyrillic_fit(body: bytes, name: str) -> float:
    """Share of non-ASCII bytes that become frequent Cyrillic letters, lower case counting more: wrong charsets swap case."""
    text = body[:20_000].decode(name, "replace")
    letters = [c for c in text if ord(c) > 127 and not c.isspace() and c not in "«»—–„“”’…№\xa0"]
    if not letters:
        return 0.0
    return sum((1.0 if c.islower() else 0.5) for c in letters if c in FREQUENT) / len(letters)


def _repaired(text: str) -> str:
    """Text decoded twice («Ð¿Ñ€Ð¾») put right."""
    if not re.search(r"[ÐÑ][\x80-\xbf\u2018-\u203a\u20ac\u0152-\u0178°±²³»¾¼½µ]", text):
        return text
    import ftfy

    return ftfy.fix_encoding(text)
