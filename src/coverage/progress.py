"""Progress of long steps: bars on a terminal and in a notebook, silence everywhere else."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Tick = Callable[[str, int, int | None], None]
"""`tick(step, done, total)`: the step's name in words, how much is done, of how much (None where unknown)."""


def quiet(_step: str, _done: int, _total: int | None) -> None:
    """No progress shown."""


@contextmanager
def shown(progress: Tick | None) -> Iterator[Tick]:
    """`progress` where one is given, else `bars`."""
    if progress is not None:
        yield progress
        return
    with bars() as tick:
        yield tick


@contextmanager
def bars() -> Iterator[Tick]:
    """A `Tick` that draws bars in a notebook, and on standard error where that is a terminal; quiet elsewhere."""
    if not (_is_notebook() or sys.stderr.isatty()):
        yield quiet
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=not _is_notebook())) as drawn:
        tasks: dict[str, TaskID] = {}

        def tick(step: str, done: int, total: int | None) -> None:
            if step not in tasks:
                tasks[step] = drawn.add_task(step, total=total)
            drawn.update(tasks[step], completed=done, total=total)

        yield tick


def _is_notebook() -> bool:
    """Whether a person looks on in Jupyter; not where a report is executed, which sets VOTE_COVERAGE_QUIET."""
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    return type(shell).__name__ == "ZMQInteractiveShell" and not os.environ.get("VOTE_COVERAGE_QUIET")
