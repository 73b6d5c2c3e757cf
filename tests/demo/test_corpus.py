"""The demo's pages hold what `truth.yml` says was planted, and nothing else looks like a copy."""

from __future__ import annotations

import json
import re
from collections import Counter
from datetime import date, datetime, timedelta
from functools import cache
from html.parser import HTMLParser
from itertools import combinations
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml

from coverage.schema import ABOUT_VOTE, CLAIM_KINDS, OUTLET_KINDS, STANCES

STUDIES = Path(__file__).resolve().parents[2] / "studies"
DEMO = STUDIES / "demo"
PAGES = DEMO / "pages"
TRUTH: dict[str, Any] = yaml.safe_load((DEMO / "truth.yml").read_text(encoding="utf-8"))
INDEX = [json.loads(line) for line in (PAGES / "index.jsonl").read_text(encoding="utf-8").splitlines()]
LABELS = [json.loads(line) for line in (DEMO / "labels.jsonl").read_text(encoding="utf-8").splitlines()]
OUTLETS = yaml.safe_load((DEMO / "outlets.yml").read_text(encoding="utf-8"))
BY_URL = {page["url"]: page for page in TRUTH["pages"]}
BY_FILE = {page["file"]: page for page in TRUTH["pages"]}
VOTE = [page for page in TRUTH["pages"] if page["about_vote"] != "none"]
COPIES = [copy for family in TRUTH["families"] for copy in family["copies"]]
WINDOWS_1251 = {"slovo-novogorya", "meridian-agency"}
BLOCKS = {"p", "div", "br", "h1", "h2", "h3", "h4", "li", "td", "tr", "section", "aside", "blockquote", "footer"}


class _Words(HTMLParser):
    """Visible text, one line a block; head, script and style left out."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self.hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.hidden += tag in ("head", "script", "style")
        if tag in BLOCKS:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self.hidden -= tag in ("head", "script", "style")
        if tag in BLOCKS:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.parts.append(data)


def source(file: str) -> str:
    encoding = "windows-1251" if file.split("/")[0] in WINDOWS_1251 else "utf-8"
    return (PAGES / file).read_bytes().decode(encoding)


@cache
def lines(file: str) -> tuple[str, ...]:
    words = _Words()
    words.feed(source(file))
    return tuple(line for line in (" ".join(part.split()) for part in "".join(words.parts).split("\n")) if line)


@cache
def own_lines(file: str) -> tuple[str, ...]:
    """The page's lines less those that another article of its outlet shows too (footers, menus)."""
    outlet = file.split("/")[0]
    others = {line for other in BY_FILE if other.startswith(f"{outlet}/") and other != file for line in lines(other)}
    return tuple(line for line in lines(file) if line not in others)


def words_of(file: str) -> list[str]:
    return re.findall(r"\w+", " ".join(own_lines(file)).lower())


@cache
def five_grams(file: str) -> frozenset[tuple[str, ...]]:
    words = words_of(file)
    return frozenset(tuple(words[i : i + 5]) for i in range(len(words) - 4))


def containment(one: str, other: str) -> float:
    a, b = five_grams(one), five_grams(other)
    return len(a & b) / min(len(a), len(b))


def numbers(file: str) -> set[str]:
    return {n.replace(",", ".") for n in re.findall(r"\d+(?:[.,]\d+)?", " ".join(own_lines(file))) if len(n) > 1}


def family_of(url: str) -> str:
    return next((f["id"] for f in TRUTH["families"] if url == f["original"] or url in {c["url"] for c in f["copies"]}), url)  # fmt: skip


def moment(page: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(page["published"])


def test_it_is_large_and_small_enough() -> None:
    assert len(TRUTH["pages"]) >= 90
    assert len({page["outlet"] for page in TRUTH["pages"]}) >= 12
    assert {page["language"] for page in VOTE} == {"uk", "ru", "en", "de"}
    assert sum(path.stat().st_size for path in DEMO.rglob("*") if path.is_file()) <= 1_200_000


def test_index_and_files_agree() -> None:
    files = [entry["file"] for entry in INDEX]
    assert sorted(files) == sorted(path.relative_to(PAGES).as_posix() for path in PAGES.rglob("*.html"))
    assert len(files) == len(set(files))
    for entry in INDEX:
        assert set(entry) == {"file", "url", "fetched_at", "status", "content_type"}
        assert (urlsplit(entry["url"]).hostname or "").endswith(".example")
        assert re.fullmatch(r"2024-03-\d\dT\d\d:\d\d:\d\dZ", entry["fetched_at"])
        assert 200 < (PAGES / entry["file"]).stat().st_size < 6500


def test_every_page_is_captured_after_it_was_published() -> None:
    fetched = {entry["file"]: datetime.fromisoformat(entry["fetched_at"]) for entry in INDEX}
    for page in TRUTH["pages"]:
        if page["published_precision"] == "minute":
            assert moment(page) < fetched[page["file"]] < moment(page) + timedelta(hours=6), page["url"]
        else:
            assert date.fromisoformat(page["published"]) <= fetched[page["file"]].date(), page["url"]


def test_every_capture_is_in_the_truth_or_a_failure() -> None:
    known = {page["file"] for page in TRUTH["pages"]} | {edit["first"]["file"] for edit in TRUTH["revisions"]}
    rest = [entry for entry in INDEX if entry["file"] not in known]
    assert known <= {entry["file"] for entry in INDEX}
    assert Counter(entry["status"] for entry in rest) == {403: 4, 200: 1}
    lost = {(entry["file"].split("/")[0], entry["fetched_at"][:10]) for entry in rest}
    assert lost == {(o["outlet"], day) for o in TRUTH["outlets"] for day in o["unobservable_days"]}


def test_bytes_are_in_the_charset_meant() -> None:
    for entry in INDEX:
        text = source(entry["file"])
        assert "\ufffd" not in text
        if entry["file"].split("/")[0] in WINDOWS_1251:
            with pytest.raises(UnicodeDecodeError):
                (PAGES / entry["file"]).read_bytes().decode("utf-8")
    lying = [e for e in INDEX if e["file"].startswith("meridian-agency/")]
    assert lying
    assert all('charset="utf-8"' in source(e["file"]) and "charset" not in e["content_type"] for e in lying)
    assert all("charset=windows-1251" in source(e["file"]) for e in INDEX if e["file"].startswith("slovo-novogorya/"))


def test_every_page_says_that_it_is_fictional() -> None:
    said = ("Fictional demo page", "Fiktive Demoseite", "Вигадана демонстраційна сторінка", "Вымышленная демонстрационная страница")  # fmt: skip
    for entry in INDEX:
        assert '<meta name="fictional-demo"' in source(entry["file"]), entry["file"]
        assert any(line.startswith(said) for line in lines(entry["file"])), entry["file"]


def test_truth_uses_the_projects_words() -> None:
    assert len(BY_URL) == len(TRUTH["pages"])
    for page in TRUTH["pages"]:
        assert page["about_vote"] in ABOUT_VOTE
        assert (page["stance"] is None) == (page["about_vote"] == "none") == (page["deciding_words"] is None)
        assert page["stance"] in (None, *STANCES)
        assert page["voice"] in (None, "own", "quoted", "both")
    assert all(claim["url"] in BY_URL and claim["kind"] in CLAIM_KINDS for claim in TRUTH["claims"])
    assert {url for url, page in BY_URL.items() if page["is_appeal"]} == set(TRUTH["appeal"])
    assert len(TRUTH["appeal"]) >= 4
    assert all(BY_URL[url]["stance"] != "amplifies" for url in TRUTH["appeal"])


@pytest.mark.parametrize("page", VOTE, ids=lambda page: page["file"])
def test_deciding_words_and_headline_stand_on_the_page(page: dict[str, Any]) -> None:
    assert len(page["deciding_words"].split()) <= 12
    assert any(page["deciding_words"] in line for line in lines(page["file"]))
    assert page["title"] is None or page["title"] in lines(page["file"])


def test_pages_are_short_articles() -> None:
    for page in TRUTH["pages"]:
        assert 75 <= len(words_of(page["file"])) <= 300, (page["file"], len(words_of(page["file"])))


def test_claims_stand_on_their_pages() -> None:
    for claim in TRUTH["claims"]:
        figure = f"{claim['value']:g}"
        text = " ".join(lines(BY_URL[claim["url"]]["file"]))
        shown = {figure, figure.replace(".", ","), f"{claim['value']:,.0f}", f"{claim['value']:,.0f}".replace(",", ".")}
        assert any(form in text for form in shown) or (figure == "7" and "Семеро" in text), claim
        assert claim["contradicted_on_page"] or not claim["contradicted"]


def test_no_two_pages_are_alike_but_planted_copies() -> None:
    for one, other in combinations(TRUTH["pages"], 2):
        if family_of(one["url"]) != family_of(other["url"]):
            assert containment(one["file"], other["file"]) < 0.3, (one["file"], other["file"])


@pytest.mark.parametrize("copy", COPIES, ids=lambda copy: BY_URL[copy["url"]]["file"])
def test_each_planted_copy_shares_text_and_names_its_source(copy: dict[str, Any]) -> None:
    page, original = BY_URL[copy["url"]], BY_URL[copy["taken_from"]]
    assert any(copy["credit"] in line for line in lines(page["file"]))
    assert copy["role"] in ("republished", "quoted")
    assert copy["crosses_language"] == (page["language"] != original["language"])
    if page["published_precision"] == original["published_precision"] == "minute":
        assert moment(page) > moment(original)
    else:
        assert page["published"][:10] >= original["published"][:10]
    if copy["crosses_language"]:
        assert numbers(page["file"]) & numbers(original["file"])
    else:
        assert containment(page["file"], original["file"]) >= (0.5 if copy["role"] == "republished" else 0.2)


def test_enough_families_and_copies_are_planted() -> None:
    assert len(TRUTH["families"]) >= 8
    assert len(COPIES) >= 25
    assert sum(BY_URL[c["url"]]["outlet"] != BY_URL[c["taken_from"]]["outlet"] for c in COPIES) >= 20
    for family in TRUTH["families"]:
        members = {family["original"], *(c["url"] for c in family["copies"])}
        assert all(c["taken_from"] in members and c["url"] != family["original"] for c in family["copies"])


@pytest.mark.parametrize("planted", TRUTH["outlets"], ids=lambda planted: planted["outlet"])
def test_outlet_counts_follow_from_the_pages(planted: dict[str, Any]) -> None:
    mine = [page for page in TRUTH["pages"] if page["outlet"] == planted["outlet"]]
    vote = [page for page in mine if page["about_vote"] != "none"]
    on_vote = [page for page in vote if not page["is_appeal"]]
    families = {family_of(page["url"]) for page in on_vote}
    assert planted["vote_pages"] == len(vote)
    assert planted["other_pages"] == len(mine) - len(vote)
    assert planted["vote_families"] == len(families)
    assert planted["index_shown"] == (len(families) >= 5)
    assert planted["stances"] == {stance: sum(page["stance"] == stance for page in on_vote) for stance in STANCES}
    assert (planted["lean"] == "silent") == (not vote)


def test_an_index_is_shown_for_six_outlets_and_not_for_all() -> None:
    shown = Counter(planted["index_shown"] for planted in TRUTH["outlets"] if planted["lean"] != "silent")
    assert shown[True] >= 6
    assert shown[False] >= 1


def test_one_silent_outlet_is_seen_every_day_of_the_window() -> None:
    window = yaml.safe_load((STUDIES / "demo.yml").read_text(encoding="utf-8"))["window"]
    days = {window["from"] + timedelta(days=n) for n in range((window["to"] - window["from"]).days + 1)}
    silent = [planted["outlet"] for planted in TRUTH["outlets"] if planted["lean"] == "silent"]
    seen = [{date.fromisoformat(p["published"][:10]) for p in TRUTH["pages"] if p["outlet"] == o} for o in silent]
    assert days in seen
    assert all(date.fromisoformat(page["published"][:10]) in days for page in TRUTH["pages"])


def test_the_edited_headline_was_softened() -> None:
    (edit,) = TRUTH["revisions"]
    fetched = {entry["file"]: entry for entry in INDEX}
    first, second = fetched[edit["first"]["file"]], fetched[edit["second"]["file"]]
    assert first["url"] == second["url"] == edit["url"]
    assert first["fetched_at"] < second["fetched_at"]
    for version in (edit["first"], edit["second"]):
        assert version["title"] in lines(version["file"])
        assert any(version["deciding_words"] in line for line in lines(version["file"]))
    assert (edit["first"]["stance"], edit["second"]["stance"]) == ("rejects", BY_URL[edit["url"]]["stance"])


def test_outlets_file_names_the_outlets_of_the_pages() -> None:
    assert {outlet["id"] for outlet in OUTLETS} == {planted["outlet"] for planted in TRUTH["outlets"]}
    domains = {domain: outlet["id"] for outlet in OUTLETS for domain in outlet["domains"]}
    assert all(outlet["kind"] in OUTLET_KINDS for outlet in OUTLETS)
    for entry in INDEX:
        host = urlsplit(entry["url"]).hostname or ""
        assert domains[re.sub(r"^(www|m)\.", "", host)] == entry["file"].split("/")[0]


def test_labels_are_a_probability_sample_of_the_truth() -> None:
    assert 40 <= len(LABELS) <= 50
    population = Counter(page["language"] for page in VOTE)
    drawn = Counter(BY_URL[label["article_url"]]["language"] for label in LABELS)
    for label in LABELS:
        page = BY_URL[label["article_url"]]
        assert [label[k] for k in ("stance", "about_vote", "voice")] == [page[k] for k in ("stance", "about_vote", "voice")]  # fmt: skip
        share = drawn[page["language"]] / population[page["language"]]
        assert label["inclusion_probability"] == pytest.approx(share, abs=1e-6)
    assert len({label["article_url"] for label in LABELS}) == len(LABELS)


def test_the_readmes_counts_are_true() -> None:
    text = (DEMO / "README.md").read_text(encoding="utf-8")
    languages = ("uk", "ru", "en", "de")
    every, vote = Counter(p["language"] for p in TRUTH["pages"]), Counter(p["language"] for p in VOTE)
    stances = Counter(p["stance"] for p in VOTE)
    assert f"{len(TRUTH['pages'])} pages in {len(INDEX)} captures" in text
    assert f"{len(VOTE)} pages are about the vote, {len(TRUTH['pages']) - len(VOTE)} about anything else" in text
    assert "| all pages | " + " | ".join(str(every[code]) for code in languages) + " |" in text
    assert "| about the vote | " + " | ".join(str(vote[code]) for code in languages) + " |" in text
    assert "| rejects | amplifies | neutral | unclear |" in text
    assert "| " + " | ".join(str(stances[stance]) for stance in STANCES) + " |\n" in text
    assert f"{len(TRUTH['families'])} families with {len(COPIES)} planted copies" in text
    assert f"{len(TRUTH['claims'])} echoes" in text
    assert f"{len(OUTLETS)} outlets under" in text
    leans = Counter(planted["lean"] for planted in TRUTH["outlets"])
    assert [leans[lean] for lean in ("amplifies", "rejects", "neutral", "mixed", "silent")] == [3, 3, 2, 4, 2]
    assert "Three outlets amplify, three reject, two are neutral, four are mixed, two are silent." in text
    assert len(TRUTH["appeal"]) == 7
    assert "Seven pages" in text
