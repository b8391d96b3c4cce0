"""What the commands about a log share: how it is named, whom to trust, and how it is read."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import TimeElapsedColumn

from overt.cli._output import bar_columns, progress_bar
from overt.files import given_bytes
from overt.ledger import (
    DAY,
    BucketStore,
    FolderStore,
    HttpReader,
    Policy,
    Reader,
    given_keys,
    read_policy,
    trust,
)
from overt.refusals import Refusal

_LIMIT = 20_000_000
# The end of the year 9999, the last that Python has.
_LAST_SECOND = 253_402_300_800

FolderArgument = Annotated[
    Path,
    typer.Argument(
        metavar="FOLDER", help="Folder of the log, as created by `overt ledger init`, or folder of a register."
    ),
]
SourceArgument = Annotated[
    str, typer.Argument(metavar="LOG", help="Published log: a folder, a web address or a bucket.")
]
PolicyOption = Annotated[
    Path | None,
    typer.Option("--policy", metavar="FILE", help="Trust policy: a C2SP tlog-policy file."),
]
KeyOption = Annotated[
    list[str] | None,
    typer.Option(
        "--key",
        metavar="KEY",
        help="Trust this log key instead of a policy: as text, as the line `log …` of a policy, or as a file "
        "(repeatable).",
    ),
]
MaxAgeOption = Annotated[
    int | None,
    typer.Option(
        "--max-age",
        min=1,
        max=36_500,
        metavar="DAYS",
        show_default="as the policy states",
        help="Ignore cosignatures older than this number of days.",
    ),
]


def reader_of(source: str) -> Reader:
    """A published log at an address, in a bucket or in a folder."""
    if source.startswith(("http://", "https://")):
        return HttpReader(source)
    return BucketStore(source) if "://" in source else FolderStore(Path(source))


def trusted(path: Path | None, vkeys: list[str] | None, max_age: int | None = None) -> Policy:
    policy = _believed(path, vkeys)
    return policy if max_age is None else replace(policy, max_age=max_age * DAY)


def _believed(path: Path | None, vkeys: list[str] | None) -> Policy:
    if (path is None) == (not vkeys):
        raise Refusal(
            "trust-whom",
            "--policy, --key",
            "you gave neither or both",
            "one of the two",
            "ask the operator of the log for its policy",
        )
    if path:
        return read_policy(given_file(path), str(path))
    return trust(*(key for text in vkeys or [] for key in given_keys(text, "--key")))


def given_file(path: Path) -> bytes:
    return given_bytes(path, _LIMIT)


def now_seconds() -> int:
    return int(time.time())


@contextmanager
def counted(what: str, quiet: bool) -> Iterator[Callable[[int, int], None]]:
    with progress_bar(quiet, *bar_columns(), TimeElapsedColumn()) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
