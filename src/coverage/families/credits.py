"""Which news agencies or outlets a text names as the source of its report."""

from __future__ import annotations

import re

# agency → its name as it is written, in the scripts that matter here
AGENCIES: dict[str, tuple[str, ...]] = {
    "afp": ("AFP", "Agence France-Presse", "АФП"),
    "anadolu": ("Anadolu",),
    "ansa": ("ANSA",),
    "ap": ("AP", "Associated Press"),
    "belta": ("BelTA", "БелТА", "БЕЛТА"),
    "bloomberg": ("Bloomberg", "Блумберг"),
    "bta": ("BTA", "БТА"),
    "dpa": ("dpa", "DPA"),
    "efe": ("EFE",),
    "interfax": ("Interfax", "Интерфакс", "Інтерфакс"),
    "interfax-ukraine": ("Interfax-Ukraine", "Интерфакс-Украина", "Інтерфакс-Україна"),
    "lusa": ("Lusa",),
    "pap": ("PAP",),
    "reuters": ("Reuters", "Рейтер", "Рейтерс"),
    "ria": ("RIA Novosti", "RIA", "РИА Новости", "РІА Новини"),
    "rt": ("RT",),
    "sputnik": ("Sputnik", "Спутник"),
    "tass": ("TASS", "ITAR-TASS", "ТАСС", "ИТАР-ТАСС"),
    "ukrinform": ("Ukrinform", "UkrinForm", "Укрінформ", "УКРІНФОРМ", "Укринформ"),
    "unian": ("UNIAN", "УНІАН", "УНИАН"),
    "xinhua": ("Xinhua", "Синьхуа", "Сіньхуа"),
}
_AGENCY_OF = {name.lower(): agency for agency, names in AGENCIES.items() for name in names}
_NAMES = "|".join(sorted((re.escape(n) for names in AGENCIES.values() for n in names), key=lambda n: (-len(n), n)))
_BEFORE = (
    r"(?:according to|reported by|reports|citing|cited by|told|via|source:|"
    r"як (?:повідомля[єю]|переда[єю])\w*|повідомля[єю]\w*|повідоми(?:в|ла|ло)|переда[єю]\w*|пише|з посиланням на|за (?:даними|інформацією)|джерело:|"
    r"как (?:сообща|переда)\w+|сообща(?:ет|ют)|сообщил[оаи]?|переда(?:ет|ют|ёт)|пишет|со ссылкой на|по (?:данным|информации)|источник:|"
    r"laut|berichtet|meldet|nach angaben(?: von| der)?|quelle:|selon|d'après|según|secondo|według|podaje|podała|според|съобщава|съобщи|segundo)"
)
_AFTER = r"(?:reports?|reported|said|writes|wrote|повідомля\w+|повідоми\w+|переда[єюе]\w*|сообща\w+|сообщил\w*|пише|пишет|berichtet\w*|meldet\w*|zufolge|podaj\w+|podał\w+|съобщ\w+|rapporte|informa)"
_CREDIT = re.compile(
    rf"(?:\(\s*(?:MENAFN\s*[-–—]\s*)?|/|(?i:\b{_BEFORE})\s+(?:the\s+)?(?i:news agency\s+|агентство\s+|агентства\s+|агенство\s+)?[\"«“„]?)(?P<marked>{_NAMES})(?=\W|$)"
    rf"|(?<!\w)(?P<plain>{_NAMES})[\"»”]?,?\s+(?i:{_AFTER})\b"
    rf"|(?:^|[.]\s)(?P<dateline>{_NAMES})\s*[.:–—-]"
)  # fmt: skip
_MENAFN = re.compile(r"\(\s*MENAFN\s*[-–—]\s*(?P<name>[^()]{2,40}?)\s*\)")
_AROUND = 50  # characters that a crediting phrase may take on either side
_EDGE = 700  # credits stand near the beginning or the end


def credits_in(text: str, agency: str | None = None) -> tuple[str, ...]:
    """Agencies credited in the first or last lines of `text` or in the `agency` column, in the order they are met."""
    edges = text if len(text) <= 2 * _EDGE else f"{text[:_EDGE]}\n{text[-_EDGE:]}"
    found = [_agency(agency)] if agency else []
    found += [_agency(match["name"]) for match in _MENAFN.finditer(edges)]
    found += [_agency(name) for _, name in sorted(_credited(edges))]
    return tuple(dict.fromkeys(found))


def _credited(edges: str) -> set[tuple[int, str]]:
    """Places and names of agencies that stand in a crediting phrase; only the surroundings of a name are looked at."""
    found = set()
    for names in AGENCIES.values():
        for name in names:
            place = edges.find(name)
            while place >= 0:
                for match in _CREDIT.finditer(edges, max(0, place - _AROUND), place + len(name) + _AROUND):
                    group = match.lastgroup or ""
                    found.add((match.start(group), match[group]))
                place = edges.find(name, place + len(name))
    return found


def _agency(name: str) -> str:
    return _AGENCY_OF.get(name.strip().lower(), name.strip().lower())


def is_credited(credits: tuple[str, ...], outlet: str) -> str | None:
    """The credit that names this outlet (an id or a domain), if one does."""
    labels = re.split(r"[^\w-]+", outlet.lower().removeprefix("unknown:"))
    return next((credit for credit in credits if credit in labels), None)


def shown(agency: str) -> str:
    """The agency's name for a sentence in English."""
    return AGENCIES[agency][0] if agency in AGENCIES else agency
