"""The content of a request, read once and strictly: only the fields that a page names, each of its type."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException
from starlette.requests import Request

from overt.encoding import read_json
from overt.model import Column, Role
from overt.model import Kind as Holds

_PARTS = ("day", "month", "year")
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
LONGEST_WORDS = 20_000
Choices = tuple[tuple[str, str], ...]


class Input(StrEnum):
    """How a field of a form is asked for."""

    TEXT = "text"
    WORDS = "words"
    DATE = "date"
    CHOICE = "choice"
    YES_OR_NO = "yes-or-no"
    TICK = "tick"
    HIDDEN = "hidden"
    FILE = "file"


_INPUTS = {Holds.DATE: Input.DATE, Holds.BOOLEAN: Input.YES_OR_NO}


@dataclass(frozen=True)
class FormField:
    """One field of a form: its name, its question, and how it is asked; `choices` are values with their words.

    `longest` is in characters: by default 200, or 20,000 where there are several lines. A tick is "yes" or not there.

    `noun` names the field in an error ("Enter the grounds"), where the label is a question. `path` is the column it
    fills, as reasons name it.
    """

    name: str
    label: str
    kind: Input = Input.TEXT
    hint: str = ""
    choices: Choices = ()
    optional: bool = False
    longest: int = 0
    noun: str = ""
    path: str = ""

    @property
    def most(self) -> int:
        """How many characters it may have."""
        return self.longest or (LONGEST_WORDS if self.kind is Input.WORDS else 200)

    @classmethod
    def of(
        cls, column: Column, label: str, hint: str = "", *, kind: Input | None = None, choices: Choices | None = None,
        words: Mapping[str, str] | None = None, optional: bool = False, longest: int = 0, noun: str = "",
    ) -> Self:  # fmt: skip
        """The field that fills a column: it has the column's name, and is asked for as its values are.

        `words` are for some of its codes. `choices` replace the codes; there are none where the charter decides.
        """
        if kind is None and (column.codes or choices is not None):
            kind = Input.CHOICE
            spelt = {code: code.replace("_", " ").capitalize() for code in column.codes} | dict(words or {})
            choices = tuple(spelt.items()) if choices is None else choices
        kind = kind or (Input.WORDS if column.role is Role.WORDS else _INPUTS.get(column.kind, Input.TEXT))
        return cls(column.name, label, kind, hint, choices or (), optional, longest, noun, column.path)


@dataclass(frozen=True)
class FormFault:
    """Why a field was not accepted, with the law and what to do. It never repeats the value.

    `anchor` is the place on the page with the details, if that is not the field.
    """

    field: str
    says: str
    remedy: str = ""
    law: tuple[str, ...] = ()
    code: str = ""
    anchor: str = ""


class Received:
    """The texts and files of a request, as they came."""

    def __init__(self, texts: Mapping[str, str], files: Mapping[str, bytes]) -> None:
        self.texts = dict(texts)
        self.files = dict(files)


async def receive(request: Request, most_bytes: int, fields: int) -> Received:
    """The content of a form or a JSON object; refuses with 4xx if it is neither, too long, or repeats a field.

    `fields` is how many the form has, a date counting as one.
    """
    length = request.headers.get("content-length", "0")
    if length.isdecimal() and int(length) > most_bytes:
        raise HTTPException(413)
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "application/json":
        return _from_json(await _body(request, most_bytes))
    if kind == _FORMS[0]:
        request._body = await _body(request, most_bytes)
    elif kind != _FORMS[1]:
        if not await _body(request, most_bytes):
            return Received({}, {})
        raise HTTPException(415)
    most = max(10, 3 * fields + 5)
    try:
        form = await request.form(max_files=4, max_fields=most, max_part_size=most_bytes)
    except (MultiPartException, UnicodeDecodeError) as error:
        raise HTTPException(400) from error
    texts: dict[str, str] = {}
    files: dict[str, bytes] = {}
    for name, value in form.multi_items():
        if name in texts or name in files:
            raise HTTPException(400)
        if isinstance(value, UploadFile):
            content = await value.read()
            if sum(len(file) for file in files.values()) + len(content) > most_bytes:
                raise HTTPException(413)
            files[name] = content
        else:
            texts[name] = value
    return Received(texts, files)


async def _body(request: Request, most: int) -> bytes:
    data = bytearray()
    async for piece in request.stream():
        data += piece
        if len(data) > most:
            raise HTTPException(413)
    return bytes(data)


def _from_json(data: bytes) -> Received:
    try:
        values = read_json(data)
    except ValueError as error:
        raise HTTPException(400) from error
    if not isinstance(values, dict):
        raise HTTPException(400)
    texts: dict[str, str] = {}
    for name, value in values.items():
        if isinstance(value, bool):
            texts[name] = "yes" if value else "no"
        elif isinstance(value, str | int) or value is None:
            texts[name] = "" if value is None else str(value)
        else:
            raise HTTPException(400)
    return Received(texts, {})


def read_fields(
    fields: tuple[FormField, ...], received: Received, also: frozenset[str] = frozenset()
) -> tuple[dict[str, str], dict[str, bytes], tuple[FormFault, ...]]:
    """The fields that were filled, and what is wrong with the others. A field that the action has not is refused."""
    known = set(also)
    for field in fields:
        known |= {field.name, *(f"{field.name}-{part}" for part in _PARTS if field.kind is Input.DATE)}
    if {*received.texts, *received.files} - known:
        raise HTTPException(400)
    texts: dict[str, str] = {}
    files: dict[str, bytes] = {}
    faults: list[FormFault] = []
    for field in fields:
        if field.kind is Input.FILE:
            content = received.files.get(field.name, received.texts.get(field.name, "").encode("utf-8", "replace"))
            if content:
                files[field.name] = content
            elif not field.optional:
                faults.append(FormFault(field.name, f"Select {_named(field)}"))
            continue
        if field.name in received.files:
            raise HTTPException(400)
        value, fault = _read(field, received.texts)
        if value:
            texts[field.name] = value
        if fault or (not value and not field.optional and field.kind is not Input.TICK):
            faults.append(FormFault(field.name, fault or _missing(field)))
    return texts, files, tuple(faults)


def _read(field: FormField, texts: Mapping[str, str]) -> tuple[str, str]:
    """The value, and what is wrong with it; an invalid value is returned too, so that it can be corrected."""
    value = texts.get(field.name, "").strip()
    if any(sign < " " and sign not in "\r\n\t" for sign in value) or "\x7f" in value:
        return "", f"{_opening(field)} must not include control characters"
    if field.kind is Input.DATE:
        return _read_date(field, texts, value)
    fault = _fault(field, value)
    return value.replace("\r\n", "\n")[: field.most], fault


def _fault(field: FormField, value: str) -> str:
    if field.kind is Input.CHOICE and field.choices and value and value not in {choice for choice, _ in field.choices}:
        return f"Select one of the options for {_named(field)}"
    if field.kind is Input.YES_OR_NO and value not in ("", "yes", "no"):
        return f"Select yes or no for {_named(field)}"
    if field.kind is Input.TICK and value not in ("", "yes"):
        return f"Select {_named(field)} or leave it empty"
    if len(value) > field.most:
        return f"{_opening(field)} must be {field.most:,} characters or fewer"
    if field.kind is not Input.WORDS and ("\n" in value or "\r" in value):
        return f"{_opening(field)} must be on one line"
    return ""


def _read_date(field: FormField, texts: Mapping[str, str], whole: str) -> tuple[str, str]:
    parts = [texts.get(f"{field.name}-{part}", "").strip() for part in _PARTS]
    if not whole and not any(parts):
        return "", ""
    try:
        if whole:
            return dt.date.fromisoformat(whole).isoformat(), ""
        if not all(part.isascii() and part.isdecimal() and len(part) <= 4 for part in parts):
            raise ValueError
        day, month, year = map(int, parts)
        if year < 1900:
            raise ValueError
        return dt.date(year, month, day).isoformat(), ""
    except ValueError:
        return "", f"{_opening(field)} must be a real date, for example 27 3 2026"


def _missing(field: FormField) -> str:
    if field.kind is Input.YES_OR_NO:
        return f"Select yes or no for {_named(field)}"
    return f"{'Select' if field.kind is Input.CHOICE else 'Enter'} {_named(field)}"


def _named(field: FormField) -> str:
    """The field as an error names it, so that two errors on one page always differ."""
    if field.noun:
        return field.noun
    return f"“{field.label}”" if field.label.endswith("?") else _small(field.label)


def _opening(field: FormField) -> str:
    """The same at the start of a sentence."""
    name = _named(field)
    return name[:1].upper() + name[1:]


def _small(label: str) -> str:
    return label[:1].lower() + label[1:] if label[:2] != label[:2].upper() else label
