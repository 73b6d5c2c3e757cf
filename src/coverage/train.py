"""Refitting the stance model from any label file: reads, groups, fits, and writes only where nothing is lost."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from coverage.schema import ABOUT_VOTE, STANCES
from coverage.yamlfile import FileError

PACKAGED = Path(__file__).parent / "stance"
MODEL_FILE, VALIDATION_FILE = "model.json", "validation.json"
Row = dict[str, Any]


def train_model(labels: Path, articles: Path, folder: Path | None = None, force: bool = False) -> str:
    """Fit on `labels` (JSON lines: id, about_vote, stance) and their `articles` (JSON lines as for import).

    Folds for the validation share neither outlet nor family of copies. Writes model.json and validation.json into
    `folder` (the package's own by default); raises FileError where they are there and `force` is not given, where a
    line is bad, or where a label's article is missing. Returns what was done, in words.
    """
    from coverage.stance.training import train

    target = folder or PACKAGED
    refuse_overwrite(target, force)
    label_rows = list(_labels(labels))
    wanted = {row["id"] for row in label_rows}
    found = {str(row["id"]): row for _, row in _rows(articles) if row.get("id") in wanted}
    missing = sorted(wanted - found.keys())
    if missing:
        raise FileError(
            f"{articles}: {len(missing)} labelled articles are not in it, e.g. {missing[0]}; give the file they were coded from"
        )
    trained = train(label_rows, found, fold_groups(found))
    write_model(trained.model, trained.validation, target)
    return f"fitted on {len(label_rows)} labels; wrote {MODEL_FILE} and {VALIDATION_FILE} to {target.name}/"


def refuse_overwrite(folder: Path, force: bool) -> None:
    """Raises FileError where a model is in `folder` and `force` is not given."""
    there = [name for name in (MODEL_FILE, VALIDATION_FILE) if (folder / name).exists()]
    if there and not force:
        raise FileError(
            f"{folder.name}/{there[0]} is there already; give --force to replace it, or --out FOLDER to write elsewhere"
        )


def write_model(model: Any, validation: Mapping[str, Any], folder: Path) -> None:
    """Write both files of a fitted model."""
    from coverage.stance.model import to_json

    folder.mkdir(parents=True, exist_ok=True)
    for name, content in ((MODEL_FILE, to_json(model)), (VALIDATION_FILE, validation)):
        (folder / name).write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def fold_groups(articles: Mapping[str, Row]) -> dict[str, str]:
    """Article id → fold group: its outlet, joined with every outlet that shares a family of copies with it."""
    from coverage.families import find_families

    outlet = {key: str(row.get("outlet_domain") or "") for key, row in articles.items()}
    families = find_families(_frame(articles)).set_index("article_id")["family_id"].to_dict()
    parent = {name: name for name in outlet.values()}

    def root(name: str) -> str:
        while parent[name] != name:
            name = parent[name]
        return name

    home: dict[str, str] = {}
    for key in sorted(outlet):
        first = home.setdefault(families[key], outlet[key])
        low, high = sorted((root(first), root(outlet[key])))
        parent[high] = low
    return {key: root(name) for key, name in outlet.items()}


def _frame(articles: Mapping[str, Row]) -> Any:
    import pandas as pd

    def moment(row: Row) -> datetime | None:
        return datetime.fromisoformat(f"{str(row['published'])[:10]}T00:00:00+00:00") if row.get("published") else None

    rows = [
        {
            "article_id": key,
            "outlet_id": row.get("outlet_domain") or "",
            "published_at": moment(row),
            "published_precision": "day" if row.get("published") else "unknown",
            "language": row.get("language") or "und",
            "title": row.get("title") or "",
            "text": row.get("text") or "",
            "agency": None,
        }
        for key, row in sorted(articles.items())
    ]
    frame = pd.DataFrame(rows)
    frame["published_at"] = pd.to_datetime(frame["published_at"], utc=True)
    return frame


def _labels(path: Path) -> Iterator[Row]:
    for number, row in _rows(path):
        missing = [key for key in ("id", "about_vote", "stance") if key not in row]
        if missing:
            raise FileError(f"{path}:{number}: key `{missing[0]}` is missing; a label needs id, about_vote and stance")
        _check(path, number, "about_vote", row["about_vote"], ABOUT_VOTE)
        _check(path, number, "stance", row["stance"], (*STANCES, None))
        yield row


def _check(path: Path, number: int, key: str, value: object, allowed: Sequence[object]) -> None:
    if value not in allowed:
        raise FileError(
            f"{path}:{number}: {key} {value!r} is not in the codebook; use one of {', '.join(map(str, allowed))}"
        )


def _rows(path: Path) -> Iterator[tuple[int, Row]]:
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            try:
                row = json.loads(line)
            except json.JSONDecodeError as error:
                raise FileError(f"{path}:{number}: not JSON ({error.msg}); mend or delete this line") from None
            yield number, row
