"""Notebooks executed on a study and turned into HTML bodies: no timing, no input cells, images embedded."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from coverage.progress import Tick, quiet

if TYPE_CHECKING:
    from coverage.study import Study

CELL_TIMEOUT_SECONDS = 300
AT_ONCE = 2


class NotebookError(RuntimeError):
    """A notebook failed; the message names it, the cell and the error."""


@dataclass(frozen=True)
class Page:
    """One executed notebook: `name` without suffix, `title` its first heading, `body` an HTML fragment."""

    name: str
    title: str
    body: str


def notebooks_folder(study: Study) -> Path:
    """The notebooks beside the study, else those that come with the package."""
    beside = (study.home / "notebooks", study.path.parent.parent / "notebooks")
    return next((folder for folder in beside if folder.is_dir()), Path(__file__).parent / "notebooks")


def execute_all(study: Study, progress: Tick = quiet) -> list[Page]:
    """Every notebook in reading order, executed on `study`; two kernels at a time."""
    paths = sorted(notebooks_folder(study).glob("[0-9][0-9]_*.ipynb"))
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(_counted(pool.map(lambda path: _execute(path, study), paths), len(paths), progress))


def _counted(pages: Iterator[Page], total: int, progress: Tick) -> Iterator[Page]:
    for n, page in enumerate(pages, start=1):
        progress("executing notebooks", n, total)
        yield page


def _execute(path: Path, study: Study) -> Page:
    import nbformat
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError

    notebook = nbformat.read(path, as_version=4)
    _set_parameters(notebook, {"STUDY": str(study.path)}, path)
    client = NotebookClient(
        notebook,
        timeout=CELL_TIMEOUT_SECONDS,
        record_timing=False,
        kernel_name="python3",
        resources={"metadata": {"path": str(path.parent)}},
    )
    try:
        client.execute(env=_environment(study))
    except CellExecutionError as error:
        raise NotebookError(f"{path.name}: {error.ename}: {error.evalue}\n{error}") from None
    return Page(path.stem, _title(notebook), _body(notebook))


def _environment(study: Study) -> dict[str, str]:
    """The kernel's environment: this study's home, English dates, no time zone of the machine."""
    fixed = {"VOTE_COVERAGE_HOME": str(study.home), "TZ": "UTC", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "0"}
    return {**os.environ, **fixed}


def _set_parameters(notebook: Any, values: dict[str, str], path: Path) -> None:
    cell = next((c for c in notebook.cells if "parameters" in c.metadata.get("tags", [])), None)
    if cell is None:
        raise NotebookError(f"{path.name}: no cell is tagged `parameters`; tag the first code cell")
    cell.source = "\n".join(f"{name} = {value!r}" for name, value in values.items())


def _title(notebook: Any) -> str:
    for cell in notebook.cells:
        if cell.cell_type == "markdown" and cell.source.startswith("# "):
            return str(cell.source.splitlines()[0][2:].strip())
    raise NotebookError("a notebook has no first heading")


def _body(notebook: Any) -> str:
    from nbconvert import HTMLExporter
    from traitlets.config import Config

    config = Config()
    config.HTMLExporter.exclude_input = True
    config.HTMLExporter.exclude_input_prompt = True
    config.HTMLExporter.exclude_output_prompt = True
    body, _resources = HTMLExporter(template_name="basic", config=config).from_notebook_node(notebook)
    return str(body)
