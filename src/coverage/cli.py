"""The command line: parses, calls, prints. Nothing is computed here."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from coverage.cli_annotate import coding_commands

if TYPE_CHECKING:
    from coverage.study import Study

DONE, USAGE, NOTHING_TO_DO, RESUMABLE, DATA_CHECK_FAILED = 0, 2, 3, 4, 5
DISK_FULL, NOT_WRITABLE, BUSY = 6, 7, 8  # kinds of RESUMABLE whose remedy differs


def _errors() -> dict[type[BaseException], int]:
    """Which failure ends with which exit code. Loaded only when something failed."""
    from coverage.build import NothingCapturedError
    from coverage.collect import (
        ArchiveBusyError,
        DiskFullError,
        LockError,
        MissingKeyError,
        NoContactError,
        NotWritableError,
        Stopped,
        UnreadablePathError,
    )
    from coverage.compute import MissingExtraError
    from coverage.schema import DataCheckError
    from coverage.study import NotBuiltError
    from coverage.yamlfile import FileError

    return {
        FileError: USAGE,
        MissingExtraError: USAGE,
        NoContactError: USAGE,
        MissingKeyError: USAGE,
        LockError: USAGE,
        UnreadablePathError: USAGE,
        FileNotFoundError: USAGE,
        NotBuiltError: NOTHING_TO_DO,
        NothingCapturedError: NOTHING_TO_DO,
        DiskFullError: DISK_FULL,
        NotWritableError: NOT_WRITABLE,
        ArchiveBusyError: BUSY,
        Stopped: RESUMABLE,
        KeyboardInterrupt: RESUMABLE,
        DataCheckError: DATA_CHECK_FAILED,
    }


def main() -> None:
    """Entry point: run, turn expected failures into one clear message and their exit code."""
    try:
        code = commands.main(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(USAGE)
    except click.Abort:
        click.echo("stopped; run the same command again to go on", err=True)
        sys.exit(RESUMABLE)
    except BrokenPipeError:
        sys.exit(DONE)
    except BaseException as error:
        code = next((code for kind, code in _errors().items() if isinstance(error, kind)), None)
        if code is None:
            raise
        click.echo(str(error) or "stopped; run the same command again to go on", err=True)
        sys.exit(code)
    sys.exit(code if isinstance(code, int) else DONE)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="vote-coverage")
def commands() -> None:
    """Who amplified a contested vote, who rejected it, who kept silent: from news pages to an evidenced report."""


def _study(_context: click.Context, _parameter: click.Parameter, value: str) -> Study:
    from coverage.study import open_study

    return open_study(value)


study_argument = click.argument("study", callback=_study, metavar="STUDY")
workers_option = click.option("--workers", type=click.IntRange(1), help="Processes to use (default: one a core).")
cluster_option = click.option("--cluster", metavar="ADDRESS", help="Run on the Dask cluster at this address.")


@commands.command("import")
@study_argument
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path), metavar="[FILE|FOLDER]…")
def import_(study: Study, paths: tuple[Path, ...]) -> None:
    """Bring files into the study's archive: JSON lines of articles, folders of pages, WARC files. Default: the study's own."""
    from coverage.collect.own_files import import_sources

    with _progress() as tick:
        summary = import_sources(study, paths, tick)
    click.echo(summary.in_words())
    if not summary.captures:
        raise click.exceptions.Exit(NOTHING_TO_DO)


@commands.command()
@study_argument
@click.option("--resume", is_flag=True, hidden=True, help="The default.")
@click.option("--limit", type=click.IntRange(1), help="Stop after this many pages.")
@click.option("--again", is_flag=True, help="Ask for every live page once more, to see what was changed.")
@click.option("--locked", is_flag=True, help="Fetch exactly what the study's lock names, and compare.")
def collect(study: Study, resume: bool, limit: int | None, again: bool, locked: bool) -> None:
    """Fetch the study's web sources, politely, into its archive. Stopped? The same command goes on where it was."""
    from coverage.collect import collect as collect_study

    if locked:
        _collect_locked(study, limit, again)
        return
    with _progress() as tick:
        summary = collect_study(study, limit=limit, progress=tick, again=again)
    click.echo(summary.in_words())
    if not summary.fetched:
        raise click.exceptions.Exit(NOTHING_TO_DO)
    if summary.left:
        raise click.exceptions.Exit(RESUMABLE)


def _collect_locked(study: Study, limit: int | None, again: bool) -> None:
    from coverage.collect.lock import fetch_locked

    if limit or again:
        raise click.UsageError("--locked fetches exactly what the lock names: it goes with neither --limit nor --again")
    with _progress() as tick:
        report = fetch_locked(study, study.path.with_suffix(".lock"), progress=tick)
    click.echo(report.in_words())
    if report.changed or report.gone:
        raise click.exceptions.Exit(DATA_CHECK_FAILED)


@commands.command()
@study_argument
def lock(study: Study) -> None:
    """Write the study's lock beside its file: every capture by archive file, offset, length and digest."""
    from coverage.collect import write_lock

    path = study.path.with_suffix(".lock")
    count = write_lock(study, path)
    click.echo(f"{path.name}: {count} captures")
    if not count:
        raise click.exceptions.Exit(NOTHING_TO_DO)


@commands.command()
@study_argument
@workers_option
@cluster_option
def build(study: Study, workers: int | None, cluster: str | None) -> None:
    """Turn the archive into tables: clean, judge, group, measure, check."""
    from coverage.build import build as build_study

    with _progress() as tick:
        result = build_study(study, workers=workers, cluster=cluster, progress=tick)
    click.echo(result.in_words())


@commands.command()
@study_argument
def report(study: Study) -> None:
    """Execute the notebooks on the built tables and write the report site."""
    from coverage.report import write_report

    with _progress() as tick:
        result = write_report(study, tick)
    click.echo(result.in_words())


@commands.command()
@click.argument("path", type=click.Path(path_type=Path, exists=True))
def check(path: Path) -> None:
    """Check tables against the codebook: a folder of Parquet files, or one of them."""
    from coverage.build import check_folder

    click.echo(check_folder(path))


@commands.command()
@click.option("--force", is_flag=True, help="Overwrite the packaged model.")
@click.option("--out", type=click.Path(path_type=Path), help="Write here instead of into the package.")
@click.argument("labels", type=click.Path(path_type=Path, exists=True))
@click.argument("articles", type=click.Path(path_type=Path, exists=True))
def train(labels: Path, articles: Path, out: Path | None, force: bool) -> None:
    """Refit the stance model: LABELS (JSON lines by the codebook) on ARTICLES (JSON lines)."""
    from coverage.train import train_model

    click.echo(train_model(labels, articles, out, force))


@commands.group()
@study_argument
@click.pass_context
def annotate(context: click.Context, study: Study) -> None:
    """Code a sample by hand: draw it, code it at the desk or in sheets, see how far coders agree, merge the labels."""
    context.obj = study


for coding_command in coding_commands:
    annotate.add_command(coding_command)


@commands.command()
def codebook() -> None:
    """Print the codebook of every table (docs/codebook.md is this)."""
    from coverage.schema import codebook as text

    click.echo(text(), nl=False)


@commands.command()
def doctor() -> None:
    """Look the installation over: versions, fonts, browser, what shadows what."""
    from coverage.doctor import examine

    findings = examine()
    for finding in findings:
        click.echo(finding.in_words())
    if any(finding.is_wrong for finding in findings):
        raise click.exceptions.Exit(DATA_CHECK_FAILED)


@commands.command()
def extract() -> None:
    """Pages to articles, JSON lines on standard input and output (id, url, html → id, title, text, …)."""
    from coverage.text import extract_lines

    _pipe(extract_lines)


@commands.command()
def judge() -> None:
    """Articles to stances, JSON lines (id, title, text, language → id, about_vote, stance, …)."""
    from coverage.stance import judge_lines

    _pipe(judge_lines)


@commands.command()
def families() -> None:
    """Articles to families of copies, JSON lines (id, outlet_domain, published, language, title, text → id, family, …)."""
    from coverage.families import families_lines

    _pipe(families_lines)


def _pipe(work: Callable[[Iterable[str]], Iterator[dict[str, Any]]]) -> None:
    import json

    lines = (line.decode("utf-8", "surrogateescape") for line in sys.stdin.buffer)
    for row in work(lines):
        sys.stdout.buffer.write(json.dumps(row, ensure_ascii=False).encode("utf-8", "replace") + b"\n")
    sys.stdout.buffer.flush()


def _progress() -> Any:
    from coverage.progress import bars

    return bars()
