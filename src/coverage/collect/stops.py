"""Why work on an archive stops, each with its name: what is on disk stays whole and the same command goes on from there."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_FORBIDDEN = (errno.EACCES, errno.EPERM)
_SQLITE_READONLY, _SQLITE_FULL, _SQLITE_CANTOPEN = 8, 13, 14  # primary result codes


class Stopped(RuntimeError):  # noqa: N818 - not always an error: the same command goes on from here
    """Work on the archive stopped and can be resumed; the message says why and what to do."""


class ArchiveError(Stopped):
    """The archive cannot be written to; the message says what to do."""


class ArchiveBusyError(ArchiveError):
    """Another process is writing to this archive."""


class DiskFullError(ArchiveError):
    """There is no room for more."""


class NotWritableError(ArchiveError):
    """The archive's folder may not be written to."""


def stopped(error: Exception, folder: Path) -> Exception:
    """What a failed write means: a full disk or a read-only folder is said plainly, another fault of the disk as it is."""
    named = _named(error, folder)
    if named:
        return named
    if isinstance(error, OSError | sqlite3.OperationalError):
        return ArchiveError(f"{folder}: {error}; nothing is lost: mend it, then run the same command again")
    return error


@contextmanager
def stops(folder: Path) -> Iterator[None]:
    """Failures to write to `folder` leave with their names; failures to read something else stay as they are."""
    try:
        yield
    except OSError as error:
        named = _named(error, folder)
        if named is None:
            raise
        raise named from error


def _named(error: Exception, folder: Path) -> ArchiveError | None:
    code = error.errno if isinstance(error, OSError) else None
    sqlite_code = (getattr(error, "sqlite_errorcode", None) or 0) & 0xFF
    if code in _FULL or sqlite_code == _SQLITE_FULL:
        return DiskFullError(
            f"{folder}: the disk is full; nothing is lost: free space, then run the same command again"
        )
    is_forbidden = code in _FORBIDDEN and _is_within(error, folder)
    if code == errno.EROFS or is_forbidden or sqlite_code in (_SQLITE_READONLY, _SQLITE_CANTOPEN):
        return NotWritableError(f"{folder}: may not be written to ({error}); mend its rights, or set VOTE_COVERAGE_HOME to a folder that may")  # fmt: skip
    return None


def _is_within(error: Exception, folder: Path) -> bool:
    """Whether the error is about something at, in or above `folder`; one without a name comes from an open file of ours."""
    name = getattr(error, "filename", None)
    if not isinstance(name, str | bytes):
        return True
    path = Path(name.decode("utf-8", "surrogateescape") if isinstance(name, bytes) else name).absolute()
    return folder.absolute() in (path, *path.parents) or path in folder.absolute().parents
