"""`vote-coverage annotate STUDY …`: parses, calls, prints."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from coverage.study import Study

coder_option = click.option("--coder", required=True, metavar="NAME", help="Letters, digits, - and _.")
codebook_option = click.option(
    "--codebook", metavar="VERSION", help="Use only labels given by this version of the codebook."
)
settle_option = click.option("--settle", is_flag=True, help="Only what coders code differently.")


@click.command()
@click.option("--n", "size", type=click.IntRange(2), default=100, show_default=True, help="Articles to draw.")
@click.option("--seed", type=int, default=1, show_default=True)
@click.option(
    "--coder", "coders", multiple=True, metavar="NAME", help="Who codes; several times for several. Default: anybody."
)
@click.option("--shared", type=click.IntRange(0), help="So many for every coder, the others dealt out. Default: all.")
@click.pass_obj
def draw(study: Study, size: int, seed: int, coders: tuple[str, ...], shared: int | None) -> None:
    """Draw a probability sample of the study's articles on the vote, by predicted stance, language and outlet's side."""
    from coverage.annotate import coding_folder, draw_sample

    sample = draw_sample(study, size, seed=seed, coders=coders, shared=shared)
    click.echo(sample.in_words())
    click.echo(f"kept in {coding_folder(study)}")
    click.echo(f'code them in JupyterLab: from coverage.annotate import Desk; Desk("{study.path}", "your-name")')


@click.command()
@coder_option
@settle_option
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.pass_obj
def export(study: Study, coder: str, settle: bool, file: Path) -> None:
    """Write a coder's articles to FILE, a CSV sheet to fill in."""
    from coverage.annotate import export_sheet

    click.echo(
        f"{file}: {export_sheet(study, coder, file, settle=settle)} rows; fill the columns stance, about_vote and note"
    )


@click.command("import")
@coder_option
@settle_option
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.pass_obj
def import_(study: Study, coder: str, settle: bool, file: Path) -> None:
    """Read the codes of a filled sheet: all of them, or none where a line is wrong."""
    from coverage.annotate import import_sheet

    click.echo(import_sheet(study, coder, file, settle=settle).in_words())


@click.command()
@codebook_option
@click.pass_obj
def agreement(study: Study, codebook: str | None) -> None:
    """How far coders agree: Krippendorff's alpha with its interval, and who takes what for what."""
    from coverage.annotate import agreement as agree
    from coverage.annotate.agreeing import study_labels

    found = agree(study_labels(study, codebook))
    click.echo(found.in_words())
    for row in found.confusion[found.confusion["code"] != found.confusion["other_code"]].itertuples():
        click.echo(f"  {row.coder} {row.code}, {row.other_coder} {row.other_code}: {row.n}")


@click.command()
@codebook_option
@click.pass_obj
def adjudicate(study: Study, codebook: str | None) -> None:
    """List what coders code differently, and what is settled of it."""
    from coverage.annotate.agreeing import codes_so_far, settled, to_settle
    from coverage.annotate.labels import coding_folder

    said, done = codes_so_far(coding_folder(study)), settled(study)
    ids = to_settle(study, codebook)
    for article_id in ids:
        click.echo(f"{article_id}  {' | '.join(said[article_id])}  → {done.get(article_id, 'not settled')}")
    click.echo(f"{len(ids)} coded differently, {sum(article_id in done for article_id in ids)} settled")
    if set(ids) - done.keys():
        click.echo(
            f'settle them in JupyterLab: Desk("{study.path}", "your-name", settle=True); or in a sheet: export --settle'
        )


@click.command()
@click.option("--partial", is_flag=True, help="Leave out what is not coded or not settled, and mend the chances.")
@codebook_option
@click.pass_obj
def merge(study: Study, partial: bool, codebook: str | None) -> None:
    """Make one label file of all coders', for `build` and `train`."""
    from coverage.annotate import merge as merge_labels

    merged = merge_labels(study, partial=partial, codebook=codebook)
    click.echo(merged.in_words())
    click.echo(
        f"to correct the outlet index with them, put into {study.path.name}:  labels_file: {_beside(merged.labels, study.path)}"
    )
    click.echo(f"to refit the model with them:  vote-coverage train {merged.labels} {merged.articles} --out FOLDER")


def _beside(path: Path, study_file: Path) -> str:
    """The path as the study file would give it."""
    import os

    return Path(os.path.relpath(path, study_file.parent)).as_posix()


coding_commands = (draw, export, import_, agreement, adjudicate, merge)
