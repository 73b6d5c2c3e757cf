"""Who is named in a stretch of text, and on which side he stands, by the catalog's actors."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from coverage.catalog import load_catalog

CYRILLIC = ("ru", "uk", "bg", "be")


@dataclass(frozen=True, slots=True)
class Named:
    """A speaker named at (start, end): a known actor, or only a name."""

    start: int
    end: int
    name: str
    actor_id: str | None
    side: str


@cache
def _forms(language: str) -> tuple[re.Pattern[str], tuple[tuple[str, str], ...]]:
    """One pattern with a group an actor, and each group's (actor id, side). Latin-script languages also know English forms."""
    known: list[tuple[str, str]] = []
    groups = []
    for actor in load_catalog().actors.values():
        forms = list(actor.names.get(language, ()))
        if language not in CYRILLIC:
            forms += actor.names.get("en", ())
        if forms:
            longest_first = sorted(dict.fromkeys(forms), key=lambda form: (-len(form), form))
            groups.append("(" + "|".join(re.escape(form).replace(r"\*", r"\w*") for form in longest_first) + ")")
            known.append((actor.id, actor.side))
    return re.compile(rf"(?<![\w-])(?:{'|'.join(groups) or '(?!)'})(?!\w)"), tuple(known)


def named_in(text: str, language: str) -> list[Named]:
    """Every known actor named in `text`, in order; letter case counts, as names have it."""
    pattern, known = _forms(language)
    return [Named(m.start(), m.end(), m.group(), *known[(m.lastindex or 1) - 1]) for m in pattern.finditer(text)]
