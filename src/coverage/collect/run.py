"""One run of collecting: a worker a host, and everything that one answer changes committed at once."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from itertools import groupby

from coverage.collect.answers import answer_of, conditions, post_answer
from coverage.collect.archive import Archive
from coverage.collect.fetch import Fetcher, Reply
from coverage.collect.frontier import Address, Frontier, Host, Outcome, Queued, host_of, tidy
from coverage.collect.lists import API_ROLES, WEB_KINDS, Wanted, read_list, starts
from coverage.collect.politeness import BUSY, NotNow, Turns
from coverage.collect.problem_file import keep_problems
from coverage.collect.records import Answer
from coverage.collect.settings import CollectSummary, Settings, WebStudy
from coverage.collect.sources import Listing, Window
from coverage.collect.stops import stopped
from coverage.collect.topic_terms import TopicTerms, terms_of
from coverage.collect.visits import Visit, Visitor
from coverage.progress import Tick
from coverage.schema import Problem

LEFT_OUT_REMEDY = "right where the study means it; else widen its window or the source's limit and collect again"
_TRY_AGAIN = ("timeout", "connection")


class Run:
    """One run of collecting: everything that one answer changes is committed at once, by `_commit`."""

    def __init__(
        self, study: WebStudy, settings: Settings, limit: int | None, progress: Tick, only: Sequence[Address] | None,
        again: bool = False,
    ) -> None:  # fmt: skip
        self._study = study
        self._only = only
        self._again = again
        self._settings = settings
        self._limit = limit
        self._progress = progress
        self._wanted = Wanted(Window(*study.window), _terms(study), settings.endpoints)
        self._pages = Archive(study.raw_folder, series="crawl")
        self._pages.lock()
        self._lists = self._pages.sibling("sources")
        self._frontier = Frontier(study.raw_folder)
        self._resume()
        self._turns = Turns(study.collect_delay_seconds, settings.patience_seconds, self._frontier.host, settings.wall)
        self._workers: dict[str, asyncio.Task[None]] = {}
        self._host_pages: dict[str, int] = {}
        self._outcomes: dict[str, int] = {}
        self._started = 0
        self._put_off_until: dict[int, float] = {}
        self._limits: dict[str, int | None] = {}
        self._problems: dict[str, list[Problem]] = {}
        self._trouble: BaseException | None = None

    def close(self) -> None:
        self._lists.close()
        self._pages.close()
        self._frontier.close()

    # --- begin and end ---

    def _resume(self) -> None:
        """Bring archive and queue to the same point: what one holds and the other does not is cut or queued again."""
        for archive, name in ((self._pages, "crawl"), (self._lists, "sources")):
            mark = self._frontier.mark(name)
            if isinstance(mark, list):
                archive.cut_back(str(mark[0]), int(mark[1]))
            elif archive is self._pages:
                self._adopt()
        with self._frontier.transaction():
            for path in self._pages.segments("crawl"):
                self._frontier.requeue_lost(path.name, path.stat().st_size)

    def _adopt(self) -> None:
        """A new queue beside an old archive (the queue file was lost): what is captured need not be fetched again."""
        if not self._pages.segments("crawl"):
            return
        with self._frontier.transaction():
            for capture in self._pages:
                if not capture.warc.startswith("crawl-"):
                    continue
                is_copy = capture.source in ("wayback", "commoncrawl") and capture.source_detail
                url = str(capture.source_detail) if is_copy else capture.url
                self._frontier.add([Address(url, "page", capture.source, capture.source_detail, capture.fetched_at)])
                self._frontier.settle_url(url, Outcome("done", capture.outcome))

    def _seed(self) -> None:
        """Queue what the study names. A run begun and not ended is gone on with; else feeds and sitemaps are read anew."""
        found = list(self._only) if self._only is not None else self._named()
        with self._frontier.transaction():
            if self._only is None and not self._frontier.mark("running"):
                self._frontier.requeue_roots()
            if self._again and not self._frontier.mark("again"):
                self._frontier.requeue_pages()
                self._frontier.set_mark("again", True)
            self._frontier.add(found)
            self._frontier.set_mark("running", True)

    def _named(self) -> list[Address]:
        """Where reading each of the study's sources begins."""
        now = self._settings.clock()
        found: list[Address] = []
        for number, source in enumerate(self._study.sources, start=1):
            if source.kind not in WEB_KINDS:
                continue
            origin = f"source {number} ({source.kind})"
            self._limits[origin] = source.limit
            listing = starts(source, origin, self._wanted)
            self._problems[origin] = listing.problems
            kept = listing.listed[: source.limit] if source.kind == "addresses" else listing.listed
            found += [Address(i.url, i.role, source.kind, origin, now, is_root=True, origin=origin) for i in kept]
        return found

    async def go(self, fetcher: Fetcher) -> CollectSummary:
        self._visitor = Visitor(fetcher, self._turns, self._keep_robots, self._settings.wall)
        self._seed()
        self._waiting = self._frontier.counts().get("queued", 0)
        for host in self._frontier.queued_hosts():
            self._start_worker(host)
        try:
            while self._workers and self._trouble is None:
                await asyncio.wait(self._workers.values(), return_when=asyncio.FIRST_COMPLETED)
        finally:
            await self._stop_workers()
        if self._trouble:
            raise self._trouble
        return self._end()

    def _end(self) -> CollectSummary:
        left = self._frontier.counts().get("queued", 0)
        with self._frontier.transaction():
            self._frontier.set_mark("running", False)
            if not left:
                self._frontier.set_mark("again", False)
        kept = [p for about, problems in self._problems.items() for p in keep_problems(self._study.raw_folder, about, problems)]  # fmt: skip
        self._keep_left_out()
        outcomes = dict(sorted(self._outcomes.items(), key=lambda item: (-item[1], item[0])))
        return CollectSummary(sum(outcomes.values()), outcomes, left, self._frontier.filtered(), kept)

    def _keep_left_out(self) -> None:
        """What lists named and was not queued, as problems that every build and report shows."""
        for where, reasons in groupby(self._frontier.left_out(), key=lambda row: f"list {row[0]}"):
            found = [Problem("collect", where, reason, None, LEFT_OUT_REMEDY, count) for _, reason, count in reasons]
            keep_problems(self._study.raw_folder, where, found)

    # --- workers, one a host ---

    def _start_worker(self, host: str) -> None:
        if host not in self._workers:
            self._workers[host] = asyncio.create_task(self._work(host))

    async def _stop_workers(self) -> None:
        tasks = list(self._workers.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _work(self, host: str) -> None:
        try:
            while (address := self._next(host)) is not None:
                await self._wait_for(address)
                try:
                    visit = await self._visitor.visit(
                        address.url, conditions(address), asks_robots=not _is_api(address)
                    )
                except NotNow as later:
                    self._put_off(address, later.seconds)
                    continue
                if self._is_worth_another_try(address, visit):
                    self._put_off(address, self._turns.wait_of(address.host), visit.reply)
                else:
                    self._settle(address, visit, await self._read_list(address, visit))
        except asyncio.CancelledError:
            raise
        except Exception as error:
            self._trouble = self._trouble or stopped(error, self._study.raw_folder)
        finally:
            del self._workers[host]

    def _next(self, host: str) -> Queued | None:
        """The host's next address, or None where there is nothing for it to do in this run."""
        address = self._frontier.next_of(host)
        if address is None or self._trouble is not None:
            return None
        if self._wait_of(address) > self._settings.patience_seconds:
            return None
        if self._turns.is_too_long(host, self._turns.wait_of(host)):
            return None
        if address.role == "page":
            if self._limit is not None and self._started >= self._limit:
                return None
            if self._host_pages.get(host, 0) >= self._settings.host_budget:
                return None
            self._started += 1
            self._host_pages[host] = self._host_pages.get(host, 0) + 1
        return address

    def _wait_of(self, address: Queued) -> float:
        """Seconds for which an address put off in this run is to wait; a later run goes by its host's wait alone."""
        return self._put_off_until.get(address.id, 0.0) - time.monotonic()

    async def _wait_for(self, address: Queued) -> None:
        wait = max(self._wait_of(address), self._turns.wait_of(address.host))
        if wait > 0:
            await asyncio.sleep(min(wait, self._settings.patience_seconds))

    # --- what a visit changes, all at once ---

    def _settle(self, address: Queued, visit: Visit, listing: Listing) -> None:
        reply = visit.reply
        if address.role == "page":
            self._pages.write(answer_of(address, visit))
        else:
            self._lists.write(answer_of(address, visit))
            self._problems[address.url] = listing.problems
        with self._frontier.transaction():
            added = self._queue(address, listing)
            self._frontier.settle(address, self._outcome(address, reply))
            self._frontier.keep_host(self._turns.host(address.host))
            self._set_marks()
        self._after(address, reply, added)

    def _set_marks(self) -> None:
        """Remember how far the archive files reach: what lies beyond was never counted."""
        for archive, name in ((self._pages, "crawl"), (self._lists, "sources")):
            file, offset = archive.flush()
            if file:
                self._frontier.set_mark(name, [file, offset])

    def _outcome(self, address: Queued, reply: Reply) -> Outcome:
        file, offset = (self._pages if address.role == "page" else self._lists).flush()
        is_whole = reply.outcome in ("ok", "not html")
        return Outcome(
            "done", reply.outcome, reply.reason, 0.0, reply.header("etag") if is_whole else None,
            reply.header("last-modified") if is_whole else None, file, offset, reply.fetched_at if is_whole else None,
        )  # fmt: skip

    def _put_off(self, address: Queued, seconds: float, reply: Reply | None = None) -> None:
        """Leave the address in the queue for later. Without a reply nothing was tried, so no try is counted."""
        self._put_off_until[address.id] = time.monotonic() + seconds
        again = self._settings.wall() + seconds  # orders the queue: what was put off comes after what was not
        outcome = Outcome("queued", reply.outcome if reply else None, reply.reason if reply else None, again)
        with self._frontier.transaction():
            self._frontier.settle(address, outcome, tried=reply is not None)
            self._frontier.keep_host(self._turns.host(address.host))
        if address.role == "page":
            self._started -= 1

    def _is_worth_another_try(self, address: Queued, visit: Visit) -> bool:
        reply = visit.reply
        is_passing = reply.outcome in _TRY_AGAIN or reply.status in BUSY or visit.robots == "unreachable"
        return is_passing and reply.outcome != "bot wall" and address.tries + 1 < self._settings.max_tries

    async def _read_list(self, address: Queued, visit: Visit) -> Listing:
        reply = visit.reply
        if address.role == "page" or reply.status == 304:
            return Listing()
        if reply.status != 200 or reply.outcome not in ("ok", "not html"):
            listing = Listing()
            detail = f"{reply.outcome}: {reply.reason}"[:200]
            listing.problems.append(Problem("collect", address.url, f"{address.role} not read", detail, "try again later, or correct its address"))  # fmt: skip
            return listing
        return await read_list(
            address.role, reply.body, _base(address, visit), reply.header("content-type"), self._wanted
        )

    def _queue(self, address: Queued, listing: Listing) -> list[Address]:
        """Queue what a list names; pages that it already held whole go into the archive. Returns what was queued."""
        now = self._settings.clock()
        found: list[Address] = []
        for item in listing.listed:
            if item.role == "sitemap" and address.depth >= self._settings.max_depth:
                listing.leave_out("sitemap nested too deep")
                continue
            try:
                url = item.url if "#" in item.url and address.role == "commoncrawl" else tidy(item.url)
            except ValueError:
                listing.leave_out("no usable address")
                continue
            entry = Address(
                url, item.role, address.source, f"{address.role} {address.url}", now, item.listed_at, address.depth + 1,
                original=item.original, origin=address.origin,
            )  # fmt: skip
            if item.payload is None:
                found.append(entry)
            else:
                self._keep_post(entry, item.payload)
        found = self._within_limit(address, found, listing)
        self._waiting += self._frontier.add(found)
        if listing.left_out:
            self._frontier.count_filtered(address.url, listing.left_out)
        return found

    def _within_limit(self, address: Queued, found: list[Address], listing: Listing) -> list[Address]:
        limit = self._limits.get(address.origin or "")
        if limit is None:
            return found
        room = max(0, limit - self._frontier.pages_of(address.origin))
        fresh = [entry for entry in found if entry.role == "page" and not self._frontier.knows(entry.url)]
        over = {entry.url for entry in fresh[room:]}
        if over:
            listing.leave_out("beyond the source's limit", len(over))
        return [entry for entry in found if entry.url not in over]

    def _keep_post(self, entry: Address, payload: bytes) -> None:
        if self._frontier.knows(entry.url):
            return
        self._pages.write(post_answer(entry, payload))
        self._frontier.add([entry])
        self._frontier.settle_url(entry.url, Outcome("done", "ok"))
        self._outcomes["ok"] = self._outcomes.get("ok", 0) + 1

    def _after(self, address: Queued, reply: Reply, added: list[Address]) -> None:
        self._waiting -= 1
        if address.role == "page":
            self._outcomes[reply.outcome] = self._outcomes.get(reply.outcome, 0) + 1
        for host in dict.fromkeys(host_of(a.url) for a in added):
            self._start_worker(host)
        done = sum(self._outcomes.values())
        self._progress("fetching pages", done, done + self._waiting)

    def _keep_robots(self, host: Host, reply: Reply) -> None:
        self._lists.write(
            Answer(
                reply.url, reply.fetched_at, reply.body, "robots", None, reply.outcome, reply.reason, reply.status,
                reply.headers, reply.header("content-type"), request=reply.request,
            )
        )  # fmt: skip
        with self._frontier.transaction():
            self._frontier.keep_host(host)
            self._set_marks()


def _is_api(address: Queued) -> bool:
    return address.role in API_ROLES or "#bytes=" in address.url


def _base(address: Queued, visit: Visit) -> str:
    """What a list's relative addresses are read against; the fragment carries what the request does not."""
    fragment = address.url.partition("#")[2]
    return f"{visit.final_url.partition('#')[0]}#{fragment}" if fragment else visit.final_url


def _terms(study: WebStudy) -> TopicTerms | None:
    """What the study's events are called; None where the study has no events to ask."""
    events = getattr(study, "event_records", None)
    if not events:
        return None
    return terms_of(
        name for event in events for names in event.called.values() for words in names.values() for name in words
    )
