"""Title and text → stretches of speech with their speakers, and scare quotes apart."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from coverage.speech.attributions import Attribution, Listener, Sentence
from coverage.speech.headlines import headline_speech
from coverage.speech.lexicon import CONJUNCTIVE, LABEL
from coverage.speech.page import Page, Stretch
from coverage.speech.reported import denies, governed
from coverage.speech.scare import is_name, is_scare, is_short
from coverage.speech.speakers import Named, Party, parties

ADJACENT = 30  # characters from the closing mark to ", he said"
NEXT_SENTENCE = 70  # characters of a sentence that only says who spoke
CARRIED = 2  # sentences over which a speaker is carried to a whole sentence in marks
SUBJECT = 60  # characters in which a sentence names its subject
BESIDE = 250  # characters from a colon or dash back to the speaker, and on to him
AFTER_MARK = ",—–-"
OUTER_TRIM = " \t\xa0,"


@dataclass(frozen=True, slots=True)
class Quote:
    """One stretch of speech, marks excluded; `place` is headline or text, `side` the speaker's (schema.SIDES)."""

    place: str
    start: int
    end: int
    kind: str  # marked, reported, block
    speaker: str | None
    actor_id: str | None
    side: str


@dataclass(frozen=True, slots=True)
class ScareQuote:
    """A word or a few in quotation marks that nobody is said to have spoken; marks excluded."""

    place: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Speech:
    """All speech of one article."""

    quotes: tuple[Quote, ...]
    scare_quotes: tuple[ScareQuote, ...]

    def voice_at(self, place: str, start: int, end: int) -> tuple[str, str | None]:
        """(schema.VOICES, speaker) of a span: those of the smallest stretch of speech that holds its first character."""
        inner = None
        for quote in self.quotes:
            if (
                quote.start <= start < quote.end
                and quote.place == place
                and (inner is None or quote.end - quote.start < inner.end - inner.start)
            ):
                inner = quote
        return ("own", None) if inner is None else (inner.side, inner.speaker)


def find_speech(title: str, text: str, language: str) -> Speech:
    """Find the speech of one article. `language` is ISO 639-1; a language without cues is read with the English ones.

    Quotes are in reading order, no two on the same span; none crosses a line break.
    """
    quotes: list[Quote] = []
    scare: list[ScareQuote] = []
    for place, words in (("headline", title or ""), ("text", text or "")):
        if words.strip():
            reader = _Reader(Page(place, words, language))
            quotes += _unique(reader.quotes())
            scare += dict.fromkeys(reader.scare_quotes)
    return Speech(tuple(quotes), tuple(scare))


def _unique(quotes: Iterable[Quote]) -> list[Quote]:
    """One quote a span: the first found, which is the marked one."""
    first: dict[tuple[int, int], Quote] = {}
    for quote in quotes:
        first.setdefault((quote.start, quote.end), quote)
    return sorted(first.values(), key=lambda q: (q.start, -q.end))


@dataclass(slots=True)
class _Heard:
    """A stretch with its speaker while its neighbours may still tell more."""

    stretch: Stretch
    speaker: Named | None


class _Reader:
    """Reads one page: attributions sentence by sentence, then each quoted stretch in their light."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.scare_quotes: list[ScareQuote] = []
        self.listener = Listener(page)
        self.sentences: list[Sentence] = [self.listener.hear(k) for k in range(len(page.sentences))]

    def quotes(self) -> list[Quote]:
        return [*self._marked(), *self._headline(), *self._reported()]

    def _quote(self, start: int, end: int, kind: str, speaker: Named | None, side: str | None = None) -> Quote:
        if speaker is None:
            return Quote(self.page.place, start, end, kind, None, None, side or "other")
        return Quote(self.page.place, start, end, kind, speaker.name, speaker.actor_id, side or speaker.side)

    def _headline(self) -> list[Quote]:
        if self.page.place != "headline":
            return []
        return [self._quote(start, end, "reported", speaker) for start, end, speaker in headline_speech(self.page)]

    def _reported(self) -> list[Quote]:
        found: list[Quote] = []
        for k, sentence in enumerate(self.sentences):
            for n, one in enumerate(sentence.attributions):
                span = governed(self.page, sentence, n)
                if one.is_back:
                    found += self._sentence_before(k, one) if k and self._same_paragraph(k) else []
                elif span is not None:
                    found.append(self._quote(*span, "reported", one.speaker, "other" if denies(one) else None))
            if not sentence.attributions and k and any(hit.flags & CONJUNCTIVE for hit in sentence.hits):
                found += self._goes_on(k)
        return found

    def _sentence_before(self, k: int, one: Attribution) -> list[Quote]:
        """«…. Об этом сообщил X»: the sentence before is his, where he is known and nobody else spoke it."""
        before = self.sentences[k - 1]
        if before.attributions or one.speaker is None or one.speaker.actor_id is None:
            return []
        return [self._quote(before.start, before.end, "reported", one.speaker)]

    def _goes_on(self, k: int) -> list[Quote]:
        """German Konjunktiv without a verb of speech: the speaker before goes on."""
        speaker = self.listener.last_after(k - 1)
        before = self.sentences[k - 1]
        if speaker is None or not (before.attributions or any(hit.flags & CONJUNCTIVE for hit in before.hits)):
            return []
        sentence = self.sentences[k]
        return [self._quote(sentence.start, sentence.end, "reported", speaker)]

    def _same_paragraph(self, k: int) -> bool:
        return "\n\n" not in self.page.text[self.sentences[k - 1].end : self.sentences[k].start]

    def _marked(self) -> list[Quote]:
        heard: list[_Heard] = []
        for stretch in self.page.stretches:
            if stretch.depth:
                self._nested(stretch)
            elif (one := self._outer(stretch)) is not None:
                heard.append(one)
        _share_over_paragraphs(self.page, heard)
        return [self._quote(*self._inner(h.stretch), h.stretch.kind, h.speaker) for h in heard]

    def _inner(self, stretch: Stretch) -> tuple[int, int]:
        text, start, end = self.page.text, stretch.start, stretch.end
        while end > start and text[end - 1] in OUTER_TRIM:
            end -= 1
        while start < end and text[start] in OUTER_TRIM:
            start += 1
        return (start, end) if start < end else (stretch.start, stretch.end)

    def _scare(self, stretch: Stretch) -> None:
        self.scare_quotes.append(ScareQuote(self.page.place, *self._inner(stretch)))

    def _nested(self, stretch: Stretch) -> None:
        """Marks within marks: the outer speaker's scare quotes; longer ones stay in his voice."""
        if is_short(self.page.text[stretch.start : stretch.end]) and not is_name(self.page, stretch):
            self._scare(stretch)

    def _outer(self, stretch: Stretch) -> _Heard | None:
        one, is_direct = self._attribution_of(stretch)
        if stretch.kind == "block":
            return _Heard(stretch, one.speaker if one else None)
        short = is_short(self.page.text[stretch.start : stretch.end])
        if one is None and short and self._is_whole_sentence(stretch) and (speaker := self._carried(stretch)):
            return _Heard(stretch, speaker)
        if short and not is_direct and not (one and one.flags & LABEL) and is_name(self.page, stretch):
            return None
        colon = self._beside_colon(stretch)
        if colon is None and is_scare(self.page, stretch, one, is_direct):
            self._scare(stretch)
            return None
        if one is not None and (colon is None or one.speaker is not None):
            return _Heard(stretch, one.speaker)
        return _Heard(stretch, colon or self._carried(stretch))

    def _attribution_of(self, stretch: Stretch) -> tuple[Attribution | None, bool]:
        """Whose verb governs the stretch, and whether it stands right beside it."""
        page = self.page
        first, last = page.sentence_at(stretch.start), page.sentence_at(stretch.end - 1)
        after = [a for a in self.sentences[last].attributions if a.left >= stretch.end]
        before = [a for a in self.sentences[first].attributions if a.end <= stretch.opens + 1]
        behind = page.text[stretch.closes : stretch.closes + 4].lstrip()[:1]
        comma_inside = page.text[stretch.start : stretch.end].rstrip()[-1:] in ",?!"
        follows = (
            bool(after) and after[0].left - stretch.closes <= ADJACENT and (comma_inside or behind in [*AFTER_MARK])
        )
        if follows and (after[0].left - stretch.closes <= 3 or not before):
            return after[0], True
        if before:
            gap = page.text[before[-1].right : stretch.opens].strip()
            is_long = not is_short(page.text[stretch.start : stretch.end])
            return before[-1], gap in (":", ",", ": —") or (not gap and is_long)
        if after and not is_short(page.text[stretch.start : stretch.end]):
            return after[0], False
        following = self._next_sentence(stretch, last)
        return following, following is not None

    def _next_sentence(self, stretch: Stretch, last: int) -> Attribution | None:
        """“Whole sentence.” Putin said."""
        if (
            last + 1 >= len(self.sentences)
            or self.sentences[last].end > stretch.closes + 2
            or not self._same_paragraph(last + 1)
        ):
            return None
        following = self.sentences[last + 1]
        if following.end - following.start > NEXT_SENTENCE or len(following.attributions) != 1:
            return None
        one = following.attributions[0]
        return one if following.end - one.right <= 25 else None

    def _beside_colon(self, stretch: Stretch) -> Named | None:
        """«Putin on the vote: “…”» · «“Farce”: Zelensky …» · «“…” — Zelensky»."""
        page = self.page
        lo = max(page.sentences[page.sentence_at(stretch.start)][0], stretch.opens - BESIDE)
        if page.text[lo : stretch.opens].rstrip(' "“«„').endswith(":"):
            named = [p for p in self._parties_between(lo, stretch.opens) if p.actor and not p.is_place]
            return named[-1].named() if named else None
        hi = min(page.sentences[page.sentence_at(stretch.end - 1)][1], stretch.closes + BESIDE)
        behind = page.text[stretch.closes : hi].lstrip()
        if behind[:1] and behind[0] in (":—–-" if page.place == "headline" else "—–"):
            named = [p for p in self._parties_between(stretch.closes, hi) if p.actor and not p.is_blocked]
            if named and named[0].start - stretch.closes <= 25:
                return named[0].named()
        return None

    def _parties_between(self, lo: int, hi: int) -> list[Party]:
        page = self.page
        hits = page.hits_between(lo, hi)
        return parties(page, lo, hi, hits) if hits else []

    def _carried(self, stretch: Stretch) -> Named | None:
        """The last speaker, for a whole sentence in marks that follows his words; else the one party the sentence names."""
        page = self.page
        k = page.sentence_at(stretch.start)
        lo, _ = page.sentences[k]
        if stretch.opens - lo <= BESIDE and not page.text[lo : stretch.opens].strip('"“«„ '):
            near = [j for j in range(max(0, k - CARRIED), k) if self.sentences[j].attributions]
            return self.listener.last_after(k - 1) if near or (k and self._is_said(k - 1)) else None
        free = [
            p
            for p in self._parties_between(lo, min(lo + SUBJECT, stretch.opens))
            if not (p.is_blocked or p.is_at or p.is_place)
        ]
        known = [p.named() for p in free if p.actor]
        return known[0] if len({named.side for named in known}) == 1 else None

    def _is_whole_sentence(self, stretch: Stretch) -> bool:
        lo, hi = self.page.sentences[self.page.sentence_at(stretch.start)]
        return stretch.opens <= lo + 1 and stretch.closes >= hi - 2 and self.page.place == "text"

    def _is_said(self, k: int) -> bool:
        """Whether sentence k is itself in quotation marks, or ends in a colon."""
        start, end = self.page.sentences[k]
        return self.page.text[end - 1] == ":" or self.page.is_quoted(start + 1)


def _share_over_paragraphs(page: Page, heard: list[_Heard]) -> None:
    """A quotation that runs on over paragraphs, each opened anew, has one speaker: told at its first or its last."""
    pairs = [pair for pair in pairwise(heard) if _goes_on_in(page, pair[0].stretch, pair[1].stretch)]
    for first, second in pairs:
        second.speaker = second.speaker or first.speaker
    for first, second in reversed(pairs):
        first.speaker = first.speaker or second.speaker


def _goes_on_in(page: Page, first: Stretch, second: Stretch) -> bool:
    between = page.text[first.end : second.opens]
    return first.runs_on and not between.strip() and "\n" in between
