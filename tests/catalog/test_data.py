"""The catalog's own data: every file, every entry, and the domains of the real rows."""

import gzip
import json
from collections import Counter
from pathlib import Path

import pytest

from coverage.catalog import Event, Outlet, load_catalog
from coverage.catalog.checks import LANGUAGES

SHARED = Path(__file__).resolve().parents[2].parent / "shared" / "data"
CATALOG = load_catalog()
EVENT_IDS = [
    "appeal-2024",
    "constitution-2020",
    "crimea-2014",
    "donbas-may-2014",
    "donbas-nov-2014",
    "dpr-lpr-2018",
    "duma-2021",
    "local-2023",
    "president-2024",
    "president-crimea-2018",
    "referendums-2022",
]


def real_domains(name: str) -> Counter[str]:
    path = SHARED / "articles" / name
    if not path.exists():
        pytest.skip(f"no real data at {path}")
    with gzip.open(path, "rt", encoding="utf-8") as rows:
        return Counter(json.loads(row)["outlet_domain"] for row in rows)


def test_at_least_150_outlets_in_every_language_of_the_project():
    assert len(CATALOG.outlets) >= 150
    languages = {language for outlet in CATALOG.outlets.values() for language in outlet.languages}
    assert set(LANGUAGES) <= languages


def test_no_domain_belongs_to_two_outlets():
    domains = Counter(domain.lower() for outlet in CATALOG.outlets.values() for domain in outlet.domains)
    assert [domain for domain, times in domains.items() if times > 1] == []


@pytest.mark.parametrize("outlet", CATALOG.outlets.values(), ids=lambda outlet: outlet.id)
def test_each_outlet_is_found_by_its_own_domains_and_sources_its_kind(outlet: Outlet):
    assert [CATALOG.outlet_id(domain) for domain in outlet.domains] == [outlet.id] * len(outlet.domains)
    assert outlet.name
    assert outlet.kind == "unknown" or outlet.ownership_source != "unknown"


def test_the_events_are_those_the_project_is_about():
    assert sorted(CATALOG.events) == EVENT_IDS


@pytest.mark.parametrize("event", CATALOG.events.values(), ids=lambda event: event.id)
def test_each_event_is_named_in_ten_languages_watched_around_its_days_and_sourced(event: Event):
    assert set(event.names) == set(LANGUAGES)
    assert event.watch_from <= event.first_day <= event.last_day <= event.watch_to
    assert (event.watch_to - event.watch_from).days <= 100
    assert event.sources
    assert event.called["opponent"]["uk"]


@pytest.mark.parametrize("event", CATALOG.events.values(), ids=lambda event: event.id)
def test_claims_are_about_the_event_and_say_who_and_where_from(event: Event):
    for claim in event.claims:
        assert claim.claimed_by
        assert claim.source
        assert claim.place_code is None or claim.place_code in event.places
        assert claim.unit == "percent" or claim.kind == "observers"
    assert event.claims or event.kind == "appeal"


@pytest.mark.parametrize(
    ("event", "place", "kind", "value"),
    [
        ("crimea-2014", "UA-43", "result", 96.77),
        ("donbas-may-2014", "UA-14", "result", 89.07),
        ("president-crimea-2018", "UA-43", "result", 92.15),
        ("referendums-2022", "UA-65", "result", 87.05),
        ("president-2024", None, "turnout", 77.49),
    ],
)
def test_the_figures_most_often_repeated_are_there(event: str, place: str | None, kind: str, value: float):
    claims = CATALOG.events[event].claims
    assert any((c.place_code, c.kind, c.value) == (place, kind, value) for c in claims)


def test_every_domain_with_two_or_more_rows_on_the_votes_is_known():
    often = [domain for domain, rows in real_domains("topic.jsonl.gz").items() if rows >= 2]
    missing = [domain for domain in often if CATALOG.resolve_outlet(domain) is None]
    assert [domain for domain in missing if not domain.startswith("gdelt-country-")] == []


def test_more_than_nine_in_ten_rows_of_the_pool_have_a_known_outlet():
    rows = real_domains("pool.jsonl.gz")
    known = sum(count for domain, count in rows.items() if CATALOG.resolve_outlet(domain))
    assert known / rows.total() > 0.9


def test_the_page_on_the_catalog_counts_right():
    page = (Path(__file__).resolve().parents[2] / "docs" / "catalog.md").read_text(encoding="utf-8")
    kinds = Counter(outlet.kind for outlet in CATALOG.outlets.values())
    domains = sum(len(outlet.domains) for outlet in CATALOG.outlets.values())
    assert f"{len(CATALOG.outlets)} outlets with {domains} domains; {len(CATALOG.events)} events" in page
    assert [kind for kind, count in kinds.items() if f"| {kind} | {count} |" not in page] == []
