"""What a project keeps: `studio.toml`, `choices.json` and the entries of its history, each with a published schema.

docs/formats/studio.md describes them. `mapping.sql` and `accepted.toml` are as the commands read them.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from overt.encoding import read_json, read_toml, toml_key, toml_text
from overt.refusals import Refusal, Refusals

SETTINGS, MAPPING, CHOICES, ACCEPTED = "studio.toml", "mapping.sql", "choices.json", "accepted.toml"
# What history keeps each state of, besides the marks of samples.
KEPT = (SETTINGS, MAPPING, CHOICES, ACCEPTED)
SAMPLES = "samples"
_MARKS = re.compile(r"(?:draft|marks)-[A-Za-z0-9][A-Za-z0-9._-]{0,39}\.json")
FORMAT = 1
_DIGEST = r"^[0-9a-f]{64}$"
Scalar = str | bool | int | float
_Model = TypeVar("_Model", bound=BaseModel)


class _KeptModel(BaseModel):
    """Part of a kept file: no other field than these."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class KeptSource(_KeptModel):
    """One file, folder or database of a project: `path` where it lies, or `copy` in the project's folder.

    `bytes` and `sha256` are those of the file when it was last read.
    """

    name: str
    path: str = ""
    copied: str = Field(default="", alias="copy")
    size: int = Field(default=0, alias="bytes", ge=0)
    sha256: str = ""


class AskedSample(_KeptModel):
    """What the last sample was drawn for: a table of the model, a question, and how many rows by which seed."""

    table: str
    question: str = Field(max_length=300)
    size: int = Field(ge=1)
    seed: int = Field(ge=0)
    by: tuple[str, ...] = ()
    active: bool = False


class AskedWords(_KeptModel):
    """How the last test of a keyword list read the texts. `label` is empty where every text is harmless.

    `yes` are the labels that the list is meant to find, by their place among all labels, most texts first, from 1.
    """

    text: str
    label: str = ""
    yes: tuple[int, ...] = ()
    group: str = ""
    function: str = ""
    genre: str = ""
    dialect: str = ""
    where: str = "word"
    case: str = "fold"
    unicode: str = "nfkc"
    patterns: str = "literal"
    leet: bool = False
    mask_handles: bool = False
    in_full: bool = False


class ProjectSettings(_KeptModel):
    """`studio.toml`: what is audited, how it is read, and what the report says of itself.

    `word_list` and `word_texts` are the files of the last `word_test`, that of a keyword list.
    """

    format: Literal[1] = 1
    title: str = Field(min_length=1, max_length=100)
    author: str = Field(default="", max_length=100)
    organisation: str = Field(default="", max_length=100)
    as_of: dt.date | None = None
    packs: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    thresholds: Mapping[str, Scalar] = {}
    source: tuple[KeptSource, ...] = ()
    reading: Mapping[str, Scalar | Mapping[str, Scalar]] = {}
    join: tuple[Mapping[str, Scalar], ...] = ()
    sample: AskedSample | None = None
    word_list: KeptSource | None = None
    word_texts: KeptSource | None = None
    word_test: AskedWords | None = None

    @classmethod
    def read(cls, text: str) -> Self:
        """The settings in a text of TOML; refuses every fault at once."""
        try:
            content = read_toml(text)
        except ValueError as error:
            raise Refusal("project-damaged", SETTINGS, str(error), "TOML", _REMEDY) from None
        if content.get("format", FORMAT) != FORMAT:
            _refuse_format(SETTINGS, content["format"])
        return _validated(cls, SETTINGS, content)

    def write(self) -> str:
        """The text of TOML that says so; what is left to its default is not written."""
        content = {"format": self.format, **self.model_dump(by_alias=True, exclude_defaults=True)}
        return _toml(content)


class ColumnChoice(_KeptModel):
    """What was decided about a source column besides its meaning."""

    decided: bool = False
    asked: str = Field(default="", max_length=500)
    reason: str = Field(default="", max_length=500)


class Choices(_KeptModel):
    """`choices.json`: what the mapping cannot hold. It has no value that pages show as a shape only.

    `columns` are source columns, as `table/place`; `apart` are pairs of spellings that are not the same, after the
    model's column.
    """

    format: Literal[1] = 1
    columns: Mapping[str, ColumnChoice] = {}
    apart: tuple[tuple[str, str, str], ...] = ()

    @classmethod
    def read(cls, text: str) -> Self:
        """The choices in a text of JSON; refuses every fault at once."""
        content = _json(CHOICES, text)
        if content.get("format", FORMAT) != FORMAT:
            _refuse_format(CHOICES, content["format"])
        return _validated(cls, CHOICES, content)

    def write(self) -> str:
        """The text of JSON that says so."""
        content = {"format": self.format, **self.model_dump(mode="json", exclude_defaults=True)}
        return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


class HistoryEntry(_KeptModel):
    """One entry of a project's history: what happened, and the digests of the files before and after.

    A file that was not there has the digest None. `undoes` is the entry whose state before was brought back.
    """

    format: Literal[1] = 1
    number: int = Field(ge=1)
    at: dt.datetime
    words: str = Field(max_length=500)
    keys: tuple[str, ...] = ()
    before: Mapping[str, str | None] = {}
    after: Mapping[str, str | None] = {}
    undoes: int | None = None

    @classmethod
    def read(cls, name: str, text: str) -> Self:
        """The entry in a text of JSON; refuses every fault at once."""
        return _validated(cls, name, _json(name, text))

    def write(self) -> str:
        """The text of JSON that says so."""
        return json.dumps(self.model_dump(mode="json"), ensure_ascii=False) + "\n"


def schemas() -> dict[str, dict[str, Any]]:
    """The JSON Schema of each kept file, by the name of the schema."""
    models: dict[str, type[BaseModel]] = {
        "studio": ProjectSettings,
        "studio-choices": Choices,
        "studio-history": HistoryEntry,
    }
    draft = "https://json-schema.org/draft/2020-12/schema"
    return {name: {"$schema": draft, **model.model_json_schema(by_alias=True)} for name, model in models.items()}


def marks_in(project: Path) -> list[str]:
    """The files in a project's folder in which reviewers of samples marked rows, by their paths in it."""
    return [
        path.relative_to(project).as_posix()
        for path in sorted((project / SAMPLES).glob("[0-9][0-9][0-9][0-9]/*.json"))
        if _MARKS.fullmatch(path.name) and not path.parent.is_symlink()
    ]


# --- reading --------------------------------------------------------------------------------------------------------

_REMEDY = "correct the file, or remove it and open the project again: the states before are in its history"


def _json(name: str, text: str) -> dict[str, Any]:
    try:
        content = read_json(text)
    except ValueError as error:
        raise Refusal("project-damaged", name, str(error), "JSON", _REMEDY) from None
    if not isinstance(content, dict):
        raise Refusal("project-damaged", name, "this is not an object", "a JSON object", _REMEDY)
    return content


def _refuse_format(name: str, number: object) -> None:
    remedy = "open the project with the version of Overt that wrote it, or a later one"
    raise Refusal("project-format", name, f"format {number!r}", f"format {FORMAT}", remedy)


def _validated(model: type[_Model], name: str, content: Mapping[str, Any]) -> _Model:
    try:
        return model.model_validate(content)
    except ValidationError as error:
        raise Refusals(
            [
                Refusal("project-damaged", f"{name}, {'.'.join(map(str, fault['loc']))}", fault["msg"], "", _REMEDY)
                for fault in error.errors(include_input=False, include_url=False)
            ]
        ) from None


# --- TOML -----------------------------------------------------------------------------------------------------------


def _toml(content: Mapping[str, Any]) -> str:
    """A text of TOML: plain values first, then tables, each below its own header."""
    lines = _fields(content)
    for name, value in content.items():
        if isinstance(value, Mapping):
            lines += _table(toml_key(name), value)
            for inner, table in value.items():
                if isinstance(table, Mapping):
                    lines += _table(f"{toml_key(name)}.{toml_key(inner)}", table)
        elif _is_table(value):
            for table in value:
                lines += ["", f"[[{toml_key(name)}]]", *_fields(table)]
    return "\n".join([*lines, ""])


def _table(header: str, table: Mapping[str, Any]) -> list[str]:
    fields = _fields(table)
    return ["", f"[{header}]", *fields] if fields else []


def _fields(table: Mapping[str, Any]) -> list[str]:
    return [f"{toml_key(name)} = {_value(value)}" for name, value in table.items() if not _is_table(value)]


def _is_table(value: object) -> bool:
    if isinstance(value, Mapping):
        return True
    return isinstance(value, list | tuple) and any(isinstance(part, Mapping) for part in value)


def _value(value: Any) -> str:
    if isinstance(value, str):
        return toml_text(value)
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_value, value))}]"
    return value.isoformat() if isinstance(value, dt.date) else str(value)
