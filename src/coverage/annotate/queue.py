"""What is still to be coded, and what becomes of a key press; knows nothing of the screen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from coverage.annotate.labels import CodingError, Label, LabelFile


class Queue:
    """A coder's articles in order. Resumes by itself: what is coded is read from the label file each time."""

    def __init__(self, ids: Sequence[str], labels: LabelFile) -> None:
        self.ids = ids
        self.labels = labels
        self.taken_back: Label | None = None

    @property
    def done(self) -> int:
        coded = self.labels.current()
        return sum(article_id in coded for article_id in self.ids)

    def next(self) -> str | None:
        """What was just taken back, else the first article without a label; None at the end."""
        coded = self.labels.current()
        if self.taken_back and self.taken_back.article_id not in coded:
            return self.taken_back.article_id
        return next((article_id for article_id in self.ids if article_id not in coded), None)

    def answer(self, message: Mapping[str, Any]) -> str:
        """Carry out one message of the widget; returns what to tell the coder. A decision is on disk before it returns."""
        try:
            if message.get("undo"):
                return self._undo()
            if message.get("item") != self.next():  # a second press before the page had turned
                return "that one is coded already"
            note = str(message.get("note") or "").strip()
            self.labels.add(str(message["item"]), str(message["code"]), note, message.get("about_vote") or None)
        except OSError as error:
            return f"NOT SAVED: {error.strerror or error}. Make room or mend the folder's rights, then press the key again."
        except CodingError as error:
            return f"NOT SAVED: {error}"
        self.taken_back = None
        return f"saved: {message['code']}"

    def _undo(self) -> str:
        taken = self.labels.undo()
        if taken is None:
            return "nothing to undo"
        self.taken_back = taken if taken.article_id in self.ids else None
        return f"taken back: {taken.stance}"
