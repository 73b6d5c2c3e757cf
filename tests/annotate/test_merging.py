"""From several coders to one label file: what differs is settled, chances stay right, the index and the model read it."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from coverage.annotate import (
    CodingError,
    LabelFile,
    Sample,
    coding_folder,
    draw_sample,
    export_sheet,
    import_sheet,
    merge,
)
from coverage.annotate.agreeing import to_settle
from coverage.build import confusion_of, labels_of
from coverage.cli import commands
from coverage.train import train_model

if TYPE_CHECKING:
    from coverage.study import Study

pytestmark = pytest.mark.xdist_group("demo")


def coded(coding: Study, size: int = 12, differing: int = 2) -> Sample:
    """A sample that ana codes as the model does and bo too, but for the first few."""
    sample = draw_sample(coding, size, seed=5)
    predicted = coding.stances.set_index("article_id")["stance"].fillna("none")
    for coder in ("ana", "bo"):
        labels = LabelFile(coding_folder(coding), coder)
        for n, item in enumerate(sample.items):
            stance = predicted[item.article_id]
            other = "neutral" if stance != "neutral" else "rejects"
            labels.add(item.article_id, other if coder == "bo" and n < differing else stance)
    return sample


def settle(coding: Study, stance: str) -> None:
    labels = LabelFile(coding_folder(coding), "chair", is_settling=True)
    for article_id in to_settle(coding):
        labels.add(article_id, stance)


def test_what_is_not_settled_stops_the_merge_and_what_is_goes_in(coding: Study) -> None:
    sample = coded(coding)
    differing = [item.article_id for item in sample.items[:2]]
    assert to_settle(coding) == differing
    with pytest.raises(CodingError, match="0 articles are not coded yet and 2 coded differently and not settled"):
        merge(coding)
    settle(coding, "amplifies")
    merged = merge(coding)
    rows = {row["id"]: row for row in map(json.loads, merged.labels.read_text(encoding="utf-8").splitlines())}
    assert (merged.n, merged.n_settled, merged.n_left_out) == (12, 2, 0)
    assert {key for key, row in rows.items() if row["is_settled"]} == set(differing)
    assert all(rows[key]["stance"] == "amplifies" for key in differing)
    chances = {item.article_id: round(item.inclusion_probability, 9) for item in sample.items}
    assert {key: row["inclusion_probability"] for key, row in rows.items()} == chances
    assert {tuple(row["coders"]) for row in rows.values()} == {("ana", "bo")}
    assert len({row["codebook"] for row in rows.values()}) == 1


def test_a_partial_merge_still_adds_up_to_the_population(coding: Study) -> None:
    sample = coded(coding, 40, differing=0)
    drawn = Counter(item.stratum for item in sample.items)
    lost = next(item for item in sample.items if drawn[item.stratum] > 1)
    LabelFile(coding_folder(coding), "bo").add(lost.article_id, "unclear")
    merged = merge(coding, partial=True)
    rows = [json.loads(line) for line in merged.labels.read_text(encoding="utf-8").splitlines()]
    assert (merged.n, merged.n_left_out) == (39, 1)
    assert sum(1 / row["inclusion_probability"] for row in rows) == pytest.approx(sum(sample.strata.values()))
    chances = {row["inclusion_probability"] for row in rows if row["stratum"] == lost.stratum}
    assert chances == {round((drawn[lost.stratum] - 1) / sample.strata[lost.stratum], 9)}


def test_what_differs_can_be_settled_in_a_sheet(coding: Study, tmp_path: Path) -> None:
    coded(coding)
    path = tmp_path / "settle.csv"
    assert export_sheet(coding, "chair", path, settle=True) == 2
    with pytest.raises(CodingError, match=r"wrong.csv:.* stance 'likes' is not in the codebook"):
        import_sheet(coding, "chair", _filled(path, tmp_path / "wrong.csv", "likes"), settle=True)
    assert import_sheet(coding, "chair", _filled(path, tmp_path / "right.csv", "unclear"), settle=True).changed == 2
    assert merge(coding).n_settled == 2


def _filled(source: Path, target: Path, stance: str) -> Path:
    import pandas as pd

    pd.read_csv(source, dtype=str, keep_default_na=False).assign(stance=stance).to_csv(target, index=False)
    return target


def test_index_and_model_read_the_merged_labels(coding: Study, tmp_path: Path) -> None:
    coded(coding, len(coding.stances), differing=0)
    merged = merge(coding)
    labels = labels_of(merged.labels, coding.articles)
    assert len(labels) == merged.n == len(coding.stances)
    confusion = confusion_of(replace(coding, labels_file=merged.labels), coding.articles, coding.stances)
    assert confusion.source == "the study's hand-coded sample"
    assert "wrote model.json" in train_model(merged.labels, merged.articles, tmp_path / "model")
    model = json.loads((tmp_path / "model" / "model.json").read_text(encoding="utf-8"))
    assert model["classes"]


def test_the_commands_lead_from_draw_to_merge(coding: Study, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VOTE_COVERAGE_HOME", str(tmp_path))
    runner = CliRunner()

    def run(*words: str) -> str:
        result = runner.invoke(commands, ["annotate", str(coding.path), *words])
        assert result.exit_code == 0, (words, result.output, result.exception)
        return result.output

    assert "8 articles drawn of" in run("draw", "--n", "8", "--coder", "ana", "--coder", "bo")
    for coder, stance in (("ana", "rejects"), ("bo", "neutral")):
        sheet = tmp_path / f"{coder}.csv"
        assert "8 rows" in run("export", "--coder", coder, str(sheet))
        filled = _filled(sheet, tmp_path / f"{coder}-filled.csv", stance)
        assert "8 codes new or changed" in run("import", "--coder", coder, str(filled))
    agreed = run("agreement")
    assert "Krippendorff's alpha -" in agreed
    assert "ana rejects, bo neutral: 8" in agreed
    assert "8 coded differently, 0 settled" in run("adjudicate")
    run("export", "--coder", "ana", "--settle", str(tmp_path / "settle.csv"))
    settled = _filled(tmp_path / "settle.csv", tmp_path / "settled.csv", "neutral")
    run("import", "--coder", "ana", "--settle", str(settled))
    assert "8 coded differently, 8 settled" in run("adjudicate")
    out = run("merge")
    assert "8 labels, 8 of them settled" in out
    assert "labels_file: " in out
