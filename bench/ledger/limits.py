"""What the machine allows: digests, and files forced to the disk."""

from __future__ import annotations

import os
from hashlib import sha256
from pathlib import Path

from task import BATCH, ENTRY_SIZE, Answers, arguments

FILES = 400


def main() -> None:
    """Raw SHA-256 of a leaf and of a node, the least that a tree needs; fsync of tiles and of appended batches."""
    given, answers = arguments(), Answers("limits")
    leaf, node, count = bytes(ENTRY_SIZE + 1), bytes(65), 1_000_000

    def digests(data: bytes) -> None:
        for _ in range(count):
            sha256(data).digest()

    answers.timed("digests of a leaf", count, lambda: digests(leaf))
    answers.timed("digests of a node", count, lambda: digests(node))
    answers.rates["leaves hashed"] = 1 / (
        1 / answers.rates["digests of a leaf"] + 1 / answers.rates["digests of a node"]
    )
    folder = Path(given.folder)
    folder.mkdir()
    answers.timed("files of 8 KiB forced to the disk", FILES, lambda: files(folder))
    answers.timed("entries appended in forced batches of 256", FILES * BATCH, lambda: appended(folder / "log"))
    answers.give()


def files(folder: Path) -> None:
    for number in range(FILES):
        with (folder / str(number)).open("wb") as stream:
            stream.write(bytes(8192))
            stream.flush()
            os.fsync(stream.fileno())


def appended(path: Path) -> None:
    with path.open("wb") as stream:
        for _ in range(FILES):
            stream.write(bytes(BATCH * (ENTRY_SIZE + 2)))
            stream.flush()
            os.fsync(stream.fileno())


if __name__ == "__main__":
    main()
