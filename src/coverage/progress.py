"""Progress of long steps: a bar on a terminal, silence everywhere else."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Tick = Callable[[str, int, int | None], None]
"""`tick(step, done, total)`: the step's name in words, how much is done, of how much (None where unknown)."""


def quiet(_step: str, _done: int, _total: int | None) -> None:
    """No progress shown."""


@contextmanager
def terminal() -> Iterator[Tick]:
    """A `Tick` that draws bars on standard error where that is a terminal, and is quiet where it is not."""
    if not sys.stderr.isatty():
        yield quiet
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as bars:
        tasks: dict[str, TaskID] = {}

        def tick(step: str, done: int, total: int | None) -> None:
            if step not in tasks:
                tasks[step] = bars.add_task(step, total=total)
            bars.update(tasks[step], completed=done, total=total)

        yield tick
