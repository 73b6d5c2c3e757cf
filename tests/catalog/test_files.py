"""Files that people write: a study's own entries, and complaints that name file, line and the nearest right word."""

from importlib.resources import files
from pathlib import Path

import pytest

from coverage.catalog import CatalogError, load_catalog

OUTLET = """\
- id: river-post
  names: {en: River Post}
  domains: [river-post.example]
  country: UA
  languages: [en]
  kind: unknown
  owner: unknown
  ownership_source: unknown
  feeds: [https://river-post.example/feed]
  sitemaps: unknown
  telegram: unknown
"""
EVENT = files("coverage.catalog") / "events" / "crimea-2014.yml"


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "own.yml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_study_adds_its_own_outlets(tmp_path: Path):
    catalog = load_catalog(extra_outlets=written(tmp_path, OUTLET))
    assert catalog.outlet_id("https://www.river-post.example/a") == "river-post"
    assert catalog.outlets["river-post"].feeds == ("https://river-post.example/feed",)
    assert catalog.outlets["river-post"].sitemaps is None
    assert catalog.outlet_id("tass.com") == "tass"


def test_the_packaged_catalog_stays_as_it_is(tmp_path: Path):
    load_catalog(extra_outlets=written(tmp_path, OUTLET))
    assert "river-post" not in load_catalog().outlets


def test_an_entry_with_a_known_id_overrides_it(tmp_path: Path):
    own = OUTLET.replace("id: river-post", "id: tass").replace("[river-post.example]", "[tass.com]")
    catalog = load_catalog(extra_outlets=written(tmp_path, own))
    assert catalog.outlets["tass"].name == "River Post"
    assert catalog.outlet_id("tass.ru") == "unknown:tass.ru"


def test_a_changed_file_is_read_anew(tmp_path: Path):
    load_catalog(extra_outlets=written(tmp_path, OUTLET))
    catalog = load_catalog(extra_outlets=written(tmp_path, OUTLET.replace("River Post", "Hill Post")))
    assert catalog.outlets["river-post"].name == "Hill Post"


def test_a_second_load_is_the_same_catalog():
    assert load_catalog() is load_catalog()


@pytest.mark.parametrize(
    ("old", "new", "line", "complaint"),
    [
        ("languages:", "langauges:", 5, "unknown key `langauges`; did you mean `languages`?"),
        ("  owner: unknown\n", "", 1, "key `owner` is missing in `river-post`"),
        ("kind: unknown", "kind: goverment", 6, "did you mean `government`?"),
        ("kind: unknown", "kind: state", 7 + 1, "kind `state` needs its source"),
        ("country: UA", "country: NO", 4, "put it in quotes"),
        ("country: UA", "country: UKR", 4, "`UKR` is no ISO 3166-1"),
        ("[en]", "[eng]", 5, "no ISO 639-1"),
        ("[river-post.example]", "[https://river-post.example/]", 3, "no bare domain"),
        ("[river-post.example]", "[www.river-post.example]", 3, "no bare domain"),
        ("[river-post.example]", "[]", 3, "expected a list"),
        ("[river-post.example]", "[tass.com]", 3, "`tass.com` belongs to the catalog's `tass`"),
        ("id: river-post", "id: River Post", 1, "is no id"),
        ("[https://river-post.example/feed]", "[river-post.example/feed]", 9, "begin it with https://"),
        ("  telegram: unknown\n", "  telegram: unknown\n  kind: state\n", 1, "key `kind` stands twice"),
        ("names: {en: River Post}", "names: {en: River Post", 3, "check keys, indentation and quotes"),
    ],
)
def test_a_wrong_outlet_is_refused_with_file_line_and_remedy(
    tmp_path: Path, old: str, new: str, line: int, complaint: str
):
    path = written(tmp_path, OUTLET.replace(old, new))
    with pytest.raises(CatalogError) as refused:
        load_catalog(extra_outlets=path)
    assert str(refused.value).startswith(f"{path}:{line}: ")
    assert complaint in str(refused.value)


@pytest.mark.parametrize(
    ("second", "complaint"),
    [
        (OUTLET, "id `river-post` is taken already"),
        (OUTLET.replace("id: river-post", "id: hill-post"), "domain `river-post.example` is taken already"),
    ],
)
def test_an_id_or_domain_twice_is_refused(tmp_path: Path, second: str, complaint: str):
    path = written(tmp_path, OUTLET + second)
    with pytest.raises(CatalogError, match=r"own\.yml:12: ") as refused:
        load_catalog(extra_outlets=path)
    assert complaint in str(refused.value)


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("first_day: 2014-03-16", "first_day: 16 March", "is no day"),
        ("first_day: 2014-03-16", "first_day: 2014-02-31", "`2014-02-31` is no day"),
        ("first_day: 2014-03-16", "first_day: 2013-03-16", "the days must run"),
        ("kind: referendum", "kind: plebiscite", "known: referendum, election, appeal"),
        ("[UA-43, UA-40]", "[UA-34]", "no place this catalog knows"),
        ("value: 96.77", "value: 9677", "out of bounds"),
        ("kind: turnout", "kind: turn-out", "did you mean `turnout`?"),
        ("  bg: Референдум в Крим през 2014 г.\n", "", "no name in bg"),
        ("  opponent:\n", "  oponent:\n", "did you mean `opponent`?"),
        ("claimed_by", "claimed", "did you mean `claimed_by`?"),
    ],
)
def test_a_wrong_event_is_refused(tmp_path: Path, old: str, new: str, complaint: str):
    text = EVENT.read_text(encoding="utf-8")
    assert old in text
    path = written(tmp_path, text.replace(old, new, 1))
    with pytest.raises(CatalogError, match=r"own\.yml:\d+: ") as refused:
        load_catalog(extra_events=path)
    assert complaint in str(refused.value)


def test_a_study_adds_its_own_event(tmp_path: Path):
    text = EVENT.read_text(encoding="utf-8").replace("id: crimea-2014", "id: river-vote")
    assert "river-vote" in load_catalog(extra_events=written(tmp_path, text)).events


@pytest.mark.parametrize("text", ["", "word", "- 5", "a: [", "\x00", "{id: }", "- id: {}\n- []", "[" * 5000])
def test_what_is_no_catalog_file_is_refused(tmp_path: Path, text: str):
    with pytest.raises(CatalogError, match=r"own\.yml"):
        load_catalog(extra_outlets=written(tmp_path, text))


def test_a_missing_file_is_named(tmp_path: Path):
    with pytest.raises(CatalogError, match=r"absent\.yml: no such file"):
        load_catalog(extra_outlets=tmp_path / "absent.yml")
