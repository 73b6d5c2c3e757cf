"""What is known beforehand, as data: events, outlets, actors. One YAML entry adds one; see docs/catalog.md."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import TypeVar

from coverage.catalog.addresses import host_of, registrable_domain
from coverage.catalog.entries import Actor, Event, OfficialClaim, Outlet
from coverage.catalog.readers import read_actor, read_event, read_outlet
from coverage.catalog.yaml_source import CatalogError, Location, Readable, YamlSource
from coverage.schema import UNKNOWN_OUTLET

__all__ = ["Actor", "Catalog", "CatalogError", "Event", "OfficialClaim", "Outlet", "load_catalog"]

Entry = TypeVar("Entry", Actor, Event, Outlet)
Reader = Callable[[YamlSource], list[tuple[Location, Entry]]]


class Catalog:
    """Events, outlets and actors by id; and which outlet an address belongs to."""

    def __init__(self, events: dict[str, Event], outlets: dict[str, Outlet], actors: dict[str, Actor]) -> None:
        self.events = events
        self.outlets = outlets
        self.actors = actors
        self._by_domain = {f"t.me/{o.telegram}".lower(): o for o in outlets.values() if o.telegram}
        self._by_domain |= {domain.lower(): o for o in outlets.values() for domain in o.domains}

    def resolve_outlet(self, url_or_domain: str) -> Outlet | None:
        """The outlet whose domain is the longest one that the address's host ends in; None where there is none."""
        return self._outlet_at(host_of(url_or_domain))

    def outlet_id(self, url_or_domain: str) -> str:
        """The outlet's id, else `unknown:<registrable domain>` (`unknown:t.me/<channel>` for Telegram); `unknown` where it is no domain."""
        host = host_of(url_or_domain)
        outlet = self._outlet_at(host)
        domain = registrable_domain(host)
        return outlet.id if outlet else f"unknown:{domain}" if "." in domain else UNKNOWN_OUTLET

    def _outlet_at(self, host: str) -> Outlet | None:
        while host:
            if (outlet := self._by_domain.get(host)) is not None:
                return outlet
            host = "" if host.startswith("t.me/") else host.partition(".")[2]
        return None


def load_catalog(extra_outlets: Path | None = None, extra_events: Path | None = None) -> Catalog:
    """The packaged catalog, with a study's own files on top: an entry with a known id replaces that one.

    Loaded once per pair of files; a changed file is read anew. Raises CatalogError, which names file, line and remedy.
    """
    return _load(extra_outlets, _stamp(extra_outlets), extra_events, _stamp(extra_events))


def _stamp(path: Path | None) -> tuple[int, int]:
    if path is None or not path.is_file():
        return (0, 0)
    status = path.stat()
    return (status.st_mtime_ns, status.st_size)


@lru_cache(maxsize=16)
def _load(
    extra_outlets: Path | None,
    _outlets_stamp: tuple[int, int],
    extra_events: Path | None,
    _events_stamp: tuple[int, int],
) -> Catalog:
    events, outlets, actors = _packaged()
    return Catalog(
        events | (_gather([extra_events], read_event) if extra_events else {}),
        outlets | (_study_outlets(extra_outlets, outlets) if extra_outlets else {}),
        dict(actors),
    )


@lru_cache(maxsize=1)
def _packaged() -> tuple[dict[str, Event], dict[str, Outlet], dict[str, Actor]]:
    actors = files(__name__) / "actors.yml"
    return (
        _gather(_yaml_files("events"), read_event),
        _gather(_yaml_files("outlets"), read_outlet),
        _gather([actors], read_actor) if actors.is_file() else {},
    )


def _yaml_files(folder: str) -> Sequence[Readable]:
    inside = (files(__name__) / folder).iterdir()
    return sorted((file for file in inside if file.name.endswith(".yml")), key=lambda file: file.name)


def _study_outlets(path: Path, packaged: dict[str, Outlet]) -> dict[str, Outlet]:
    """A study's outlets. A domain of a packaged outlet may only be claimed under that outlet's id."""
    own = _gather([path], read_outlet)
    holders = {domain: outlet.id for outlet in packaged.values() if outlet.id not in own for domain in outlet.domains}
    for outlet in own.values():
        for domain in outlet.domains:
            if domain in holders:
                message = f"`{domain}` belongs to the catalog's `{holders[domain]}`; use `id: {holders[domain]}` to override it"
                raise _at_entry(YamlSource(path), outlet.id, message)
    return own


def _at_entry(source: YamlSource, entry_id: str, message: str) -> CatalogError:
    location = next(location for location, entry in read_outlet(source) if entry.id == entry_id)
    return source.error((*location, "domains"), message)


def _gather(sources: Iterable[Readable], read: Reader[Entry]) -> dict[str, Entry]:
    """All entries by id; an id or a domain that two entries share is refused."""
    found: dict[str, Entry] = {}
    taken: dict[str, str] = {}
    for file in sources:
        source = YamlSource(file)
        for location, entry in read(source):
            for name in _claimed_names(entry):
                if name in taken:
                    raise source.error(location, f"{name} is taken already by {taken[name]}; keep one")
                taken[name] = f"`{entry.id}` in {source.name}"
            found[entry.id] = entry
    return found


def _claimed_names(entry: Actor | Event | Outlet) -> list[str]:
    domains = entry.domains if isinstance(entry, Outlet) else ()
    return [f"id `{entry.id}`", *(f"domain `{domain}`" for domain in domains)]
