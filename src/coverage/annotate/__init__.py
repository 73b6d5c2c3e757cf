"""Hand coding: a probability sample, a desk to code it at, a spreadsheet round trip, agreement, and labels to build on.

Importing this package does no work: `Desk` loads anywidget when it is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from coverage.annotate.agreeing import Agreement, agreement
    from coverage.annotate.codebook import codebook_text, codebook_version
    from coverage.annotate.desk import Desk
    from coverage.annotate.labels import CodingError, LabelFile, coding_folder, read_labels
    from coverage.annotate.merging import Merged, merge
    from coverage.annotate.sample import Sample, draw_sample, load_sample
    from coverage.annotate.spreadsheet import export_sheet, import_sheet

_HOMES = {
    "Agreement": "agreeing",
    "CodingError": "labels",
    "Desk": "desk",
    "LabelFile": "labels",
    "Merged": "merging",
    "Sample": "sample",
    "agreement": "agreeing",
    "codebook_text": "codebook",
    "codebook_version": "codebook",
    "coding_folder": "labels",
    "draw_sample": "sample",
    "export_sheet": "spreadsheet",
    "import_sheet": "spreadsheet",
    "load_sample": "sample",
    "merge": "merging",
    "read_labels": "labels",
}

__all__ = [
    "Agreement",
    "CodingError",
    "Desk",
    "LabelFile",
    "Merged",
    "Sample",
    "agreement",
    "codebook_text",
    "codebook_version",
    "coding_folder",
    "draw_sample",
    "export_sheet",
    "import_sheet",
    "load_sample",
    "merge",
    "read_labels",
]


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(f"coverage.annotate.{_HOMES[name]}"), name)
    raise AttributeError(f"module 'coverage.annotate' has no attribute {name!r}; names: {', '.join(__all__)}")
