"""The folders of projects, in the user's own settings, if they asked for that; otherwise nothing is kept anywhere."""

from __future__ import annotations

import json
from pathlib import Path

from overt.encoding import read_json
from overt.private import private_folder
from overt.storage import storage_refused
from overt.web.studio._history import write_whole

_MOST = 20


class Remembered:
    """The folders in a file; none are kept without one."""

    def __init__(self, path: Path | None) -> None:
        self._path = path

    def folders(self) -> tuple[Path, ...]:
        """The folders that are still there, the last opened first."""
        try:
            content = read_json(self._path.read_bytes()) if self._path else []
        except (OSError, ValueError):
            return ()
        named = content if isinstance(content, list) else []
        return tuple(Path(name) for name in named if isinstance(name, str) and Path(name).is_dir())

    def add(self, folder: Path) -> None:
        """Keeps a folder."""
        if self._path is None:
            return
        others = [other for other in self.folders() if other != folder]
        self._write([folder, *others][:_MOST])

    def forget(self) -> None:
        """Forgets them all."""
        if self._path is not None:
            with storage_refused(self._path):
                self._path.unlink(missing_ok=True)

    def _write(self, folders: list[Path]) -> None:
        if self._path is not None:
            with storage_refused(self._path):
                private_folder(self._path.parent)
                write_whole(self._path, json.dumps([str(folder) for folder in folders]).encode())
