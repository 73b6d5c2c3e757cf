"""The queue of a study's collection, in one SQLite file that a crash cannot leave half-written.

Everything that one answer changes (its record's place, new addresses, its own state, its host's next turn) is one
transaction. What the archive holds beyond the last committed place was never counted and is cut off on resume.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from coverage.collect.records import parse_warc_date, warc_date
from coverage.collect.stops import Stopped

FILE_NAME = "frontier.sqlite"
_VERSION = 2
_SCHEMA = """
create table if not exists addresses (
  id integer primary key, url text not null unique, host text not null, role text not null, state text not null,
  source text not null, source_detail text, listed_at text, seen_at text not null, depth integer not null default 0,
  tries integer not null default 0, not_before real not null default 0, outcome text, reason text,
  warc text, end_offset integer, etag text, last_modified text, root integer not null default 0,
  fetched_at text, original text, origin text, rank integer not null default 0  -- 0 lists, 1 pages, 2 and 3 the same once put off
);
create index if not exists queue on addresses (host, rank, not_before, id) where state = 'queued';
create index if not exists of_origin on addresses (origin, role);
create table if not exists hosts (
  host text primary key, next_at real not null default 0, set_at real not null default 0,
  fetched integer not null default 0, failures integer not null default 0, robots_site text,
  robots_status integer, robots_body blob, robots_at real
);
create table if not exists filtered (source_detail text, reason text, count integer, primary key (source_detail, reason));
create table if not exists marks (name text primary key, value text not null);
"""


class FrontierError(Stopped):
    """The queue file cannot be used; the message says what to do."""


@dataclass(frozen=True)
class Address:
    """An address worth fetching: where it was found, when it was listed there and when seen there."""

    url: str
    role: str
    source: str
    source_detail: str | None
    seen_at: datetime
    listed_at: datetime | None = None
    depth: int = 0
    is_root: bool = False
    original: str | None = None  # the page's own address where `url` is an archive's copy
    origin: str | None = None  # which of the study's sources it comes from


@dataclass(frozen=True)
class Queued(Address):
    """An address in the queue."""

    id: int = 0
    host: str = ""
    tries: int = 0
    not_before: float = 0.0
    etag: str | None = None
    last_modified: str | None = None
    fetched_at: datetime | None = None  # when it was last captured whole


@dataclass
class Host:
    """What is remembered of a host between runs. Times are seconds since 1970."""

    host: str
    next_at: float = 0.0
    set_at: float = 0.0
    fetched: int = 0
    failures: int = 0
    robots_site: str | None = None
    robots_status: int | None = None
    robots_body: bytes | None = None
    robots_at: float | None = None


@dataclass(frozen=True)
class Outcome:
    """What became of a queued address. State `queued` means: again, not before `not_before`."""

    state: str
    outcome: str | None = None
    reason: str | None = None
    not_before: float = 0.0
    etag: str | None = None
    last_modified: str | None = None
    warc: str | None = None
    end_offset: int | None = None
    fetched_at: datetime | None = None


class Frontier:
    """Opens or makes the queue in `folder`. Not shared between processes: the archive's lock sees to that."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.path = folder / FILE_NAME
        try:
            self._db = sqlite3.connect(self.path, isolation_level=None)
            self._db.execute("pragma journal_mode=wal")
            self._db.execute("pragma synchronous=normal")
            version = self._db.execute("pragma user_version").fetchone()[0]
            if version not in (0, 1, _VERSION):
                raise sqlite3.DatabaseError(f"written by another version (queue layout {version}, here {_VERSION})")
            if version == 1:
                self._db.execute("alter table addresses add column fetched_at text")
            self._db.executescript(f"{_SCHEMA} pragma user_version = {_VERSION};")
        except sqlite3.OperationalError:
            raise  # the disk's fault, not the file's
        except sqlite3.DatabaseError as error:
            raise FrontierError(f"{self.path}: {error}; move the file away to begin the queue anew") from None

    def close(self) -> None:
        self._db.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing."""
        self._db.execute("begin immediate")
        try:
            yield
        except BaseException:
            self._db.execute("rollback")
            raise
        self._db.execute("commit")

    # --- addresses ---

    def add(self, addresses: Iterable[Address]) -> int:
        """Queue those not known yet; returns how many were new. Call within `transaction`."""
        before = self._db.total_changes
        self._db.executemany(
            "insert or ignore into addresses (url, host, role, state, source, source_detail, listed_at, seen_at, depth, root,"
            " original, origin, rank) values (?, ?, ?, 'queued', ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (
                    a.url, host_of(a.url), a.role, a.source, a.source_detail,
                    warc_date(a.listed_at) if a.listed_at else None, warc_date(a.seen_at), a.depth, int(a.is_root), a.original, a.origin,
                    int(a.role == "page"),
                )
                for a in addresses
            ],
        )  # fmt: skip
        return self._db.total_changes - before

    def knows(self, url: str) -> bool:
        return self._db.execute("select 1 from addresses where url = ?", (url,)).fetchone() is not None

    def pages_of(self, origin: str | None) -> int:
        """How many pages were queued from one of the study's sources."""
        query = "select count(*) from addresses where origin = ? and role = 'page'"
        count: int = self._db.execute(query, (origin,)).fetchone()[0]
        return count

    def requeue_roots(self) -> None:
        """Feeds and sitemaps that the study names are read anew in each run. Call within `transaction`."""
        self._db.execute(
            "update addresses set state = 'queued', tries = 0, not_before = 0, rank = 0 where root and role != 'page'"
        )

    def requeue_pages(self) -> None:
        """Queue the live pages once more, failed ones too; archives' copies and posts stay as they were captured."""
        self._db.execute(
            "update addresses set state = 'queued', tries = 0, not_before = 0, rank = 1"
            " where state = 'done' and role = 'page' and original is null and source != 'telegram'"
        )

    def next_of(self, host: str) -> Queued | None:
        """The host's next address: feeds and sitemaps first, then pages in the order they were found."""
        row = self._db.execute(
            "select id, url, host, role, source, source_detail, listed_at, seen_at, depth, tries, not_before, etag,"
            " last_modified, root, original, origin, fetched_at from addresses where state = 'queued' and host = ?"
            " order by rank, not_before, id limit 1",
            (host,),
        ).fetchone()
        if row is None:
            return None
        (
            identity,
            url,
            host,
            role,
            source,
            detail,
            listed,
            seen,
            depth,
            tries,
            not_before,
            etag,
            modified,
            root,
            original,
            origin,
            fetched,
        ) = row
        return Queued(
            url, role, source, detail, parse_warc_date(seen), parse_warc_date(listed) if listed else None, depth,
            bool(root), original, origin, identity, host, tries, not_before, etag, modified,
            parse_warc_date(fetched) if fetched else None,
        )  # fmt: skip

    def settle(self, address: Queued, outcome: Outcome, *, tried: bool = True) -> None:
        """Record what became of an address. Call within `transaction`."""
        self._db.execute(
            "update addresses set state = ?, outcome = ?, reason = ?, not_before = ?, rank = rank | (? > 0) * 2, tries = tries + ?,"
            " etag = coalesce(?, etag), last_modified = coalesce(?, last_modified), fetched_at = coalesce(?, fetched_at),"
            " warc = ?, end_offset = ? where id = ?",
            (
                outcome.state, outcome.outcome, outcome.reason, outcome.not_before, outcome.not_before,
                int(tried), outcome.etag, outcome.last_modified,
                warc_date(outcome.fetched_at) if outcome.fetched_at else None,
                outcome.warc, outcome.end_offset, address.id,
            ),
        )  # fmt: skip

    def settle_url(self, url: str, outcome: Outcome) -> None:
        """Settle an address that needed no request. Call within `transaction`."""
        self._db.execute(
            "update addresses set state = ?, outcome = ? where url = ?", (outcome.state, outcome.outcome, url)
        )

    def requeue_lost(self, file: str, size: int) -> int:
        """Queue again what was recorded in `file` beyond `size`: after a power failure the disk may hold less."""
        return self._db.execute(
            "update addresses set state = 'queued', outcome = null where state = 'done' and warc = ? and end_offset > ?",
            (file, size),
        ).rowcount

    def queued_hosts(self) -> list[str]:
        return [
            h
            for (h,) in self._db.execute(
                "select host from addresses where state = 'queued' group by host order by min(id)"
            )
        ]

    def counts(self) -> dict[str, int]:
        """How many addresses are in which state."""
        return dict(self._db.execute("select state, count(*) from addresses group by state order by state"))

    def failures(self) -> dict[str, int]:
        """How many settled addresses ended with which outcome other than `ok`."""
        query = (
            "select outcome, count(*) from addresses where state = 'done' and outcome not in ('ok', 'unchanged')"
            " group by outcome order by count(*) desc, outcome"
        )
        return dict(self._db.execute(query))

    # --- what was left out ---

    def count_filtered(self, source_detail: str, reasons: dict[str, int]) -> None:
        """Note how many addresses a source listed that were not queued, and why. Call within `transaction`."""
        self._db.executemany(
            "insert into filtered values (?, ?, ?) on conflict do update set count = excluded.count",
            [(source_detail, reason, count) for reason, count in reasons.items()],
        )

    def filtered(self) -> dict[str, int]:
        query = "select reason, sum(count) from filtered group by reason order by reason"
        return dict(self._db.execute(query))

    def left_out(self) -> list[tuple[str, str, int]]:
        """Which list named how many addresses that were not queued, and why: (list, reason, count), sorted."""
        return self._db.execute("select source_detail, reason, count from filtered order by 1, 2").fetchall()

    # --- hosts and marks ---

    def host(self, name: str) -> Host:
        row = self._db.execute(
            "select host, next_at, set_at, fetched, failures, robots_site, robots_status, robots_body, robots_at"
            " from hosts where host = ?",
            (name,),
        ).fetchone()
        return Host(*row) if row else Host(name)

    def keep_host(self, host: Host) -> None:
        """Remember a host's state. Call within `transaction`."""
        self._db.execute(
            "insert or replace into hosts (host, next_at, set_at, fetched, failures, robots_site, robots_status,"
            " robots_body, robots_at) values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                host.host, host.next_at, host.set_at, host.fetched, host.failures, host.robots_site,
                host.robots_status, host.robots_body, host.robots_at,
            ),
        )  # fmt: skip

    def mark(self, name: str) -> object:
        """A remembered value, None where there is none."""
        row = self._db.execute("select value from marks where name = ?", (name,)).fetchone()
        return json.loads(row[0]) if row else None

    def set_mark(self, name: str, value: object) -> None:
        """Remember a value. Call within `transaction`."""
        self._db.execute("insert or replace into marks values (?, ?)", (name, json.dumps(value)))


def host_of(url: str) -> str:
    """The host that politeness counts by: without port, so that http and https share their turn."""
    return (urlsplit(url).hostname or "").lower().rstrip(".")


def tidy(url: str) -> str:
    """The address as it is queued: host in lower case, no fragment, no default port, percent-encoded."""
    from yarl import URL

    parts = urlsplit(str(URL(url.strip()).with_fragment(None)))
    return urlunsplit((parts.scheme, parts.netloc, parts.path or "/", parts.query, ""))
