"""Everything that repeats an audit, in one ZIP file: the results, what they were made with, and the command.

The source is never in it. The same parts give the same bytes.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from overt.audits._accepted import accepted_text
from overt.audits._run import Run
from overt.pages import csv_bytes

RESULT = "result"
# The first day that a ZIP file can name: no time of this machine is in it.
_WHEN = (1980, 1, 1, 0, 0, 0)
_NOTHING: Mapping[str, str] = {}
_README = """What is in this folder

result/          the results of the audit: start with report.html
repeat.txt       the command that gives the same results again
{inputs}
{first}
It writes the folder "again". Its files are identical to those in "result".
You need Overt {version}. The source is not in this folder: {source} stays {where}.
{packs}"""

# How a reader gets at the source, and where it stays: in files, and on a server.
_FILE = (
    "To repeat the audit, put the source ({source}) into this folder and run: sh repeat.txt",
    "with the person who holds it",
)
_SERVER = (
    "To repeat the audit, name a user who may read {source} in the environment, with the\n"
    "password (PGUSER and PGPASSWORD for PostgreSQL), and run: sh repeat.txt",
    "where it is",
)


def bundle(folder: str, parts: Iterable[tuple[str, bytes | Path]]) -> Iterator[bytes]:
    """The bytes of a ZIP file, piece by piece, with the parts by name under one `folder`.

    Names are sorted, and every time is the same.
    """
    pieces = _Pieces()
    with zipfile.ZipFile(pieces, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name, part in sorted(parts, key=lambda pair: pair[0]):
            entry = zipfile.ZipInfo(f"{folder}/{name}", _WHEN)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, part.read_bytes() if isinstance(part, Path) else part)
            yield pieces.take()
    yield pieces.take()


def parts_of(run: Run, result: Path, beside: Mapping[str, str] = _NOTHING) -> list[tuple[str, bytes | Path]]:
    """What repeats the audit of a run, by names: its result folder, and what the command in `repeat.txt` takes.

    `beside` says of other parts, by their names, what they are: it stands in the README.
    Of a publishable run the mapping, the acceptances and how values were read stay out, as they do of its results.
    """
    recipe = run.recipe.shown(run.register, [pack.name for pack in run.packs])
    parts: list[tuple[str, bytes | Path]] = [
        (f"{RESULT}/{path.relative_to(result).as_posix()}", path) for path in result.rglob("*") if path.is_file()
    ]
    inputs: dict[str, tuple[bytes, str]] = {}
    if not run.recipe.publishable:
        if recipe.mapping:
            inputs[recipe.mapping] = (run.mapping_text.encode(), "which columns of the source mean what")
            inputs["crosswalk.csv"] = (_crosswalk(run), "how each value of a coded column was read")
        if recipe.accepted:
            accepted = accepted_text(run.acceptances, run.intended)
            meaning = "breaches that were accepted, and losses that are intended"
            inputs[recipe.accepted.name] = (accepted.encode(), meaning)
    if recipe.reading_text:
        inputs[recipe.source.reading.file] = (recipe.reading_text.encode(), "how each file and sheet is read")
    parts += [(name, content) for name, (content, _) in inputs.items()]
    parts.append(("repeat.txt", f"{recipe.command_into('again')}\n".encode()))
    listed = {name: meaning for name, (_, meaning) in inputs.items()} | dict(beside)
    parts.append(("README.txt", _readme(run, listed).encode()))
    return parts


def _crosswalk(run: Run) -> bytes:
    """Each value of a coded column that may be shown, with what it became, and in how many rows."""
    header = ("table", "column", "made_from", "in_the_source", "in_the_model", "rows", "several_in_one_cell")
    lines = [
        (
            table.table,
            column.column,
            ", ".join(column.origins),
            value.source if value.source is not None else "(other values, each in fewer than ten rows)",
            value.model if value.model is not None else "",
            value.rows,
            value.several,
        )
        for table in run.read
        for column in table.columns
        for value in column.values
    ]
    return csv_bytes(header, lines)


def _readme(run: Run, inputs: Mapping[str, str]) -> str:
    own = [name for name in run.recipe.packs if "/" in name]
    packs = f"Packs of your own are not in it either: {', '.join(Path(name).name for name in own)}.\n" if own else ""
    if run.recipe.publishable and run.recipe.mapping:
        packs += f"These results are for publication: {run.recipe.mapping} is not in this folder.\n"
    lines = "".join(f"{name:<16} {meaning}\n" for name, meaning in inputs.items())
    first, where = _FILE if "://" not in run.register else _SERVER
    return _README.format(
        inputs=lines, first=first.format(source=run.register), source=run.register, where=where, version=run.version,
        packs=packs,
    )  # fmt: skip


class _Pieces(io.RawIOBase):
    """Where a ZIP file is written that nobody can seek in."""

    def __init__(self) -> None:
        super().__init__()
        self._pieces: list[bytes] = []

    def writable(self) -> bool:
        """Always."""
        return True

    def write(self, data: object, /) -> int:
        """Keeps it until it is taken."""
        piece = bytes(data)  # type: ignore[call-overload]
        self._pieces.append(piece)
        return len(piece)

    def take(self) -> bytes:
        """What was written since."""
        whole = b"".join(self._pieces)
        self._pieces = []
        return whole
