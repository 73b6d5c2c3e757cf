"""One language's words for speech (cues/<language>.yml) with the catalog's actors: a word → what it may be."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from itertools import accumulate
from typing import Any

from coverage.catalog import Actor, load_catalog

FALLBACK = "en"
ENDING = 6  # letters that may follow a stem
LONGEST = 40  # letters of a word that is looked up
MEMORY = 100_000  # words remembered

WORD = re.compile(r"\w+(?:[-’'ʼ]\w+)*")
WORDS = re.compile(rf"({WORD.pattern})")

SAY, TELL, LABEL, DENY, PARTICIPLE, ACCORDING, ZUFOLGE, TAIL, NOUN = (1 << n for n in range(9))
THAT, PRONOUN, ROLE, ANAPHOR, ACTOR, POSSESSIVE, VOTE, CONJUNCTIVE, BACK = (1 << n for n in range(9, 18))
WEAK, ACT, KEY = 1 << 18, 1 << 19, 1 << 20  # KEY: the longest word of a phrase that is a cue
CUE = SAY | TELL | LABEL | DENY | PARTICIPLE | ACCORDING | ZUFOLGE | TAIL
LIVE = CUE | CONJUNCTIVE | KEY
PARTY = ACTOR | ROLE | ANAPHOR

KINDS = {
    "say": SAY, "tell": TELL, "label": LABEL, "deny": DENY, "weak": WEAK | SAY, "act": ACT | SAY, "participle": PARTICIPLE | SAY, "noun": NOUN | SAY,
    "according": ACCORDING, "according_him": ACCORDING | PRONOUN, "zufolge": ZUFOLGE, "tail": TAIL, "that": THAT,
    "pronouns": PRONOUN, "roles": ROLE, "anaphors": ANAPHOR, "vote_words": VOTE, "conjunctive": CONJUNCTIVE, "back": BACK,
}  # fmt: skip
WORD_LISTS = {
    "abbreviations": "abbreviations", "prepositions": "prepositions", "at": "at", "links": "links", "by": "by",
    "passive": "passive", "negation": "negation", "conjunctions": "and", "as_words": "as", "kickers": "kickers",
    "days": "days", "articles": "articles", "people": "people", "about": "about", "relative": "relative", "former": "former", "first_person": "first_person", "pronouns": "pronouns", "inverting": "inverting",
}  # fmt: skip  # field: key in the file


@dataclass(frozen=True, slots=True)
class Hit:
    """A word or phrase that matters, at (start, end)."""

    start: int
    end: int
    flags: int
    actor: Actor | None


@dataclass(frozen=True, slots=True)
class _Form:
    first: str
    is_stem: bool
    rest: str  # a pattern for the words after the first
    n_words: int
    flags: int
    actor: Actor | None

    def fits(self, word: str) -> bool:
        """Whether the case agrees: a capital in the form asks for one in the word; capitals throughout ask for the same."""
        if len(self.first) > 1 and self.first.isupper():
            return word.startswith(self.first)
        if self.n_words > 1:
            return True  # "secretary of state", "the state department"
        return self.first[0].islower() or word[0].isupper()


@dataclass(frozen=True, slots=True)
class Entry:
    """What a word may be by itself, and the phrases it may begin."""

    flags: int
    actor: Actor | None
    is_vote: bool
    phrases: tuple[_Form, ...]  # the longest first
    further: re.Pattern[str] | None  # what follows the first word, a group a phrase


Known = tuple[int, int, Entry]  # where a known word begins and ends


@dataclass(frozen=True)
class Lexicon:
    """Compiled once per language. Word lists that are asked for one word at a time are plain frozensets."""

    language: str
    abbreviations: frozenset[str]
    prepositions: frozenset[str]
    at: frozenset[str]
    links: frozenset[str]
    by: frozenset[str]
    passive: frozenset[str]
    negation: frozenset[str]
    conjunctions: frozenset[str]
    as_words: frozenset[str]
    name_nouns: tuple[str, ...]
    verb_endings: tuple[str, ...]  # where an office may stand between its first word and a name
    so_called: tuple[str, ...]
    kickers: frozenset[str]
    days: frozenset[str]
    articles: frozenset[str]
    people: frozenset[str]
    about: frozenset[str]
    relative: frozenset[str]
    former: frozenset[str]
    first_person: frozenset[str]
    pronouns: frozenset[str]
    inverting: frozenset[str]
    has_dash_speech: bool
    has_noun_capitals: bool
    has_free_order: bool
    has_first_capital_names: bool
    has_ordinal_stops: bool  # "am 3. Oktober"
    forms: dict[str, list[_Form]]
    stems: dict[str, list[_Form]]
    longest_stem: int
    memory: dict[str, Entry | None] = field(compare=False, repr=False)

    def entries(self, words: list[str]) -> list[Entry | None]:
        """What each word may be; None for most."""
        memory = self.memory
        if len(memory) > MEMORY:
            memory.clear()
        for word in set(words).difference(memory):
            memory[word] = self._look_up(word.replace("’", "'").replace("ʼ", "'"))
        return list(map(memory.__getitem__, words))

    def is_role(self, word: str) -> bool:
        return any(entry is not None and entry.flags & ROLE for entry in self.entries([word]))

    def has_vote_word(self, text: str) -> bool:
        """Whether a single word of it is one for the vote, a republic, a result…"""
        return any(entry is not None and entry.is_vote for entry in self.entries(WORD.findall(text)))

    def known_words(self, text: str) -> tuple[list[int], list[int], list[Known]]:
        """Where each word of a text begins and ends, and those that are known."""
        parts = WORDS.split(text)  # gaps and words by turns
        bounds = list(accumulate(map(len, parts)))
        starts, ends = bounds[0:-1:2], bounds[1::2]
        entries = self.entries(parts[1::2])
        return starts, ends, [(starts[k], ends[k], entry) for k, entry in enumerate(entries) if entry is not None]

    def hits(self, text: str) -> list[Hit]:
        """Every known word or phrase of a text, the longest at each place."""
        return hits_of(text, self.known_words(text)[2], len(text))

    def _look_up(self, word: str) -> Entry | None:
        if len(word) > LONGEST:
            return None
        found = self._forms_of(word)
        own = 0
        if word.endswith("'s"):
            phrases, owner = [form for form in found if form.n_words > 1], self._forms_of(word[:-2])
            found, own = phrases + [form for form in owner if form.n_words == 1], POSSESSIVE
        if not found and word.isupper() and len(word) > 3:
            found = self._forms_of(word.capitalize())
        if not found:
            return None
        single = [form for form in found if form.n_words == 1]
        named = [form for form in single if form.actor]
        flags = 0
        for form in named[:1] or single:
            flags |= form.flags | own
        phrases = sorted((form for form in found if form.n_words > 1), key=lambda form: -form.n_words)
        if not flags and not phrases:
            return None
        further = "|".join(f"({form.rest})" for form in phrases)
        pattern = re.compile(rf"\s+(?:{further})(?!\w)", re.IGNORECASE) if phrases else None
        is_vote = any(form.flags & VOTE for form in single)
        return Entry(flags, named[0].actor if named else None, is_vote, tuple(phrases), pattern)

    def _forms_of(self, word: str) -> list[_Form]:
        low = word.lower()
        found = [form for form in self.forms.get(low, ()) if form.fits(word)]
        for length in range(min(len(low), self.longest_stem), max(1, len(low) - ENDING - 1), -1):
            found += [form for form in self.stems.get(low[:length], ()) if form.fits(word)]
        return found


def hits_of(text: str, known: Iterable[Known], hi: int) -> list[Hit]:
    """Hits that begin at one of the known words and end before `hi`; none within another."""
    found: list[Hit] = []
    covered = 0
    for start, end, entry in known:
        if start >= covered and (hit := _hit(text, start, end, entry, hi)) is not None:
            found.append(hit)
            covered = hit.end
    return found


def _hit(text: str, start: int, end: int, entry: Entry, hi: int) -> Hit | None:
    if entry.further is not None and (further := entry.further.match(text, end, hi)):
        form = entry.phrases[(further.lastindex or 1) - 1]
        end = further.end()
        own = POSSESSIVE if text[end : end + 2] in ("'s", "’s") else 0
        return Hit(start, end, form.flags | own, form.actor)
    return Hit(start, end, entry.flags, entry.actor) if entry.flags else None


def _words(data: dict[str, Any], key: str) -> list[str]:
    return [str(word) for word in data.get(key) or ()]


@cache
def lexicon(language: str) -> Lexicon:
    """The language's words; English ones where it has no file."""
    path = files("coverage.speech") / "cues" / f"{language}.yml"
    if not path.is_file():
        return lexicon(FALLBACK)
    data = read_cues(language)
    forms: dict[str, list[_Form]] = {}
    stems: dict[str, list[_Form]] = {}
    for words, flags, actor in _vocabulary(language, data):
        form = _form(words, flags, actor)
        (stems if form.is_stem else forms).setdefault(form.first.lower(), []).append(form)
    lists = {name: frozenset(_words(data, key)) for name, key in WORD_LISTS.items()}
    return Lexicon(
        language=language,
        name_nouns=tuple(_words(data, "name_nouns")),
        verb_endings=tuple(_words(data, "verb_endings")),
        so_called=tuple(_words(data, "so_called")),
        has_dash_speech=bool(data["dash_speech"]),
        has_noun_capitals=bool(data["noun_capitals"]),
        has_free_order=bool(data["free_order"]),
        has_first_capital_names=bool(data["first_capital_names"]),
        has_ordinal_stops=bool(data["ordinal_stops"]),
        forms=forms,
        stems=stems,
        longest_stem=max(map(len, stems), default=0),
        memory={},
        **lists,
    )


def read_cues(language: str) -> dict[str, Any]:
    """cues/<language>.yml as it stands."""
    import yaml

    path = files("coverage.speech") / "cues" / f"{language}.yml"
    data: dict[str, Any] = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    return data


def _vocabulary(language: str, data: dict[str, Any]) -> list[tuple[str, int, Actor | None]]:
    found: list[tuple[str, int, Actor | None]] = []
    for actor in load_catalog().actors.values():
        languages = (language, *_words(data, "actors_also"))
        forms = dict.fromkeys(form for code in languages for form in actor.names.get(code, ()))
        found += [(form, ACTOR, actor) for form in forms]
    for key, flags in KINDS.items():
        found += [(word, flags, None) for word in _words(data, key)]
        if flags & CUE:
            found += [(max(word.split(), key=len), KEY, None) for word in _words(data, key) if " " in word]
    return found


def _form(words: str, flags: int, actor: Actor | None) -> _Form:
    if words.endswith("+"):  # an adjective, which needs an office behind it
        words, flags = words[:-1], flags | POSSESSIVE
    first, *rest = words.replace("’", "'").split()
    pattern = r"\s+".join(re.escape(w.rstrip("*")).replace("'", "['’]") + (rf"\w{{0,{ENDING}}}" if w.endswith("*") else "") for w in rest)  # fmt: skip
    return _Form(first.rstrip("*"), first.endswith("*"), pattern, 1 + len(rest), flags, actor)
