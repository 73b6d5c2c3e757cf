"""Lines that an outlet sets into every article: known because they repeat across its pages, whatever their wording.

A line counts once for each article with another longest paragraph, so that two versions of one story are no evidence.
What is learned depends on the set of articles alone, not on their order.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

LEAST_ARTICLES, LEAST_SHARE = 3, 0.05
SENTENCE_WORDS, LEAST_SENTENCE_SHARE = 12, 0.4
MOST_WORDS = 60
LINES = re.compile(r"[^\n]*[^\s][^\n]*")
WHOLE_SENTENCE = re.compile(r"[.!?…][”’)]*$")
# Words with which an outlet speaks of itself or to its readers, as no report does.
OF_ITSELF = re.compile(
    r"https?://|www\.|@\w|\b(?:we|our|us|you|your|subscri\w+|newsletter|click|hyperlink|all rights|views expressed|opinions? expressed"
    r"|ми|нас|наш\w*|ви|вас|ваш\w*|підпи[сш]\w*|передрук\w*|гіперпосилан\w+|думк[аи] (?:автор|редакц)\w*"
    r"|мы|вы|подпи[сш]\w*|перепечат\w*|гиперссыл\w+|мнени[ея] (?:автор|редакц)\w*|абонирай\w*|последвайте|публикува мнения"
    r"|wir|uns\w*|sie uns|abonnieren|nous|notre|votre|nasz\w*|subskrybuj\w*)\b",
    re.IGNORECASE,
)
SPEECH = re.compile(r"^[“‘«]|^[^a-zа-яіїєґў]{2,30}:|^\S+(?:\s\S+){0,2}:$|^[—–-]\s")


@dataclass(frozen=True, slots=True)
class OutletText:
    """One article's text. Lines that touch a span of `kept` (start, end) are never taken: they speak of the study's matter."""

    outlet_id: str
    text: str
    kept: tuple[tuple[int, int], ...] = ()


def repeated_lines(articles: Iterable[OutletText]) -> dict[str, frozenset[str]]:
    """Outlet id → the lines that are the outlet's rather than an article's; outlets without any are left out."""
    evidence: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    stories: dict[str, set[str]] = defaultdict(set)
    kept: dict[str, set[str]] = defaultdict(set)
    for article in articles:
        lines = [(match.group().strip(), match.span()) for match in LINES.finditer(article.text)]
        story = max((line for line, _ in lines), key=lambda line: (len(line), line), default="")
        stories[article.outlet_id].add(story)
        for line, (start, end) in lines:
            if any(start < to and since < end for since, to in article.kept):
                kept[article.outlet_id].add(line)
            elif line != story:
                evidence[article.outlet_id][line].add(story)
    found = {
        outlet: frozenset(
            line
            for line, seen in lines.items()
            if line not in kept[outlet] and _is_outlets_own(line, len(seen), len(stories[outlet]))
        )
        for outlet, lines in evidence.items()
    }
    return {outlet: lines for outlet, lines in sorted(found.items()) if lines}


def _is_outlets_own(line: str, seen: int, stories: int) -> bool:
    """Often enough; a whole sentence (an agency's background, word for word) only where it speaks of the outlet or is nearly everywhere."""
    words = len(line.split())
    if seen < max(LEAST_ARTICLES, LEAST_SHARE * stories) or words > MOST_WORDS or SPEECH.search(line):
        return False
    is_report = words >= SENTENCE_WORDS and WHOLE_SENTENCE.search(line) is not None
    return (
        not is_report
        or OF_ITSELF.search(line) is not None
        or seen >= max(2 * LEAST_ARTICLES, LEAST_SENTENCE_SHARE * stories)
    )


def without_lines(text: str, lines: frozenset[str]) -> tuple[str, list[str]]:
    """(text without these lines, what came off in its order). A text of nothing else stays as it is."""
    paragraphs = [line.strip() for line in text.split("\n") if line.strip()]
    own = [line for line in paragraphs if line not in lines]
    if not own or len(own) == len(paragraphs):
        return text, []
    return "\n\n".join(own), [line for line in paragraphs if line in lines]
