"""Places of occupied Ukraine as texts name them, by ISO 3166-2:UA code."""

from __future__ import annotations

import re
from functools import cache, lru_cache

STEMS = {
    "UA-43": r"crimea|крым|крим|krim\b|krym|crimée|симферопол|сімферопол|simferopol|полуостров|peninsula|півостр",
    "UA-40": r"sevastopol|севастопол|sewastopol|sébastopol|sebastopol",
    "UA-14": r"donetsk|донецк|донецьк|donezk|doneck|donbas|донбас|днр\b|dpr\b|лднр|мариупол|маріупол|mariupol",
    "UA-09": r"luhansk|lugansk|луганск|луганськ|ługańsk|лнр\b|lpr\b|лднр|donbas|донбас",
    "UA-23": r"zaporizh|zaporozh|запорож|запоріж|saporisch|zaporoż|zaporiy|мелитопол|мелітопол|melitopol|энергодар|енергодар|energodar",
    "UA-65": r"kherson|cherson|херсон|chersoń|jersón|herson",
}


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((code, re.compile(rf"(?<!\w)(?:{stems})")) for code, stems in STEMS.items())


@lru_cache(maxsize=16)  # an article's head is asked about for each of its mentions
def places_in(words: str) -> frozenset[str]:
    """Codes of the places that `words` name."""
    low = words.lower()
    return frozenset(code for code, pattern in _patterns() if pattern.search(low))
