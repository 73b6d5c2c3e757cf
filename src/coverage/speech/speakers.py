"""Who may be speaking in a sentence: known actors, offices and plain names, drawn together into parties."""

from __future__ import annotations

import re
from dataclasses import dataclass

from coverage.catalog import Actor
from coverage.speech.lexicon import ANAPHOR, CUE, PARTY, POSSESSIVE, ROLE, WORD, Hit, Lexicon
from coverage.speech.page import Page

CAPITAL = "A-ZА-ЯІЇЄҐÀ-ÖØ-ÞĄĆĘŁŃÓŚŹŻŠŽČ"
NAME = re.compile(
    rf"[{CAPITAL}](?<!\w[{CAPITAL}])[\w’'-]*[^\W\d_](?:\s+(?:van|von|der|de|al|el|bin)){{0,2}}(?:\s+[{CAPITAL}][\w’'-]*[^\W\d_]){{1,3}}"
)
PLACED = re.compile(rf"\s\w{{2,3}}(?:\s[{CAPITAL}][\w’'-]+){{1,3}},\s")  # " of Kherson, "
LONGEST_GAP = 45
LONGEST_OFFICE = 70  # characters of an office between its first word and its holder
POSSESSED_GAP = 5  # words between a possessive and the office it owns


@dataclass(frozen=True, slots=True)
class Named:
    """A speaker as written, with the actor he is, if known."""

    name: str
    actor_id: str | None
    side: str


@dataclass(slots=True)
class Party:
    """A noun phrase that can speak. `is_blocked`: it hangs on a preposition or owns something; `is_at`: «в Кремле»."""

    start: int
    end: int
    actor: Actor | None
    said_as: str
    has_role: bool
    has_name: bool
    is_anaphor: bool
    is_people: bool
    is_linked: bool  # the actor stands behind "of", "for"…
    owns: bool
    is_blocked: bool = False
    is_at: bool = False
    is_place: bool = False
    ends_in_name: bool = False  # an office with its holder's name behind it

    def named(self) -> Named:
        if self.actor is None or (self.is_linked and self.is_people):
            return Named(self.said_as, None, "other")
        return Named(self.said_as, self.actor.id, self.actor.side)


def parties(page: Page, lo: int, hi: int, hits: list[Hit]) -> list[Party]:
    """The parties of the sentence (lo, hi) outside its quoted stretches, in order."""
    pieces = [_piece(page, hit) for hit in hits if hit.flags & PARTY]
    pieces += _names(page, lo, hi, hits, pieces)
    pieces.sort(key=lambda p: p.start)
    cues = [hit.start for hit in hits if hit.flags & CUE]
    found: list[Party] = []
    for piece in pieces:
        if not (found and _joined(page, found[-1], piece, cues)):
            found.append(piece)
    for party in found:
        _place(page, party)
    return found


def _piece(page: Page, hit: Hit) -> Party:
    words = page.text[hit.start : hit.end]
    return Party(
        hit.start,
        hit.end,
        hit.actor,
        words.removesuffix("'s").removesuffix("’s"),
        bool(hit.flags & ROLE) or (" " in words and page.lexicon.is_role(words.split()[-1])),
        False,
        bool(hit.flags & ANAPHOR),
        words.lower() in page.lexicon.people or words in page.lexicon.people,
        False,
        bool(hit.flags & POSSESSIVE),
        is_place=words in page.lexicon.kickers,
    )


def _names(page: Page, lo: int, hi: int, hits: list[Hit], known: list[Party]) -> list[Party]:
    """Capitalised words in a row that are no known actor. A known surname takes in the first names before it."""
    found = []
    for match in NAME.finditer(page.text, lo, hi):
        start, end = match.span()
        inside = [p for p in known if p.start < end and p.end > start]
        for party in inside:
            if party.actor:
                _take_first_names(page, party, max([start, *(h.end for h in hits if h.end <= party.start)]))
        if page.is_quoted(start) or (inside and inside[-1].actor and not inside[-1].has_role):
            continue
        start = _after_small_words(page, max((p.end for p in inside), default=start), end)
        words = page.text[start:end].strip()
        if words:
            found.append(Party(end - len(words), end, None, words, False, True, False, False, False, False))
    return found


def _after_small_words(page: Page, start: int, end: int) -> int:
    """Where a run of capitals goes on behind "In", "On Monday", "The"."""
    known = page.lexicon
    for match in WORD.finditer(page.text, start, end):
        word = match.group().lower()
        if not (word in known.prepositions or word in known.days or word in known.articles or word in known.at):
            return match.start()
    return end


def _take_first_names(page: Page, party: Party, start: int) -> None:
    before = page.text[start : party.start]
    known = page.lexicon
    if before.strip() and not any(w.lower() in known.days or w.lower() in known.prepositions for w in before.split()):
        party.start = start + len(before) - len(before.lstrip())


def _joined(page: Page, party: Party, piece: Party, cues: list[int]) -> bool:
    """Draw `piece` into `party` where they are one noun phrase."""
    gap = page.text[party.end : piece.start]
    if len(gap) > LONGEST_OFFICE or piece.is_anaphor:
        return False
    is_subject = any(piece.end <= cue <= piece.end + 1 for cue in cues)
    link = _link(gap, party, piece, page.lexicon, is_subject) if len(gap) <= LONGEST_GAP else None
    if link is None and not any(party.end <= cue < piece.start for cue in cues):
        link = False if _is_office_between(gap, party, piece, page.lexicon) else None
    if link is None:
        return False
    _merge(page, party, piece, link)
    return True


def _link(gap: str, party: Party, piece: Party, known: Lexicon, is_subject: bool) -> bool | None:
    """None: they are apart; False: one stands beside the other; True: the second hangs on the first."""
    bare = gap.strip()
    if piece.has_name and party.has_role and PLACED.fullmatch(gap):
        return False  # "head of Kherson, Ivan Petrov"
    if party.owns:  # "Ukraine's presidential adviser"
        few = len(bare.split()) <= POSSESSED_GAP and "," not in bare and (piece.has_role or piece.has_name or not bare)
        return False if few else None
    if bare in ("", "'s", "’s"):
        return False
    if bare == "," and piece.has_role and not piece.has_name and is_subject:
        return None  # "voted to join Russia, officials say"
    if bare in (",", ", the", "—", "–"):
        one = (party.has_role or party.is_anaphor) != (piece.has_role or piece.is_anaphor) and not piece.is_people
        return False if one and (piece.has_name or party.has_name or (party.actor or piece.actor) is not None) else None
    if piece.has_role and len(bare) <= 24 and bare.replace(" ", "").isalpha() and bare.istitle():
        return False  # "Ukraine Foreign Ministry"
    words = [word.lower() for word in bare.split()]
    if party.has_role and piece.has_role and len(words) == 1 and bare.isalpha() and not _links(words[0], known):
        return False  # "deputy prime minister"
    if party.has_role and all(w in known.links or w in known.articles or w in known.prepositions for w in words):
        return True
    if party.has_role and known.has_free_order and piece.actor and len(words) <= 2 and bare.islower():
        return False  # «глава самопровозглашённой ДНР»
    if party.has_role and all(word.isalpha() and word.islower() for word in bare.split()) and len(words) <= 2:
        return True if words[0] in known.links else None
    return None


def _links(word: str, known: Lexicon) -> bool:
    return word in known.links or word in known.prepositions or word in known.conjunctions


def _is_office_between(gap: str, party: Party, piece: Party, known: Lexicon) -> bool:
    """«голова [Луганської обласної військової адміністрації] Сергій Гайдай»"""
    is_named = piece.has_name or (piece.actor is not None and piece.end - piece.start > len(piece.said_as))
    if not (known.verb_endings and party.has_role and is_named and not piece.has_role):
        return False
    words = gap.split()
    return all(word.replace("-", "").isalpha() and not word.lower().endswith(known.verb_endings) for word in words)


def _merge(page: Page, party: Party, piece: Party, is_link: bool) -> None:
    if party.owns and len(party.said_as) >= party.end - party.start - 2:
        party.said_as = page.text[party.start : piece.end]
    if party.owns and piece.is_people:  # "Ukraine's residents" speak for themselves
        party.actor, party.said_as = None, piece.said_as
    if piece.actor is not None and _prevails(party, piece, is_link):
        party.actor, party.said_as, party.is_linked = piece.actor, piece.said_as, is_link
    elif piece.has_name and (party.actor is None or party.is_linked):
        party.said_as = piece.said_as
    party.ends_in_name = party.has_role and not piece.has_role and not is_link
    party.end = piece.end
    party.has_role |= piece.has_role
    party.has_name |= piece.has_name
    party.is_people |= piece.is_people
    party.owns = piece.owns


def _prevails(party: Party, piece: Party, is_link: bool) -> bool:
    """Whether the later actor names the speaker: he does, but for «Russian-installed official of Ukraine»."""
    if party.actor is None or (party.is_linked and not is_link):
        return True
    if is_link or party.owns:
        return not is_link
    return not (party.actor.side == "organiser" != piece.actor.side if piece.actor else False)


def _place(page: Page, party: Party) -> None:
    """Mark a party that cannot be a subject as it stands."""
    word, at = page.word_before(party.start)
    if page.text[at + len(word) : party.start].strip(" \t\xa0("):
        word = ""
    if word.lower() in page.lexicon.articles:
        word, _ = page.word_before(at)
    if party.has_name and (word in page.lexicon.former or word.lower() in page.lexicon.former):
        party.actor = None
    low = word.lower()
    party.is_at = low in page.lexicon.at
    party.is_blocked = party.owns or (low in page.lexicon.prepositions and not party.is_at)
