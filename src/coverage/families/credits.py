"""Which news agencies or outlets a text names as the source of its report."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from coverage.names import name_key

if TYPE_CHECKING:
    from coverage.catalog import Outlet

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
_BEFORE = (
    r"(?:according to|report(?:ed|ing) by|material from|reports|citing|cited by|told|via|source:|"
    r"як (?:повідомля[єю]|переда[єю])\w*|повідомля[єю]\w*|повідоми(?:в|ла|ло)|переда[єю]\w*|пише|з посиланням на|за (?:даними|інформацією|матеріалами)|джерело:|"
    r"как (?:сообща|переда)\w+|сообща(?:ет|ют)|сообщил[оаи]?|переда(?:ет|ют|ёт)|пишет|со ссылкой на|по (?:данным|информации|материалам)|источник:|"
    r"laut|berichtet|meldet|nach angaben(?: von| der)?|quelle:|selon|d'après|según|secondo|według|podaje|podała|според|съобщава|съобщи|segundo)"
)
_AFTER = r"(?:reports?|reported|said|writes|wrote|повідомля\w+|повідоми\w+|переда[єюе]\w*|сообща\w+|сообщил\w*|пише|пишет|berichtet\w*|meldet\w*|zufolge|podaj\w+|podał\w+|съобщ\w+|rapporte|informa)"
_KIND = (
    r"(?:(?:news )?agency|newspaper|(?:web)?site|channel|агентств[оау]|агенство|газет[аыу]|(?:теле|радио)?канала?|издани[ея]|портал|сайт|агенці[яї]|видання|(?:теле|радіо)?каналу?|"
    r"(?:die |der |das )?(?:nachrichten)?agentur|zeitung|sender|l'agence|agence|journal|agencja|agencia|agenzia|агенция(?:та)?)"
)
_LEADS_IN = re.compile(
    rf"(?:\(\s*(?:MENAFN\s*[-–—]\s*)?|/|(?i:\b{_BEFORE})\s+(?:the\s+)?(?i:{_KIND}\s+)?(?i:the\s+)?)[\"«“„]?$"
)
_LEADS_OUT = re.compile(rf"[\"»”]?,?\s+(?i:{_KIND}\s+)?(?i:{_AFTER})\b")
_DATELINE_BEFORE, _DATELINE_AFTER = re.compile(r"(?:^|[.]\s)$"), re.compile(r"\s*[.:–—-]")
_MENAFN = re.compile(r"\(\s*MENAFN\s*[-–—]\s*(?P<name>[^()]{2,40}?)\s*\)")
_WORD = re.compile(r"[^\W_][\w’ʼ'-]*")
_AROUND = 60  # characters that a crediting phrase may take on either side
_EDGE = 700  # credits stand near the beginning or the end
_LEAST_INFLECTED = 4  # shorter names are taken as written only: AP, RT, dpa


@dataclass(frozen=True, slots=True)
class _Name:
    written: str
    keys: tuple[str, ...]
    source: str  # an agency of AGENCIES, or an outlet's id


class Sources:
    """Agencies, and the outlets of a catalog, by their names; inflected and transliterated names are known again."""

    def __init__(self, outlets: Mapping[str, Outlet]) -> None:
        names = [_Name(name, _keys(name), agency) for agency, written in AGENCIES.items() for name in written]
        agencies = {name.written.lower() for name in names}
        names += [
            _Name(name, _keys(name), outlet.id)
            for outlet in outlets.values()
            for name in dict.fromkeys(outlet.names.values())
            if name.lower() not in agencies
        ]
        self._by_keys: dict[str, list[_Name]] = defaultdict(list)  # by the first word, or by the first two
        for name in sorted(names, key=lambda name: (-len(name.keys), name.source, name.written)):
            if name.keys:
                self._by_keys[" ".join(name.keys[:2])].append(name)
        self._first_of_two = {name.keys[0] for name in names if len(name.keys) > 1}
        self._uncapitalised = {name.written for name in names if name.written[0].islower()}
        self._shown = {name.source: name.written for name in reversed(names)}
        self._source_of = {name.written.lower(): name.source for name in reversed(names)}

    def credited_in(self, text: str, agency: str | None = None) -> tuple[str, ...]:
        """Sources credited in the first or last lines of `text` or in the `agency` column, in the order they are met."""
        edges = text if len(text) <= 2 * _EDGE else f"{text[:_EDGE]}\n{text[-_EDGE:]}"
        found = [self._named(agency)] if agency else []
        found += [self._named(match["name"]) for match in _MENAFN.finditer(edges)]
        found += self._beside_phrases(edges)
        return tuple(dict.fromkeys(found))

    def shown(self, source: str) -> str:
        """The source's name for a sentence in English."""
        return self._shown.get(source, source)

    def _named(self, name: str) -> str:
        return self._source_of.get(name.strip().lower(), name.strip().lower())

    def _beside_phrases(self, edges: str) -> Iterator[str]:
        words = list(_WORD.finditer(edges))
        for place, word in enumerate(words):
            written = word[0]
            if written[0].islower() and written not in self._uncapitalised:
                continue
            key = _key(written)
            if key in self._first_of_two and place + 1 < len(words):
                key += " " + _key(words[place + 1][0])
            for name in self._by_keys.get(key, self._by_keys.get(key.partition(" ")[0], ())):
                last = words[place + len(name.keys) - 1 :][:1]
                found = edges[word.start() : last[0].end()] if last else ""
                if (
                    _keys(found) == name.keys
                    and _is_written(name, found)
                    and _is_credit(name, edges, word.start(), last[0].end())
                ):
                    yield name.source
                    break


def _is_written(name: _Name, found: str) -> bool:
    """Capitals tell a name from a common word; a short name stands exactly as written."""
    return (
        found == name.written
        if len(name.written) < _LEAST_INFLECTED
        else found[0].isupper() or found[0] == name.written[0]
    )


def _is_credit(name: _Name, edges: str, start: int, end: int) -> bool:
    before, after = edges[max(0, start - _AROUND) : start], edges[end : end + _AROUND]
    if _LEADS_IN.search(before) or _LEADS_OUT.match(after):
        return True
    return name.source in AGENCIES and bool(_DATELINE_AFTER.match(after) and _DATELINE_BEFORE.search(before))


def _keys(name: str) -> tuple[str, ...]:
    return tuple(_key(word) for word in _WORD.findall(name))


def _key(word: str) -> str:
    return name_key(word) or word.lower()


def is_credited(credits: tuple[str, ...], outlet: str) -> str | None:
    """The credit that names this outlet (an id or a domain), if one does."""
    if outlet in credits:
        return outlet
    labels = re.split(r"[^\w-]+", outlet.lower().removeprefix("unknown:"))
    return next((credit for credit in credits if credit in labels), None)
