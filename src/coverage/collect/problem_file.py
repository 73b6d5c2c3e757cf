"""`problems.jsonl` beside the archive: what could not be taken in, so that every build can show it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path

from coverage.schema import Problem

FILE_NAME = "problems.jsonl"


def read_problems(folder: Path) -> list[Problem]:
    """The problems kept in a raw folder, in file order."""
    path = folder / FILE_NAME
    if not path.exists():
        return []
    return [Problem(**json.loads(line)) for line in path.read_text("utf-8").splitlines() if line]


def keep_problems(folder: Path, about: str, problems: Iterable[Problem]) -> list[Problem]:
    """Make `problems` the ones kept about the file, folder or source `about`; others stay. Returns what is kept of it.

    Written sorted and only where something changes, so that a repeated import leaves the file alone.
    """
    fresh = _merged(problems)
    before = read_problems(folder)
    after = sorted([p for p in before if not _concerns(p, about)] + fresh, key=_order)
    if after != before:
        folder.mkdir(parents=True, exist_ok=True)
        _write(folder / FILE_NAME, after)
    return fresh


def _concerns(problem: Problem, about: str) -> bool:
    return problem.where == about or problem.where.startswith((f"{about}:", f"{about}/"))


def _merged(problems: Iterable[Problem]) -> list[Problem]:
    """One problem for each (stage, where, reason), as the table's key has it; counts add up."""
    merged: dict[tuple[str, str, str], Problem] = {}
    for problem in problems:
        key = (problem.stage, problem.where, problem.reason)
        count = merged[key].count + problem.count if key in merged else problem.count
        merged[key] = Problem(*key, problem.detail, problem.remedy, count)
    return sorted(merged.values(), key=_order)


def _order(problem: Problem) -> tuple[str, str, int, str]:
    """By file and line, lines in number order."""
    name, _, line = problem.where.rpartition(":")
    has_line = bool(name) and line.isdigit()
    return (problem.stage, name if has_line else problem.where, int(line) if has_line else 0, problem.reason)


def _write(path: Path, problems: list[Problem]) -> None:
    text = "".join(json.dumps(asdict(p), ensure_ascii=False) + "\n" for p in problems)
    fresh = path.with_suffix(".new")
    fresh.write_text(text, "utf-8", newline="\n")
    fresh.replace(path)
