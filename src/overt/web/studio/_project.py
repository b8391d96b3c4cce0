"""A project: one folder of plain files, held by one Studio at a time.

The folder is for its owner alone. Nothing in it may be a symbolic link: what a page writes stays in the folder.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import threading
from collections.abc import Callable, Sequence
from hashlib import sha256
from pathlib import Path
from typing import IO, Any

from overt.machine import LockHeld, lock
from overt.private import close_to_others, private_file, private_folder
from overt.refusals import Refusal
from overt.storage import storage_refused
from overt.web.studio._history import History, Texts
from overt.web.studio._kept import CHOICES, KEPT, MAPPING, SAMPLES, SETTINGS, Choices, HistoryEntry, ProjectSettings

SOURCE_FOLDER, WORK, LOCK = "source", "work", "lock"
_OWN = (*KEPT, "history", SOURCE_FOLDER, WORK, LOCK, "results", SAMPLES, "disparity", "words")
Edit = Callable[[Texts], Texts]


class ChangedElsewhere(Exception):
    """Another tab has changed the same: `theirs` is its entry, `words` are those of the change that was not made."""

    def __init__(self, theirs: HistoryEntry, words: str) -> None:
        self.theirs, self.words = theirs, words
        super().__init__(words)


class Project:
    """An open project. Pages read `settings`, `choices` and `mapping`, and change them by `change` alone."""

    def __init__(self, folder: Path, history: History, held: IO[str]) -> None:
        self.folder = folder
        self.history = history
        self._held = held
        self._turn = threading.RLock()
        self._read()

    @classmethod
    def create(cls, folder: Path, title: str, port: int, now: Callable[[], dt.datetime]) -> Project:
        """Makes a project in a new or empty folder. Refuses one that holds other files."""
        folder = folder.absolute()
        with storage_refused(folder):
            if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
                remedy = "choose a new or an empty folder, or open the project that is there"
                problem = f"“{folder.name}” holds other files"
                raise Refusal("project-not-empty", str(folder), problem, "an empty folder", remedy)
            private_folder(folder)
        return cls._hold(folder, port, now, ProjectSettings(title=title))

    @classmethod
    def open(cls, folder: Path, port: int, now: Callable[[], dt.datetime]) -> Project:
        """Opens a project where it was left. Refuses a folder without one, and one that another Studio has open."""
        folder = folder.absolute()
        if not (folder / SETTINGS).is_file():
            problem = f"this folder has no {SETTINGS}, so it is not a project"
            raise Refusal("project-absent", str(folder), problem, "the folder of a project", "start a new project")
        return cls._hold(folder, port, now, None)

    @classmethod
    def _hold(
        cls, folder: Path, port: int, now: Callable[[], dt.datetime], settings: ProjectSettings | None
    ) -> Project:
        for path in (folder, *(folder / name for name in _OWN)):
            if path.is_symlink():
                problem, remedy = "this is a symbolic link", "put the file or folder itself there"
                raise Refusal("project-link", str(path), problem, "a folder with files of its own", remedy)
        with storage_refused(folder):
            close_to_others(folder)
            held = _lock(folder, port, now())
            try:
                history = History(folder, now)
                history.settle(_check)
                if settings is not None:
                    history.add("Started the project", ["title"], {SETTINGS: settings.write()})
                return cls(folder, history, held)
            except BaseException:
                held.close()
                raise

    @property
    def ident(self) -> str:
        """What addresses call it: eight hexadecimal digits."""
        return ident_of(self.folder)

    @property
    def source_folder(self) -> Path:
        """Where uploaded files are kept, unchanged."""
        return private_folder(self.folder / SOURCE_FOLDER)

    @property
    def work(self) -> Path:
        """What can be made again: the loaded source, counts, jobs."""
        return private_folder(self.folder / WORK)

    def change(
        self, words: str, keys: Sequence[str], edit: Edit, *, seen: int, undoes: int | None = None
    ) -> HistoryEntry | None:
        """Changes kept files, as one entry of the history; nothing is written if nothing differs.

        `edit` gets the texts as they are and gives those that are to change. `keys` say what was decided, such as
        `entry.role`; `seen` is the last entry that the form knew. Raises `ChangedElsewhere` where a later entry changed
        one of the keys, and refuses texts that cannot be read again.
        """
        with self._turn:
            self.refresh()
            theirs = self.history.since(seen, keys)
            if theirs is not None:
                raise ChangedElsewhere(theirs, words)
            now = self.history.state(self.history.last)
            after = {name: text for name, text in edit(now).items() if text != now.get(name)}
            if not after:
                return None
            _check(after)
            entry = self.history.add(words, keys, after, undoes)
            self._read()
            return entry

    def set(self, words: str, keys: Sequence[str], *, seen: int, **fields: Any) -> HistoryEntry | None:
        """Changes fields of `studio.toml`."""

        def edit(now: Texts) -> Texts:
            settings = ProjectSettings.read(now[SETTINGS] or "")
            return {SETTINGS: ProjectSettings.model_validate({**settings.model_dump(), **fields}).write()}

        return self.change(words, keys, edit, seen=seen)

    def choose(
        self, words: str, keys: Sequence[str], alter: Callable[[Choices], Choices], *, seen: int
    ) -> HistoryEntry | None:
        """Changes `choices.json`."""
        return self.change(
            words, keys, lambda now: {CHOICES: alter(Choices.read(now[CHOICES] or "{}")).write()}, seen=seen
        )

    def refresh(self) -> None:
        """Looks whether files were edited outside Studio, which becomes an entry of the history."""
        with self._turn, storage_refused(self.folder):
            if self.history.settle(_check) is not None:
                self._read()

    def close(self) -> None:
        """Lets another Studio open it."""
        self._held.close()

    def _read(self) -> None:
        state = self.history.state(self.history.last)
        self.settings = ProjectSettings.read(state[SETTINGS] or "")
        self.choices = Choices.read(state[CHOICES] or "{}")
        self.mapping = state[MAPPING] or ""


def _check(texts: Texts) -> None:
    """Refuses texts that could not be read again."""
    settings, choices = texts.get(SETTINGS), texts.get(CHOICES)
    if SETTINGS in texts:
        ProjectSettings.read(settings or "")
    if choices is not None:
        Choices.read(choices)


def ident_of(folder: Path) -> str:
    """What addresses call a project's folder: eight hexadecimal digits."""
    return sha256(str(folder.absolute()).encode("utf-8", "surrogateescape")).hexdigest()[:8]


def _lock(folder: Path, port: int, now: dt.datetime) -> IO[str]:
    path = private_file(folder / LOCK)
    stream = path.open("r+", encoding="utf-8")
    try:
        lock(stream)
    except LockHeld:
        problem = f"another Studio has this project open{_since(stream)}"
        stream.close()
        remedy = "use that one, or stop it and try again"
        raise Refusal("project-in-use", str(folder), problem, "one Studio at a time", remedy) from None
    stream.truncate()
    json.dump({"process": os.getpid(), "port": port, "since": now.astimezone().isoformat()}, stream)
    stream.flush()
    return stream


def _since(stream: IO[str]) -> str:
    try:
        about = json.loads(stream.read())
        return f" since {dt.datetime.fromisoformat(about['since']):%H:%M} (process {int(about['process'])})"
    except (OSError, ValueError, KeyError, TypeError):
        # It is being written, or the system keeps others from reading a locked file.
        return ""
