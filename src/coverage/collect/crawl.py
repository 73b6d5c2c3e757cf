"""Collecting a study's web sources into its archive: polite, resumable, nothing counted twice and nothing lost."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import Sequence
from typing import Any

from coverage.collect.fetch import Fetcher, user_agent
from coverage.collect.frontier import Address
from coverage.collect.run import Run
from coverage.collect.settings import CollectSummary, Settings, WebStudy
from coverage.collect.sources.mediacloud import authorisation
from coverage.collect.stops import stopped
from coverage.progress import Tick, shown

__all__ = ["CollectSummary", "Settings", "WebStudy", "collect", "collect_async"]


def collect(
    study: WebStudy, *, limit: int | None = None, progress: Tick | None = None, settings: Settings | None = None,
    again: bool = False,
) -> CollectSummary:  # fmt: skip
    """Fetch what the study's feeds, sitemaps and address lists name, into its archive; goes on where it stopped.

    `again` asks for every live page once more: what a server says has not changed becomes a revisit record, what has
    changed a further capture, and the build then finds the revision.

    Works inside a running event loop too (there, in a thread of its own). Raises NoContactError where the study names
    no contact, Stopped where the run cannot go on now (disk full, another process at work).
    """
    work = collect_async(study, limit=limit, progress=progress, settings=settings, again=again)
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(work)
    return _in_thread(work)


def _in_thread(work: Any) -> CollectSummary:
    box: dict[str, Any] = {}

    def run() -> None:
        try:
            box["summary"] = asyncio.run(work)
        except BaseException as error:
            box["error"] = error

    thread = threading.Thread(target=run, name="collect")
    thread.start()
    thread.join()
    if "error" in box:
        raise box["error"]
    summary: CollectSummary = box["summary"]
    return summary


async def collect_async(
    study: WebStudy,
    *,
    limit: int | None = None,
    progress: Tick | None = None,
    settings: Settings | None = None,
    only: Sequence[Address] | None = None,
    again: bool = False,
) -> CollectSummary:
    """`collect` for a notebook: `await collect_async(study)` draws bars there and on a terminal, unless `progress` is given.

    `only` fetches these addresses instead of the study's.
    """
    with shown(progress) as tick:
        return await _collected(study, limit, tick, settings or Settings(), only, again)


async def _collected(
    study: WebStudy, limit: int | None, tick: Tick, chosen: Settings, only: Sequence[Address] | None, again: bool
) -> CollectSummary:
    agent = user_agent(study.contact)
    if only is None and any(source.kind == "mediacloud" for source in study.sources):
        authorisation()  # refused now, not halfway
    try:
        run = Run(study, chosen, limit, tick, only, again)
    except (OSError, sqlite3.OperationalError) as error:
        raise stopped(error, study.raw_folder) from error
    try:
        fetcher = Fetcher(
            agent, timeout_seconds=chosen.timeout_seconds, cap=chosen.body_cap, allowed_networks=chosen.allowed_networks, in_flight=chosen.in_flight,
            clock=chosen.clock,
        )  # fmt: skip
        async with fetcher:
            return await run.go(fetcher)
    except (OSError, sqlite3.OperationalError) as error:
        raise stopped(error, study.raw_folder) from error
    finally:
        run.close()
