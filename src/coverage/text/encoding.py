"""Bytes → text. What the bytes can be outweighs what the page says they are; latin-1 is never a default."""

from __future__ import annotations

import codecs
import itertools
import re

MOST_BYTES = 16 * 2**20
BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))  # fmt: skip
BINARY = {
    b"%PDF": "a PDF", b"\x89PNG": "an image (PNG)", b"\xff\xd8\xff": "an image (JPEG)", b"GIF8": "an image (GIF)", b"RIFF": "an image or sound (RIFF)", b"PK\x03\x04": "a ZIP archive or office file",
    b"\x1f\x8b": "gzip bytes that were not unpacked", b"\x28\xb5\x2f\xfd": "zstd bytes that were not unpacked", b"BZh": "bzip2 bytes", b"\xfd7zXZ": "xz bytes", b"\xd0\xcf\x11\xe0": "an office file",
    b"wOF": "a font", b"OggS": "a sound", b"ID3": "a sound", b"\x00\x00\x01\x00": "an icon", b"\x7fELF": "a program", b"MZ\x90": "a program", b"SQLite format 3": "a database",
}  # fmt: skip
CHARSET = re.compile(rb"""charset\s*=\s*["']?\s*([\w:.-]+)|<\?xml[^>]{0,80}encoding\s*=\s*["']([\w:.-]+)""", re.IGNORECASE)  # fmt: skip
SINGLE_BYTE = ("windows-1251", "koi8-u", "koi8-r", "iso-8859-5", "cp866", "mac-cyrillic", "windows-1252", "windows-1250", "iso-8859-2", "windows-1257", "windows-1254", "windows-1253")  # fmt: skip
ALIASES = {"iso8859-1": "windows-1252", "latin-1": "windows-1252", "ascii": "windows-1252", "cp1251": "windows-1251", "cp1252": "windows-1252", "cp1250": "windows-1250", "iso8859-15": "windows-1252", "gb2312": "gb18030", "gbk": "gb18030"}  # fmt: skip
UNICODE = ("utf-8", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-7")
FREQUENT = frozenset("оеаинтсрвлкмдпуябгзчйжхшюцщіїєьыъОЕАИНТСРВПКМДУЯБГЗЧІЄЩЮЦХФШЖЙЛЕЁёэЭфҐґЇўЎ")
ACCENTED = frozenset("äöüßéèàâêîôûçñáíóúãõëïùœÄÖÜÉÈÀÁÓÚÇÑŠšžŽąćęłńśźżĄĆĘŁŃŚŹŻóÓěřčůýťďňĚŘČŮÝÅåØøæÆőűăâîșțşţğıİ")
SAFE_SIGNS = frozenset("«»—–„“”‘’…№§©®°€•·\u00a0\u00ad¿¡º×→™")
WORD = re.compile(r"[^\s\x00-\x2c\x2e-\x40\[-`{-~]+")
CONTROLS = bytes(n for n in range(32) if n not in (9, 10, 12, 13, 27)) + b"\x7f"
DECLARED_BONUS = 0.03
MOST_SAMPLED = 60_000
TWICE = re.compile(r"(?:[ÐÑ][\x80-\xbf\u0152-\u0178\u02c6\u02dc\u2013-\u203a\u20ac\u2122\u00a0-\u00bf]|[ÃÂ][\u0080-\u00bf\u0152-\u0178\u2013-\u203a\u20ac\u2122]|â€|(?:[РС][\u0080-\u00bf\u0402-\u040f\u0452-\u045f\u0490\u0491\u2013-\u203a\u20ac\u2116\u2122ІіЁё]){3})")  # fmt: skip


class NotText(ValueError):  # noqa: N818 - a finding, not a fault: this page is no page
    """The bytes are no text; the message says what they are."""


def decode(data: bytes, content_type: str | None = None) -> str:
    """The text of a page, NULs dropped. Raises NotText for nothing, binaries, packed bytes and pages over 16 MiB."""
    _refuse(data)
    for bom, name in BOMS:
        if data.startswith(bom):
            return data.decode(name, "replace").replace("\x00", "")
    if wide := _utf16_without_bom(data):
        return wide
    if data[:20_000].count(0) > len(data[:20_000]) // 50:
        raise NotText("a binary file (many NUL bytes)")
    data = data.replace(b"\x00", b"")
    if len(data[:20_000].translate(None, CONTROLS)) < 0.97 * len(data[:20_000]):
        raise NotText("a binary file (many control characters)")
    text = _utf8(data)
    return _repaired(text) if text is not None else _legacy(data, content_type)


def _refuse(data: bytes) -> None:
    if not data.strip(b"\x00 \t\r\n"):
        raise NotText("empty")
    if len(data) > MOST_BYTES:
        raise NotText(f"{len(data)} bytes; pages over {MOST_BYTES} are not read")
    head = data[:64].lstrip(b" \t\r\n")
    for mark, name in BINARY.items():
        if head.startswith(mark):
            raise NotText(name)
    if head[4:8] == b"ftyp":
        raise NotText("a film or an image (MP4, AVIF)")


def _utf16_without_bom(data: bytes) -> str | None:
    """Markup in UTF-16 has its NULs nearly all at even or nearly all at odd places."""
    head = data[:8000]
    odd, even = head[1::2].count(0), head[0::2].count(0)
    if max(odd, even) < max(4, len(head) // 40) or min(odd, even) > max(odd, even) // 10:
        return None
    text = data.decode("utf-16-le" if odd > even else "utf-16-be", "replace")
    return text if text.count("\ufffd") <= len(text) // 50 else None


def _utf8(data: bytes) -> str | None:
    """UTF-8, where it is: all of it, or all but a few broken signs among many whole ones."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        text = data.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    whole = sum(1 for sign in text if ord(sign) > 127) - broken
    return text if broken * 20 <= whole else None


def _legacy(data: bytes, content_type: str | None) -> str:
    """The charset under which the visible words make most sense; being declared decides only between near equals."""
    declared = _declared(data, content_type)
    for name in declared:
        if name not in SINGLE_BYTE and name not in UNICODE:
            try:
                return data.decode(name)
            except (LookupError, UnicodeDecodeError):
                continue
    sample = _visible(data)
    scores = {name: _sense(sample, name) + DECLARED_BONUS * (name in declared) for name in SINGLE_BYTE}
    best = max(scores, key=lambda name: scores[name])
    if scores[best] < 0.3 and (found := _detected(data)):
        return found
    return _repaired(data.decode(best, "replace"))


def _sense(sample: bytes, name: str) -> float:
    """Mean sense of the words with signs beyond ASCII: one script a word, letters in use, case as people write it. −1 … 1."""
    total, count = 0.0, 0
    for word in WORD.findall(sample.decode(name, "replace")):
        high = [sign for sign in word if ord(sign) > 127]
        if high:
            total += len(high) * _word_sense(word, high)
            count += len(high)
    return total / count if count else 0.0


def _word_sense(word: str, high: list[str]) -> float:
    letters = [sign for sign in word if sign.isalpha()]
    cyrillic = sum("\u0400" <= sign <= "\u04ff" for sign in letters)
    if any(not sign.isalpha() and sign not in SAFE_SIGNS for sign in high):
        return -1.0
    if not letters or all(sign in SAFE_SIGNS for sign in high):
        return 0.2
    if 0 < cyrillic < len(letters):
        return -1.0
    if not (
        word.islower() or word.isupper() or word.istitle() or (letters[0].isupper() and "".join(letters[1:]).islower())
    ):
        inside = sum(a.islower() and b.isupper() for a, b in itertools.pairwise(letters))
        if inside:
            return -0.7
    known = FREQUENT if cyrillic else ACCENTED
    used = sum(sign in known for sign in letters if ord(sign) > 127) / max(1, sum(ord(sign) > 127 for sign in letters))
    share = 1.0 if cyrillic else 1.0 if len(high) <= len(letters) / 2 else 0.2
    return (2 * used - 1) * share * (1.0 if not word.isupper() or len(word) < 2 else 0.7)


def _detected(data: bytes) -> str | None:
    from charset_normalizer import from_bytes

    best = from_bytes(data[:200_000]).best()
    return data.decode(best.encoding, "replace") if best else None


def _declared(data: bytes, content_type: str | None) -> list[str]:
    """Charsets named by HTTP and by the page, in that order, by the names used here."""
    found = []
    for source in ((content_type or "").encode("ascii", "ignore"), data[:4096]):
        for match in CHARSET.finditer(source):
            try:
                name = codecs.lookup((match[1] or match[2]).decode("ascii")).name
            except (LookupError, UnicodeDecodeError):
                continue
            found.append(ALIASES.get(name, name))
    return list(dict.fromkeys(found))


def _visible(data: bytes) -> bytes:
    """The page's first bytes beyond ASCII and what surrounds them, without scripts, styles and tags."""
    without = re.sub(rb"(?is)<(script|style)\b[^>]{0,2000}>.{0,200000}?</\1\s*>", b" ", data[:1_000_000])
    text = re.sub(rb"<[^>]{0,2000}>", b" ", without)
    first = re.search(rb"[\x80-\xff]", text)
    start = max(0, first.start() - 50) if first else 0
    return text[start : start + MOST_SAMPLED]


def _repaired(text: str) -> str:
    """Text decoded twice («Ð¿Ñ€Ð¾», «РїСЂРѕ») put right, line by line."""
    if not TWICE.search(text):
        return text
    return "".join(_once(line) if TWICE.search(line) else line for line in text.splitlines(keepends=True))


def _once(line: str) -> str:
    import ftfy
    import ftfy.bad_codecs  # registers the sloppy codecs

    for name in ("sloppy-windows-1252", "sloppy-windows-1251", "latin-1"):
        try:
            better = line.encode(name).decode("utf-8")
        except UnicodeError:
            continue
        if len(better) < len(line):
            return better
    return str(ftfy.fix_encoding(line))
