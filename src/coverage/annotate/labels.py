"""Label files: one a coder, JSON lines, only ever appended to; what counts is the last line of each article."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, field, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from coverage.annotate.codebook import CODES, codebook_version
from coverage.schema import ABOUT_VOTE
from coverage.yamlfile import FileError

if TYPE_CHECKING:
    import pandas as pd

    from coverage.study import Study

COLUMNS = ("coder", "article_id", "stance", "about_vote", "note", "codebook", "coded_at")
SETTLED_FILE = "settled.jsonl"


class CodingError(FileError):
    """Hand coding cannot go on; the message says where, what, and what to do."""


@dataclass(frozen=True)
class Label:
    """One coder's word on one article. `stance` is one of CODES, `about_vote` may be left open, `coded_at` is UTC."""

    article_id: str
    stance: str
    coder: str
    note: str = ""
    about_vote: str | None = None
    codebook: str = field(default_factory=codebook_version)
    coded_at: str = ""
    is_undone: bool = False


def coding_folder(study: Study) -> Path:
    """Where a study's sample and labels are: `data/coding/<study>/`."""
    return study.home / "data" / "coding" / study.name


class LabelFile:
    """The labels of one coder, or (with `is_settling`) what was settled where coders differed.

    Every change is on disk before the call returns, so a stopped session loses nothing. Several desks may share a file: it
    is read again whenever it has grown. Raises CodingError for a name that cannot be a file's, and for a spoilt line.
    """

    def __init__(self, folder: Path, coder: str, is_settling: bool = False) -> None:
        if not re.fullmatch(r"[\w-]{1,40}", coder):
            raise CodingError(f"coder {coder!r}: use letters, digits, - and _ only (the name becomes a file name)")
        self.coder = coder
        self.path = folder / (SETTLED_FILE if is_settling else f"labels-{coder}.jsonl")
        self._size = -1
        self._lines: list[Label] = []
        self._read()

    def current(self) -> dict[str, Label]:
        """Article → its label in force, in order of coding."""
        self._read()
        latest: dict[str, Label] = {}
        for label in self._lines:
            latest.pop(label.article_id, None)
            latest[label.article_id] = label
        return {key: label for key, label in latest.items() if not label.is_undone}

    def add(self, article_id: str, stance: str, note: str = "", about_vote: str | None = None) -> Label:
        """Code one article (again); raises CodingError for a word outside the codebook, OSError where it cannot be kept."""
        label = Label(article_id, stance, self.coder, note, about_vote, coded_at=_now())
        if complaint := _complaint(asdict(label)):
            raise CodingError(complaint)
        return self._append(label)

    def undo(self) -> Label | None:
        """Take the latest label in force back and return it; None where there is none."""
        current = self.current()
        if not current:
            return None
        last = current[next(reversed(current))]
        self._append(
            Label(last.article_id, last.stance, self.coder, codebook=last.codebook, coded_at=_now(), is_undone=True)
        )
        return last

    def _append(self, label: Label) -> Label:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        line = json.dumps(asdict(label), ensure_ascii=False) + "\n"
        with self.path.open("ab+", buffering=0) as file:
            _end_last_line(file)
            start = file.seek(0, os.SEEK_END)
            try:
                file.write(line.encode())
                os.fsync(file.fileno())
            except OSError:  # the coder is told that it is not saved, so nothing of it may stay
                with suppress(OSError):
                    file.truncate(start)
                raise
        self._read()
        return label

    def _read(self) -> None:
        size = self.path.stat().st_size if self.path.exists() else 0
        if size != self._size:
            self._lines = list(_labels(self.path)) if size else []
            self._size = size


def read_labels(folder: Path) -> pd.DataFrame:
    """All coders' labels in force, without what was settled later: one row a coder and article, columns COLUMNS."""
    import pandas as pd

    rows = []
    for path in sorted(folder.glob("labels-*.jsonl")):
        coder = path.stem.removeprefix("labels-")
        rows += [asdict(label) for label in LabelFile(folder, coder).current().values()]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _end_last_line(file: Any) -> None:
    """A crash may have cut the last line off: it was never confirmed to the coder, so it goes; a whole one is ended."""
    content = file.seek(0) or file.read()
    start = content.rfind(b"\n") + 1
    if start == len(content):
        return
    if _is_json(content[start:]):
        file.write(b"\n")
    else:
        file.truncate(start)


def _is_json(line: bytes) -> bool:
    try:
        json.loads(line)
    except ValueError:
        return False
    return True


def _labels(path: Path) -> Iterator[Label]:
    lines = path.read_bytes().split(b"\n")
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError as error:
            if number == len(lines):  # cut off by a crash
                return
            raise CodingError(f"{path}:{number}: not JSON ({error}); mend or delete this line") from None
        if complaint := _complaint(row):
            raise CodingError(f"{path}:{number}: {complaint}; mend or delete this line")
        yield Label(**row)


def _complaint(row: Any) -> str | None:
    """What is wrong with a label's row; None where nothing is."""
    known = {f.name for f in fields(Label)}
    if not isinstance(row, dict) or not {"article_id", "stance", "coder"} <= row.keys() <= known:
        return f"a label has the keys {', '.join(sorted(known))}"
    if row["stance"] not in CODES:
        return f"stance {row['stance']!r} is not in the codebook; use one of {', '.join(CODES)}"
    if row.get("about_vote") not in (None, *ABOUT_VOTE):
        return f"about_vote {row['about_vote']!r} is not in the codebook; use one of {', '.join(ABOUT_VOTE)}"
    return None


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
