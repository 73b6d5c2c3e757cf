"""Which addresses may be about a vote, judged by address and title alone, before anything is fetched."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

_LATIN = dict(
    zip(
        "абвгґдеєжзиіїйклмнопрстуфхцчшщьыэюяъё",
        [
            "a",
            "b",
            "v",
            "g",
            "g",
            "d",
            "e",
            "ie",
            "zh",
            "z",
            "i",
            "i",
            "i",
            "i",
            "k",
            "l",
            "m",
            "n",
            "o",
            "p",
            "r",
            "s",
            "t",
            "u",
            "f",
            "kh",
            "ts",
            "ch",
            "sh",
            "shch",
            "_",
            "y",
            "e",
            "iu",
            "ia",
            "_",
            "e",
        ],
        strict=True,
    )
)
_LATIN["ь"] = _LATIN["ъ"] = ""
# What any of these votes is called in the addresses of the languages watched, beyond the events' own names.
VOTE_STEMS = (
    "referend", "refjerend", "plebisc", "elect", "vote", "voting", "ballot", "wahl", "abstimm", "scrutin", "élect",
    "vybor", "vibor", "golosov", "holosuv", "голосов", "голосув", "выбор", "вибор", "избор", "referénd", "wybor",
    "glosow", "annex", "anneks", "annekt", "аннекс", "анекс", "anschluss", "accession", "reunif",
)  # fmt: skip


@dataclass(frozen=True)
class TopicTerms:
    """Lower-case stems, one of which an address or title must hold."""

    stems: tuple[str, ...]

    def may_concern(self, url: str, title: str = "") -> bool:
        """False only where the address or the title is in words and none of them fits."""
        slug = _slug(url)
        if not _has_words(slug) and not _has_words(title):
            return True
        words = f"{slug} {title}".lower()
        return any(stem in words for stem in self.stems)


def terms_of(names: Iterable[str]) -> TopicTerms:
    """The stems of what the study's events are called, in their own letters and as addresses spell them."""
    stems = set(VOTE_STEMS)
    for name in names:
        for word in re.findall(r"[^\W\d_]{6,}", name.lower()):
            stem = word[: max(6, len(word) - 3)]
            stems |= {stem, transliterated(stem)}
    return TopicTerms(tuple(sorted(stems)))


def transliterated(word: str) -> str:
    """Cyrillic in Latin letters, roughly as Ukrainian and Russian sites write their addresses."""
    return "".join(_LATIN.get(letter, letter) for letter in word.lower())


def _slug(url: str) -> str:
    """The words of an address: its path, without the parts that are folders' or files' names only."""
    return unquote(urlsplit(url).path)


def _has_words(words: str) -> bool:
    """Whether there are at least three words of letters, as in a headline or a slug made of one."""
    return len(re.findall(r"[^\W\d_]{3,}", words)) >= 3
