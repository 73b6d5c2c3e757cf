"""What the catalog holds: outlets, events with the figures officially claimed for them, actors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class OfficialClaim:
    """A figure that an authority gave out. `place_code` is None where it is for the whole vote."""

    kind: str  # schema.CLAIM_KINDS
    value: float | None
    unit: str  # "percent", "observers", "countries"
    place_code: str | None
    claimed_by: str
    source: str


@dataclass(frozen=True)
class Event:
    """One vote (or appeal). Days are calendar days on the spot; the watch window includes both its ends."""

    id: str
    names: Mapping[str, str]
    kind: str  # "referendum", "election", "appeal"
    first_day: date
    last_day: date
    watch_from: date
    watch_to: date
    places: tuple[str, ...]  # ISO 3166-2:UA
    called: Mapping[str, Mapping[str, tuple[str, ...]]]  # side, then language: what that side calls it
    claims: tuple[OfficialClaim, ...]
    sources: tuple[str, ...]


@dataclass(frozen=True)
class Outlet:
    """Who publishes. None for feeds, sitemaps, telegram: not known; an empty tuple: known to have none."""

    id: str
    names: Mapping[str, str]
    domains: tuple[str, ...]
    country: str  # ISO 3166-1 alpha-2 of the seat, or "unknown"
    languages: tuple[str, ...]  # ISO 639-1
    kind: str  # schema.OUTLET_KINDS
    owner: str
    ownership_source: str
    feeds: tuple[str, ...] | None
    sitemaps: tuple[str, ...] | None
    telegram: str | None

    @property
    def name(self) -> str:
        return self.names.get("en") or next(iter(self.names.values()))


@dataclass(frozen=True)
class Actor:
    """A person or body that speaks about the votes; `names` are inflected forms, or stems that end in `*`."""

    id: str
    names: Mapping[str, tuple[str, ...]]
    side: str  # schema.SIDES
    office: str
    source: str
