"""Notebooks executed on a study and turned into HTML bodies: no timing, no input cells, images embedded."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import Queue
from typing import TYPE_CHECKING, Any

from coverage.progress import Tick, quiet

if TYPE_CHECKING:
    from coverage.study import Study

CELL_TIMEOUT_SECONDS = 300
AT_ONCE = 2
_HEADING = re.compile(r"<th>[^<]*_[^<]*</th>")  # a long column name may break after its underscores
_TABLE = re.compile(r'<table border="1" class="dataframe">.*?</table>', re.DOTALL)
_HEAD_OF_NAMES = re.compile(r"(?<=<tr style=\"text-align: right;\">)\s*<th></th>")
_ROW_NAME = re.compile(r"(?<=<tr>)\s*<th>(\d+)</th>")
_MISSING = re.compile(r"<td>(?:NaN|NaT|None|&lt;NA&gt;)</td>")


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
    """Every notebook in reading order, executed on `study`: two kernels side by side, emptied between notebooks."""
    paths = sorted(notebooks_folder(study).glob("[0-9][0-9]_*.ipynb"))
    shares = [paths[start::AT_ONCE] for start in range(AT_ONCE)]
    pages: dict[str, Page] = {}
    with ThreadPoolExecutor(AT_ONCE) as pool:
        done: Queue[Page | None] = Queue()
        running = [pool.submit(_execute_share, share, study, done.put) for share in shares]
        for _ in range(AT_ONCE):
            for page in iter(done.get, None):
                pages[page.name] = page
                progress("executing notebooks", len(pages), len(paths))
        for one in running:
            one.result()
    return [pages[path.stem] for path in paths]


def _execute_share(paths: list[Path], study: Study, tell: Callable[[Page | None], None]) -> None:
    """Some of the notebooks, one after the other in one kernel; tells each page, and None at the end."""
    from jupyter_client.manager import KernelManager

    manager = KernelManager(kernel_name="python3")
    try:
        manager.start_kernel(extra_arguments=["--log-level=40"], env=_environment(study))
        for path in paths:
            tell(_execute(path, study, manager))
    finally:
        manager.shutdown_kernel(now=True)
        tell(None)


def _execute(path: Path, study: Study, manager: Any) -> Page:
    import nbformat
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError

    notebook = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]
    _set_parameters(notebook, {"STUDY": str(study.path)}, path)
    client = NotebookClient(notebook, km=manager, timeout=CELL_TIMEOUT_SECONDS, record_timing=False)
    try:
        client.execute()
    except CellExecutionError as error:
        raise NotebookError(f"{path.name}: {error.ename}: {error.evalue}\n{error}") from None
    return Page(path.stem, _title(notebook), _body(notebook))


def _environment(study: Study) -> dict[str, str]:
    """The kernel's environment: this study's home, English dates, no time zone of the machine, no bars."""
    fixed = {
        "VOTE_COVERAGE_HOME": str(study.home),
        "VOTE_COVERAGE_QUIET": "1",
        "TZ": "UTC",
        "LC_ALL": "C.UTF-8",
        "PYTHONHASHSEED": "0",
    }
    return {**os.environ, **fixed}


def _set_parameters(notebook: Any, values: dict[str, str], path: Path) -> None:
    cell = next((c for c in notebook.cells if "parameters" in c.metadata.get("tags", [])), None)
    if cell is None:
        raise NotebookError(f"{path.name}: no cell is tagged `parameters`; tag the first code cell")
    empty = "get_ipython().run_line_magic('reset', '-f')"
    cell.source = "\n".join([empty, *(f"{name} = {value!r}" for name, value in values.items())])


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
    body, _resources = HTMLExporter(template_name="basic", config=config).from_notebook_node(  # type: ignore[no-untyped-call]
        notebook
    )
    return _TABLE.sub(lambda table: _plain_table(table[0]), str(body))


def _plain_table(html: str) -> str:
    """A table for readers: missing values are blank, rows that are only numbered have no name, one without rows says so."""
    body = html.partition("<tbody>")[2]
    if "<tr>" not in body:
        return "<p>None found.</p>"
    if "<th>" in body and len(_ROW_NAME.findall(body)) == body.count("<th>"):
        html = _HEAD_OF_NAMES.sub("", _ROW_NAME.sub("", html), count=1)
    html = _HEADING.sub(lambda heading: heading[0].replace("_", "_<wbr>"), html)
    return _MISSING.sub("<td></td>", html)
