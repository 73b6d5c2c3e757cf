"""Bars where somebody looks on, silence elsewhere."""

import os
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from coverage.progress import bars, quiet, shown

CELL = """
from coverage.progress import bars
with bars() as tick:
    tick("fetching pages", 3, 7)
"""


def outputs(folder: Path, quiet: str) -> list[dict[str, object]]:
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(CELL)])
    source = str(Path(__file__).resolve().parents[1] / "src")
    environment = {**os.environ, "PYTHONPATH": source, "VOTE_COVERAGE_QUIET": quiet}
    NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(folder)}}).execute(env=environment)
    return list(notebook.cells[0].outputs)


def test_a_notebook_shows_bars_and_a_report_does_not(tmp_path: Path) -> None:
    drawn = str(outputs(tmp_path, ""))
    assert "fetching pages" in drawn or "widget-view" in drawn
    assert outputs(tmp_path, "1") == []


def test_where_nobody_looks_there_is_silence(capfd: pytest.CaptureFixture[str]) -> None:
    with bars() as tick:
        tick("fetching pages", 3, 7)
        assert tick is quiet
    assert capfd.readouterr() == ("", "")


def test_a_progress_of_ones_own_is_used() -> None:
    told = []
    with shown(lambda *what: told.append(what)) as tick:
        tick("fetching pages", 3, 7)
    assert told == [("fetching pages", 3, 7)]
