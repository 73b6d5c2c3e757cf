"""The three kinds of entry: which keys each has, what they hold, and what must agree."""

from __future__ import annotations

from functools import partial
from typing import Any

from coverage.catalog import checks
from coverage.catalog.entries import Actor, Event, OfficialClaim, Outlet
from coverage.catalog.yaml_source import Check, Location, YamlSource
from coverage.schema import CLAIM_KINDS, OUTLET_KINDS, SIDES

_OUTLET: dict[str, Check] = {
    "id": checks.identifier,
    "names": checks.by_language(checks.text),
    "domains": checks.list_of(checks.domain, at_least=1),
    "country": checks.country,
    "languages": checks.list_of(checks.language, at_least=1),
    "kind": checks.one_of(OUTLET_KINDS),
    "owner": checks.text,
    "ownership_source": checks.text,
    "feeds": checks.or_unknown(checks.list_of(checks.web_address)),
    "sitemaps": checks.or_unknown(checks.list_of(checks.web_address)),
    "telegram": checks.or_unknown(checks.text),
}
_EVENT: dict[str, Check] = {
    "id": checks.identifier,
    "names": checks.by_language(checks.text, required=checks.LANGUAGES),
    "kind": checks.one_of(("referendum", "election", "appeal")),
    "first_day": checks.day,
    "last_day": checks.day,
    "watch_from": checks.day,
    "watch_to": checks.day,
    "places": checks.list_of(checks.place_code, at_least=1),
    "called": checks.sides,
    "claims": checks.list_of(lambda claim: claim),  # checked one by one below, for the line
    "sources": checks.list_of(checks.text, at_least=1),
}
_CLAIM: dict[str, Check] = {
    "kind": checks.one_of(CLAIM_KINDS),
    "value": checks.number_or_null,
    "unit": checks.one_of(("percent", "observers", "countries")),
    "place_code": lambda value: None if value is None else checks.place_code(value),
    "claimed_by": checks.text,
    "source": checks.text,
}
_ACTOR: dict[str, Check] = {
    "id": checks.identifier,
    "office": checks.text,
    "side": checks.one_of(SIDES),
    "names": checks.by_language(checks.list_of(checks.text, at_least=1)),
    "source": checks.text,
}


def read_outlet(source: YamlSource) -> list[tuple[Location, Outlet]]:
    return [(location, _outlet(source, location, values)) for location, values in source.entries(_OUTLET)]


def read_event(source: YamlSource) -> list[tuple[Location, Event]]:
    return [(location, _event(source, location, values)) for location, values in source.entries(_EVENT)]


def read_actor(source: YamlSource) -> list[tuple[Location, Actor]]:
    return [(location, Actor(**values)) for location, values in source.entries(_ACTOR)]


def _outlet(source: YamlSource, location: Location, values: dict[str, Any]) -> Outlet:
    if values["kind"] != "unknown" and values["ownership_source"] == "unknown":
        raise source.error(
            (*location, "ownership_source"), f"kind `{values['kind']}` needs its source; name it or use kind `unknown`"
        )
    return Outlet(**values)


def _event(source: YamlSource, location: Location, values: dict[str, Any]) -> Event:
    days = [values[key] for key in ("watch_from", "first_day", "last_day", "watch_to")]
    if days != sorted(days):
        raise source.error((*location, "first_day"), "the days must run watch_from ≤ first_day ≤ last_day ≤ watch_to")
    claim = partial(_claim, source)
    values["claims"] = tuple(claim((*location, "claims", i), found) for i, found in enumerate(values["claims"]))
    return Event(**values)


def _claim(source: YamlSource, location: Location, found: Any) -> OfficialClaim:
    claim = OfficialClaim(**source.fields(found, _CLAIM, location))
    if claim.value is not None and not 0 <= claim.value <= (100 if claim.unit == "percent" else 1_000_000):
        raise source.error((*location, "value"), f"`value`: {claim.value} {claim.unit} is out of bounds")
    return claim
