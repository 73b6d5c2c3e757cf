"""The command line as a person meets it: clear messages, counted skips, exit codes as designed."""

from __future__ import annotations

import gzip
import io
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from coverage.cli import commands, main

STUDY = """\
title: A vote
events: [president-2024]
window: {from: 2024-03-01, to: 2024-03-31}
languages: [en, uk]
"""
ROW = {
    "id": "r1",
    "url": "https://www.ukrinform.net/rubric-polytics/1-a.html",
    "outlet_domain": "ukrinform.net",
    "published": "2024-03-16",
    "language": "en",
    "title": "Russia holds sham presidential election in occupied Ukraine",
    "text": "Russia is holding a sham presidential election in the occupied territories of Ukraine. "
    "Nobody abroad will recognise the pseudo-election, the report says, because it was held at gunpoint.",
}


@dataclass
class Ran:
    code: int
    out: str
    err: str


@pytest.fixture
def run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]
) -> Callable[..., Ran]:
    """Run the command in a folder that holds `studies/mine.yml`."""
    (tmp_path / "studies").mkdir()
    (tmp_path / "studies" / "mine.yml").write_text(STUDY, encoding="utf-8")
    monkeypatch.chdir(tmp_path)

    def command(*arguments: str, stdin: bytes = b"") -> Ran:
        monkeypatch.setattr(sys, "argv", ["vote-coverage", *arguments])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        with pytest.raises(SystemExit) as ending:
            main()
        out, err = capsysbinary.readouterr()
        return Ran(int(ending.value.code or 0), out.decode(), err.decode())

    return command


def rows_file(folder: Path, *rows: object) -> str:
    path = folder / "rows.jsonl"
    path.write_bytes(b"".join((row if isinstance(row, bytes) else json.dumps(row).encode()) + b"\n" for row in rows))
    return str(path)


def test_import_build_and_check(run: Callable[..., Ran], tmp_path: Path) -> None:
    assert "1 captures added" in run("import", "mine", rows_file(tmp_path, ROW)).out
    built = run("build", "mine", "--workers", "1")
    assert built.code == 0
    assert "1 articles, 1 about the vote" in built.out
    checked = run("check", "data/processed/mine")
    assert checked.code == 0
    assert "all as the codebook says" in checked.out


def test_the_same_file_twice_changes_nothing(run: Callable[..., Ran], tmp_path: Path) -> None:
    file = rows_file(tmp_path, ROW)
    run("import", "mine", file)
    before = {p: p.read_bytes() for p in (tmp_path / "data").rglob("*") if p.is_file()}
    again = run("import", "mine", file)
    assert "0 captures added, 1 already there" in again.out
    assert {p: p.read_bytes() for p in (tmp_path / "data").rglob("*") if p.is_file()} == before


BAD_ROWS = {
    "half-written line": b'{"id": "r2", "url": "https://bbc.com/x", "ti',
    "missing field": {"id": "r3", "outlet_domain": "bbc.com", "published": "2024-03-16", "language": "en"},
    "date in 2099": ROW | {"id": "r4", "url": "https://bbc.com/y", "published": "2099-01-01"},
    "wrong encoding": json.dumps(
        ROW | {"id": "r5", "url": "https://bbc.com/z", "title": "Вибори"}, ensure_ascii=False
    ).encode("cp1251"),
}


@pytest.mark.parametrize("name", BAD_ROWS)
def test_a_bad_row_is_listed_with_its_line_and_the_good_ones_go_in(
    run: Callable[..., Ran], tmp_path: Path, name: str
) -> None:
    imported = run(
        "import", "mine", rows_file(tmp_path, ROW, BAD_ROWS[name], ROW | {"id": "r9", "url": "https://bbc.com/9"})
    )
    assert imported.code == 0
    built = run("build", "mine", "--workers", "1")
    assert built.code == 0
    import pyarrow.parquet as pq

    problems = pq.read_table(tmp_path / "data" / "processed" / "mine" / "problems.parquet").to_pylist()
    found = [p for p in problems if p["where"] == "rows.jsonl:2"]
    assert found, problems
    assert all(p["remedy"] for p in found)
    articles = pq.read_table(tmp_path / "data" / "processed" / "mine" / "articles.parquet").to_pylist()
    assert {"r1", "r9"} <= {a["source_id"] for a in articles}


def test_an_unknown_outlet_is_kept_and_listed(run: Callable[..., Ran], tmp_path: Path) -> None:
    run(
        "import",
        "mine",
        rows_file(tmp_path, ROW | {"outlet_domain": "nobody.example", "url": "https://nobody.example/a"}),
    )
    built = run("build", "mine", "--workers", "1")
    assert "1 outlet not in the catalog" in built.out
    assert "1 articles" in built.out


def test_an_empty_file_says_so(run: Callable[..., Ran], tmp_path: Path) -> None:
    (tmp_path / "empty.jsonl").touch()
    ran = run("import", "mine", str(tmp_path / "empty.jsonl"))
    assert ran.code == 3
    assert "empty" in ran.out


def test_an_empty_study_says_how_to_fill_it(run: Callable[..., Ran]) -> None:
    ran = run("build", "mine")
    assert ran.code == 3
    assert "vote-coverage import mine.yml" in ran.err
    assert "vote-coverage collect mine.yml" in ran.err


def test_a_study_without_articles_in_its_window_still_builds(run: Callable[..., Ran], tmp_path: Path) -> None:
    run("import", "mine", rows_file(tmp_path, ROW | {"published": "2019-01-01"}))
    built = run("build", "mine", "--workers", "1")
    assert built.code == 0
    assert "0 articles" in built.out
    assert "1 outside the window" in built.out


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["build", "nonsense"], 2, "no study 'nonsense'"),
        (["buidl", "mine"], 2, "No such command"),
        (["build", "mine", "--workers", "0"], 2, "0 is not in the range"),
        (["import", "mine", "nowhere.jsonl"], 2, "nowhere.jsonl: no such file"),
        (["report", "mine"], 3, "is not built yet"),
        (["check", "studies"], 2, "no Parquet tables here"),
    ],
)
def test_wrong_use_says_what_is_wrong(run: Callable[..., Ran], arguments: list[str], code: int, message: str) -> None:
    ran = run(*arguments)
    assert (ran.code, message in ran.out + ran.err) == (code, True), ran


def test_a_spoilt_table_fails_the_check(run: Callable[..., Ran], tmp_path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    run("import", "mine", rows_file(tmp_path, ROW))
    run("build", "mine", "--workers", "1")
    path = tmp_path / "data" / "processed" / "mine" / "stances.parquet"
    table = pq.read_table(path)
    where = table.schema.get_field_index("stance")
    pq.write_table(table.set_column(where, table.schema.field("stance"), pa.array(["likes"] * len(table))), path)
    ran = run("check", "data/processed/mine")
    assert ran.code == 5
    assert "table stances, column stance, row 0" in ran.err


FILTERS = {
    "extract": {
        "id": "1",
        "url": "https://a.example/x",
        "html": "<html><body><article><h1>T</h1><p>" + "A sentence of the page. " * 20 + "</p></article></body></html>",
    },
    "judge": {"id": "1", "title": ROW["title"], "text": ROW["text"], "language": "en"},
    "families": {
        "id": "1",
        "outlet_domain": "a.example",
        "published": "2024-03-16",
        "language": "en",
        "title": ROW["title"],
        "text": ROW["text"],
    },
}


@pytest.mark.parametrize("name", FILTERS)
def test_filters_give_one_line_out_for_each_line_in(run: Callable[..., Ran], name: str) -> None:
    lines = [
        json.dumps(FILTERS[name]).encode(),
        b"{not json",
        b"[]",
        b"null",
        '{"id": "й"'.encode("cp1251"),
        json.dumps(FILTERS[name] | {"id": "2"}).encode(),
    ]
    ran = run(name, stdin=b"\n".join(lines) + b"\n")
    assert ran.code == 0
    rows = [json.loads(line) for line in ran.out.splitlines()]
    assert len(rows) == len(lines)
    assert ["error" in row for row in rows] == [False, True, True, True, True, False]
    assert [rows[0]["id"], rows[-1]["id"]] == ["1", "2"]


def test_compressed_rows_are_read(run: Callable[..., Ran], tmp_path: Path) -> None:
    (tmp_path / "rows.jsonl.gz").write_bytes(gzip.compress(json.dumps(ROW).encode() + b"\n"))
    assert "1 captures added" in run("import", "mine", str(tmp_path / "rows.jsonl.gz")).out


def test_every_command_is_documented() -> None:
    text = "".join(
        p.read_text(encoding="utf-8")
        for p in [*Path(__file__).parents[1].glob("docs/*.md"), Path(__file__).parents[1] / "README.md"]
    )
    for name in commands.commands:
        assert f"vote-coverage {name}" in text, name
