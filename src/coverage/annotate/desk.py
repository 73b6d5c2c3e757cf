"""The coding desk: a widget for JupyterLab that shows one article at a time and keeps each code at once."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import anywidget
import traitlets

from coverage.annotate.agreeing import codes_so_far, to_settle
from coverage.annotate.codebook import HOW_MUCH, KEYS, codebook_text
from coverage.annotate.labels import CodingError, LabelFile, coding_folder
from coverage.annotate.page import Page, Pages
from coverage.annotate.queue import Queue
from coverage.annotate.sample import load_sample

if TYPE_CHECKING:
    from coverage.study import Study

HERE = Path(__file__).parent


class Desk(anywidget.AnyWidget):
    """Code a study's sample in JupyterLab: `Desk("demo", "ana")` as the last line of a cell.

    Keys 1 to 4 for the stances, 0 for not about the vote, c s p for how much of the article is about it (optional), n for a
    note, u to undo. Begins where the coder stopped. The outlet is hidden; sentences on the vote are marked. With
    `settle=True` it shows only what coders code differently, with their codes. Raises CodingError where no sample is drawn,
    or where its articles are no longer among the study's.
    """

    _esm = HERE / "desk.js"
    _css = HERE / "desk.css"
    code_keys = traitlets.Dict(KEYS).tag(sync=True)
    how_much = traitlets.Dict(HOW_MUCH).tag(sync=True)
    codebook = traitlets.Unicode(codebook_text()).tag(sync=True)
    heading = traitlets.Unicode().tag(sync=True)
    page = traitlets.Dict().tag(sync=True)

    def __init__(self, study: Study | str | Path, coder: str, *, settle: bool = False) -> None:
        from coverage.study import Study as StudyType
        from coverage.study import open_study

        super().__init__()
        opened = study if isinstance(study, StudyType) else open_study(study)
        folder = coding_folder(opened)
        labels = LabelFile(folder, coder, is_settling=settle)
        self._said = codes_so_far(folder) if settle else {}
        ids = to_settle(opened) if settle else load_sample(opened).items_of(coder)
        self._pages = Pages(opened)
        if lost := [article_id for article_id in ids if article_id not in self._pages]:
            raise CodingError(
                f"{len(lost)} articles of the sample are no longer in study {opened.name}, first {lost[0]}; "
                "build it from the archive that the sample was drawn from"
            )
        self._queue = Queue(ids, labels)
        self._turn = 0
        self.heading = f"{'Settling' if settle else 'Coding'}: {opened.name}, {coder}"
        self.on_msg(self._heard)
        self._show("")

    def _heard(self, _widget: Any, message: dict[str, Any], _buffers: Any) -> None:
        self._show(self._queue.answer(message))

    def _show(self, status: str) -> None:
        """One trait for everything that changes, so that the screen never shows half a turn."""
        article_id = self._queue.next()
        self._turn += 1
        shown = {"turn": self._turn, "status": status, "done": self._queue.done, "total": len(self._queue.ids)}
        if article_id is None:
            self.page = {**shown, "id": "", "blocks": [], "said": [], "note": ""}
            return
        back = self._queue.taken_back
        note = back.note if back and back.article_id == article_id else ""
        said = self._said.get(article_id, [])
        page = self._pages[article_id]
        self.page = {
            **shown,
            "id": article_id,
            "lang": page.language,
            "blocks": _blocks(page),
            "said": said,
            "note": note,
        }


def _blocks(page: Page) -> list[list[Any]]:
    """[kind, [[words, is marked], …]] a block: plain words, so that no article can run anything in the coder's browser."""
    runs = [("title", page.title)] if page.title else []
    runs += [("text", paragraph) for paragraph in page.paragraphs]
    return [[kind, [[piece.words, piece.is_marked] for piece in run]] for kind, run in runs]
