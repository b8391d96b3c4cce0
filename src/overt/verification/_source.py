"""Where everything that a register publishes is read: a folder, or the address of its portal. Both have one layout."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from overt.ledger import DOCUMENT_LIMIT, FolderStore, HttpReader, Reader
from overt.refusals import Refusal

LEDGER, POLICY, INDEX = "ledger", "verify/policy", "published.json"
CHARTERS, RELEASES, ANSWERS, RECORDS = "charters", "figures", "answers", "records"
_MOST_FILES = 100_000


class PublishedSource(Protocol):
    """A published register."""

    name: str
    log: Reader

    def read(self, path: str) -> bytes | None:
        """A file by its path; none where there is none."""
        ...

    def names(self, folder: str) -> list[str] | None:
        """Every file below a folder, by its path in it; none where files cannot be listed."""
        ...


class PublishedFolder:
    """A folder as `overt release collect` writes it."""

    def __init__(self, folder: Path) -> None:
        if not folder.is_dir():
            remedy = "give the folder that `overt release collect` wrote, or the address of a portal"
            raise Refusal("published-absent", str(folder), "there is no such folder", "a published register", remedy)
        self.name = str(folder)
        self.log: Reader = FolderStore(folder / LEDGER)
        self._folder = folder
        self._store = FolderStore(folder)

    def read(self, path: str) -> bytes | None:
        """See `PublishedSource`."""
        return self._store.read(path, DOCUMENT_LIMIT)

    def names(self, folder: str) -> list[str] | None:
        """See `PublishedSource`."""
        place = self._folder / folder
        names: list[str] = []
        for path in place.rglob("*"):
            if path.is_file():
                names.append(path.relative_to(place).as_posix())
            if len(names) > _MOST_FILES:
                wanted = f"at most {_MOST_FILES:,}"
                raise Refusal("resource-too-large", str(place), f"more than {_MOST_FILES:,} files", wanted)
        return sorted(names)


class PublishedAddress:
    """A portal, or any web server that serves such a folder."""

    def __init__(self, url: str) -> None:
        self._reader = HttpReader(url)
        self.name = self._reader.url
        self.log: Reader = HttpReader(f"{self.name}/{LEDGER}")

    def read(self, path: str) -> bytes | None:
        """See `PublishedSource`."""
        return self._reader.read(path, DOCUMENT_LIMIT)

    def names(self, folder: str) -> list[str] | None:
        """See `PublishedSource`: a web server does not say what else it serves."""
        del folder
        return None


def source_of(text: str) -> PublishedSource:
    """The published register at an address or in a folder; refuses what is neither."""
    return PublishedAddress(text) if text.startswith(("http://", "https://")) else PublishedFolder(Path(text))
