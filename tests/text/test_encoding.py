"""Bytes become the text they were, whatever the page or the server says they are."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coverage.text.encoding import MOST_BYTES, NotText, decode

UK = "Кримські татари закликали не визнавати так звані «вибори», які Росія проводить на окупованих територіях. Її органи їдуть у Ґданськ, повідомляє Укрінформ."
RU = "Выборы президента России прошли на оккупированных территориях Украины, сообщает ТАСС. Объявлено, что явка была «рекордной»."
BG = "Изборите за президент на Русия бяха проведени в окупираните територии на Украйна, съобщава БТА. Това е нарушение на международното право."
CYRILLIC = ("utf-8", "windows-1251", "koi8-u", "koi8-r", "iso-8859-5", "cp866", "utf-16-le", "utf-16-be", "utf-16", "mac-cyrillic")  # fmt: skip
LATIN = (
    ("Österreich lehnt die „Wahl“ ab – Präsident", "windows-1252"),
    ("Élections à Donetsk : l’Union européenne dénonce", "windows-1252"),
    ("¿Qué dijo el presidente? El niño y la señora", "iso-8859-1"),
    ("Eleições e referendos: a União não reconhece", "iso-8859-15"),
    ("Wybory na Krymie są nieważne, ogłosił rząd. Żółć", "windows-1250"),
    ("Wybory na Krymie są nieważne, ogłosił rząd. Żółć", "iso-8859-2"),
)


def page(text: str, meta: str | None) -> str:
    tag = f'<meta charset="{meta}">' if meta else ""
    return f"<html><head>{tag}<title>{text[:40]}</title></head><body><p>{text}</p><p>{text}</p></body></html>"


@pytest.mark.parametrize("charset", CYRILLIC)
@pytest.mark.parametrize("text", [UK, RU, BG], ids=["uk", "ru", "bg"])
@pytest.mark.parametrize("meta", [None, "utf-8", "windows-1251", "koi8-r", "iso-8859-1"])
@pytest.mark.parametrize("sent", [None, "text/html; charset=iso-8859-1", "text/html; charset=utf-8"])
def test_cyrillic_whatever_is_declared(charset: str, text: str, meta: str | None, sent: str | None) -> None:
    data = page(text, meta).encode(charset, "replace")  # letters that a charset lacks are lost before we come
    assert decode(data, sent) == data.decode(charset).removeprefix("\ufeff")


@pytest.mark.parametrize(("text", "charset"), LATIN, ids=lambda value: value[:12])
@pytest.mark.parametrize("declared", [True, False])
def test_latin_pages_do_not_become_cyrillic(text: str, charset: str, declared: bool) -> None:
    source = page(text, charset if declared else None)
    assert decode(source.encode(charset)) == source


@pytest.mark.parametrize("wrong", ["windows-1252", "windows-1251"])
def test_text_decoded_twice_is_repaired(wrong: str) -> None:
    text = "Путин назвал вибори голосованием, сказала она."
    twice = "".join(
        text.encode()[n : n + 1].decode(wrong, "ignore") or chr(text.encode()[n]) for n in range(len(text.encode()))
    )
    assert decode(twice.encode()) == text


def test_a_few_broken_signs_do_not_change_the_charset() -> None:
    data = UK.encode() * 5 + b"\xd0"
    assert decode(data).startswith(UK)


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"", "empty"),
        (b" \n\x00\x00", "empty"),
        (b"%PDF-1.7 \xe2\xe3", "PDF"),
        (b"\x89PNG\r\n\x1a\n", "PNG"),
        (b"\xff\xd8\xff\xe0", "JPEG"),
        (b"\x1f\x8b\x08\x00abc", "gzip"),
        (b"PK\x03\x04abc", "ZIP"),
        (bytes(range(1, 32)) * 50, "control"),
        (b"a\x00\x00\x00" * 4000, "NUL"),
        (b"<p>" + b"x" * MOST_BYTES, str(MOST_BYTES)),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_what_is_no_text_is_refused_by_name(data: bytes, what: str) -> None:
    with pytest.raises(NotText, match=what):
        decode(data)


def test_nuls_inside_a_page_are_dropped() -> None:
    assert decode(b"<p>vo\x00te " + b"and more words " * 20).startswith("<p>vote and")


@given(st.binary(max_size=3000))
@settings(max_examples=150, deadline=None)
def test_any_bytes_give_text_or_a_reason(data: bytes) -> None:
    try:
        assert isinstance(decode(data), str)
    except NotText as reason:
        assert str(reason)


@given(st.text(min_size=1, max_size=400).filter(lambda t: t.strip("\x00 \t\r\n")))
@settings(max_examples=150, deadline=None)
def test_utf8_comes_back_as_it_was(text: str) -> None:
    source = f"<p>{UK}</p>{text}"
    try:
        data = source.encode()
    except UnicodeEncodeError:
        return
    try:
        found = decode(data)
    except NotText:
        return  # mostly control characters
    assert UK in found
