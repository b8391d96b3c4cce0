"""The history of a project: every state of its kept files, in entries that are only ever added.

A change is safe at every moment, in this order: 1 the texts after it are written and synced, 2 its entry is renamed
into place, which is the moment it counts, 3 the files are replaced. `settle` does 3 again where a crash prevented it.
"""

from __future__ import annotations

import datetime as dt
import gzip
from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256
from pathlib import Path

from overt.machine import sync
from overt.private import private_folder, write_private
from overt.refusals import Refusal
from overt.web.studio._kept import KEPT, HistoryEntry, marks_in

FOLDER, TEXTS = "history", "texts"
OUTSIDE = "Edited outside Studio"

Texts = Mapping[str, str | None]
"""The text of each kept file, None for one that is not there. Files of marks have a text only once they were there."""


class History:
    """The history in a project's folder. `now` gives the moment of an entry."""

    def __init__(self, project: Path, now: Callable[[], dt.datetime]) -> None:
        self._project = project
        self._folder = private_folder(project / FOLDER)
        self._texts = private_folder(self._folder / TEXTS)
        self._now = now
        names = sorted(path for path in self._folder.glob("[0-9]*.json"))
        self._entries = [HistoryEntry.read(path.name, path.read_text(encoding="utf-8")) for path in names]
        for number, entry in enumerate(self._entries, 1):
            if entry.number != number:
                raise Refusal("project-damaged", FOLDER, f"entry {number} is missing", "every entry", _REMEDY)

    @property
    def entries(self) -> Sequence[HistoryEntry]:
        """Every entry, oldest first."""
        return tuple(self._entries)

    @property
    def last(self) -> int:
        """The number of the last entry, 0 before the first."""
        return len(self._entries)

    def state(self, number: int) -> dict[str, str | None]:
        """The text of each kept file after the entry with this number."""
        return {name: self._text_of(digest) for name, digest in self._digests(number).items()}

    def add(self, words: str, keys: Sequence[str], after: Texts, undoes: int | None = None) -> HistoryEntry:
        """Makes a change: the files that `after` names have these texts from now on."""
        state = self._digests(self.last)
        before = {name: state.get(name) for name in after}
        digests: dict[str, str | None] = {name: _digest(text) for name, text in after.items()}
        for text in after.values():
            if text is not None:
                self._keep(text)  # 1
        entry = HistoryEntry(
            number=self.last + 1,
            at=self._now(),
            words=words,
            keys=tuple(keys),
            before=before,
            after=digests,
            undoes=undoes,
        )
        write_whole(self._folder / f"{entry.number:06}.json", entry.write().encode())  # 2
        self._entries.append(entry)
        self._replace(after)  # 3
        return entry

    def settle(self, check: Callable[[Texts], object]) -> HistoryEntry | None:
        """Brings files and entries together; the entry that it made for files that were edited outside Studio.

        `check` refuses texts of theirs that cannot be used, before they enter the history.
        """
        if self._entries:
            last = self._entries[-1]
            unfinished = {name for name, digest in last.before.items() if _digest(self._there(name)) == digest}
            self._replace({name: self._text_of(last.after[name]) for name in unfinished})
        kept = self._digests(self.last)
        there = {name: self._there(name) for name in {*kept, *marks_in(self._project)}}
        edited = {name: text for name, text in sorted(there.items()) if _digest(text) != kept.get(name)}
        if not edited:
            return None
        check(edited)
        return self.add(OUTSIDE, sorted(edited), edited)

    def since(self, seen: int, keys: Sequence[str]) -> HistoryEntry | None:
        """The newest entry after `seen` that changed one of the same keys, if any."""
        later = [entry for entry in self._entries[max(0, seen) :] if set(entry.keys) & set(keys)]
        return later[-1] if later else None

    def _digests(self, number: int) -> dict[str, str | None]:
        digests: dict[str, str | None] = dict.fromkeys(KEPT)
        for entry in self._entries[:number]:
            digests |= entry.after
        return digests

    def _there(self, name: str) -> str | None:
        path = self._project / name
        try:
            return path.read_bytes().decode("utf-8")
        except FileNotFoundError:
            return None
        except UnicodeDecodeError:
            raise Refusal("project-damaged", name, "the file is not UTF-8", "text in UTF-8", _REMEDY) from None

    def _replace(self, texts: Texts) -> None:
        for name, text in texts.items():
            if text is None:
                (self._project / name).unlink(missing_ok=True)
            elif self._there(name) != text:
                private_folder((self._project / name).parent)
                write_whole(self._project / name, text.encode())

    def _keep(self, text: str) -> None:
        path = self._texts / f"{_digest(text)}.gz"
        if not path.is_file():
            write_whole(path, gzip.compress(text.encode(), mtime=0))

    def _text_of(self, digest: str | None) -> str | None:
        return None if digest is None else self._text(digest)

    def _text(self, digest: str) -> str:
        try:
            text = gzip.decompress((self._texts / f"{digest}.gz").read_bytes()).decode()
        except (OSError, EOFError, UnicodeDecodeError):
            text = None
        if text is None or _digest(text) != digest:
            where = f"{FOLDER}/{TEXTS}/{digest[:12]}…"
            raise Refusal("project-damaged", where, "a kept state cannot be read", "its text", _REMEDY)
        return text


def write_whole(path: Path, data: bytes) -> None:
    """A private file that is there whole or not at all, also after a crash."""
    half = path.with_name(f".{path.name}.half")
    write_private(half, data)
    sync(half)
    half.replace(path)
    sync(path.parent)


def _digest(text: str | None) -> str | None:
    return None if text is None else sha256(text.encode()).hexdigest()


_REMEDY = "restore the folder history from a backup, or move it away: the project then begins a new history"
