"""The site: a front page that answers in a minute, and a page for each notebook. Nothing on it is fetched from elsewhere."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from coverage.progress import Tick, quiet
from coverage.report.findings import Findings, find
from coverage.report.notebooks import Page, execute_all

if TYPE_CHECKING:
    from jinja2 import Environment

    from coverage.study import Study

FRONT_PAGE = "index.html"


@dataclass(frozen=True)
class ReportResult:
    """Where the report is, its five lines, and the digest over its files."""

    front_page: Path
    summary: tuple[str, ...]
    digest: str

    def in_words(self) -> str:
        return "\n".join([*self.summary, f"digest of the report: {self.digest}", f"front page: {self.front_page}"])


def write_report(study: Study, progress: Tick = quiet) -> ReportResult:
    """Execute the notebooks on the study's built tables and write the site; an older one is replaced whole."""
    findings = find(study)
    pages = execute_all(study, progress)
    made = _render(study, findings, pages)
    folder = study.report_folder
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name, html in sorted(made.items()):
        (folder / name).write_text(html, encoding="utf-8", newline="\n")
    digest = sha256("".join(f"{name}\n{html}\n" for name, html in sorted(made.items())).encode()).hexdigest()
    return ReportResult(folder / FRONT_PAGE, summary_lines(findings), digest)


def _render(study: Study, findings: Findings, pages: list[Page]) -> dict[str, str]:
    """File name → HTML."""
    templates = _templates()
    front, *others = pages
    menu = [{"file": FRONT_PAGE, "title": "Overview"}, *({"file": f"{p.name}.html", "title": p.title} for p in others)]
    manifest = json.loads((study.processed_folder / "manifest.json").read_text(encoding="utf-8"))
    common: dict[str, Any] = {
        "study": study,
        "study_file": f"studies/{study.path.name}",
        "menu": menu,
        "css": (Path(__file__).parent / "templates" / "style.css").read_text(encoding="utf-8"),
        "version": version("vote-coverage"),
        "model_version": manifest["model_version"],
        "tables_digest": manifest["digest"],
    }
    made = {
        FRONT_PAGE: templates.get_template("front.html").render(
            common, page=front, current=FRONT_PAGE, findings=findings, planted=_planted(study)
        )
    }
    for page in others:
        made[f"{page.name}.html"] = templates.get_template("page.html").render(
            common, page=page, current=f"{page.name}.html"
        )
    return made


def _templates() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    return Environment(
        loader=PackageLoader("coverage.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _planted(study: Study) -> list[Any]:
    if study.truth_file is None:
        return []
    from coverage.report.planted import compare

    return compare(study)


def summary_lines(findings: Findings) -> tuple[str, ...]:
    """Five lines for the terminal: corpus, amplified, rejected, silent, when."""
    event = next((e for e in findings.events if e.kind != "appeal"), findings.events[0])

    def listed(outlets: list[Any]) -> str:
        names = [str(o.row["name"]) for o in outlets]
        more = f" and {len(names) - 5} more" if len(names) > 5 else ""
        return f"{len(names)} outlet{'s' * (len(names) != 1)}" + (f" ({', '.join(names[:5])}{more})" if names else "")

    counts = ", ".join(f"{n} {stance}" for stance, n in event.stance_counts.items())
    return (
        f"{event.name}: {event.n_articles} articles in {event.n_families} families, {event.n_outlets} outlets ({counts})",
        f"clearly amplified: {listed(event.leaning('amplifies'))}",
        f"clearly rejected: {listed(event.leaning('rejects'))}",
        f"watched and silent: {listed(event.in_state('silent'))}",
        f"peak: {event.peak}",
    )
