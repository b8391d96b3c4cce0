"""Texts of controls that were read before, so that a pack is parsed and checked once and not at every start.

What was read of the packs that come with Overt lies beside their files. What was read of any other lies in a folder of
caches of this user, which can be deleted at any time: a file for each pack, by its digest, below a folder for the
program that read it. A file that others could have written, that is damaged or that has another form is not used. What
it says is never run as it is: an engine is still asked what the SQL would read.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import re
import stat
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from functools import cache
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import Any, Self

from overt.controls._prepared import Prepared, Text, Value, kind_of
from overt.private import private_folder, write_private
from overt.refusals import Refusal

SHIPPED_FILE = "prepared.json"
_MAX_BYTES = 10_000_000
_NAMED = re.compile(r"(?<!:):(\w+)")
# What decides how a text is read.
_READERS = ("controls", "model")
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


@dataclass
class Texts:
    """The texts of a pack by their digests, with their SQL: those that are kept, and those that had to be read."""

    kept: dict[str, tuple[Text, str]] = field(default_factory=dict)
    path: Path | None = None
    new: dict[str, tuple[Text, str]] = field(default_factory=dict)

    @classmethod
    def of_shipped(cls, *folders: Path) -> Self:
        """The texts of packs that come with Overt; none where another version of the parser read them."""
        texts = cls()
        for folder in folders:
            with suppress(OSError):
                texts.kept |= _read(_data((folder / SHIPPED_FILE).read_bytes()))
        return texts

    @classmethod
    def of_user(cls, digest: str, texts: Self) -> Self:
        """What this user's cache has of the pack of a digest, besides the texts given."""
        from platformdirs import user_cache_path  # noqa: PLC0415  packs that come with Overt do without

        path = user_cache_path("overt", appauthor=False) / "packs" / _reader() / f"{digest}.json"
        return cls({**texts.kept, **_read(_data(_own_bytes(path)))}, path)

    def read(
        self, sql: str, where: str, *, dated: str | None, scoped_by_date: bool, values: Mapping[str, Value]
    ) -> tuple[Text | None, Prepared | None, list[Refusal]]:
        """The text read, or everything that is wrong with it; `values` are those of the pack's thresholds."""
        kinds = {name: kind_of(values[name]) for name in sorted(set(_NAMED.findall(sql))) if name in values}
        digest = hashlib.sha256(json.dumps([sql, dated, scoped_by_date, kinds]).encode()).hexdigest()
        if digest in self.kept:
            text, select = self.kept[digest]
            return text, Prepared(sql, select), []
        # The parser takes long to load, and a text that is kept does not need it.
        from overt.controls._compile import prepare  # noqa: PLC0415
        from overt.controls._text import read_text  # noqa: PLC0415

        given, refusals = read_text(sql, where, dated=dated, scoped_by_date=scoped_by_date)
        parameters = {**values, "as_of": dt.date.min}
        if given is None or not parameters.keys() >= {*given.parameters}:
            return given, None, refusals
        prepared = prepare(sql, {name: parameters[name] for name in given.parameters})
        self.new[digest] = given, prepared.select
        return given, prepared, refusals

    def keep(self) -> None:
        """Keeps what had to be read, for the next start. Where the folder cannot be written, nothing is kept."""
        if self.path is None or not self.new:
            return
        beside = self.path.with_suffix(f".{os.getpid()}")
        with suppress(OSError):
            private_folder(self.path.parent)
            write_private(beside, self.as_json().encode())
            beside.replace(self.path)

    def as_json(self) -> str:
        """What had to be read, as a file has it."""
        texts = {digest: {**asdict(text), "select": select} for digest, (text, select) in sorted(self.new.items())}
        lines = ",\n".join(f"{json.dumps(digest)}: {json.dumps(each)}" for digest, each in texts.items())
        body = f"{{\n{lines}\n}}\n"
        head = json.dumps({"parser": version("sqlglot"), "digest": hashlib.sha256(body.encode()).hexdigest()})
        return f"{head}\n{body}"


def _data(content: bytes) -> dict[str, Any]:
    """The texts of a file; none where it is damaged or another version of the parser wrote it."""
    head, _, body = content.partition(b"\n")
    with suppress(ValueError, KeyError, TypeError):
        given = json.loads(head)
        if given["parser"] == version("sqlglot") and given["digest"] == hashlib.sha256(body).hexdigest():
            return dict(json.loads(body))
    return {}


def _read(data: Mapping[str, Any]) -> dict[str, tuple[Text, str]]:
    texts = {}
    with suppress(KeyError, TypeError, AttributeError):
        for digest, each in data.items():
            needs, optional = (
                {name: tuple(columns) for name, columns in each[part].items()} for part in ("needs", "optional")
            )
            text = Text(str(each["key"]), tuple(each["columns"]), needs, optional, tuple(each["parameters"]))
            texts[digest] = text, str(each["select"])
    return texts


def _own_bytes(path: Path) -> bytes:
    """The bytes of a file that nobody but this user can have written; nothing for any other."""
    try:
        with os.fdopen(os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0)), "rb") as stream:
            status = os.fstat(stream.fileno())
            if not stat.S_ISREG(status.st_mode) or status.st_size > _MAX_BYTES:
                return b""
            if hasattr(os, "geteuid") and (status.st_uid != os.geteuid() or status.st_mode & _OTHERS):
                return b""
            return stream.read()
    except OSError:
        return b""


@cache
def _reader() -> str:
    """A name for the program that reads texts: its version and its own source, for whoever is changing it."""
    digest = hashlib.sha256(f"{version('overt')} {version('sqlglot')}".encode())
    for folder in _READERS:
        for path in sorted((Path(str(files("overt"))) / folder).glob("*.py")):
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]
