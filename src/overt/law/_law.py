"""Reads the files of provisions, and finds what a citation names."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator
from pydantic_core import ErrorDetails

from overt.encoding import read_toml
from overt.law._jurisdictions import JURISDICTIONS, speaks_for
from overt.refusals import Refusal, raise_all

_DAY = dt.timedelta(days=1)
_WANTED = "sources with title, id and provisions, as docs/formats/pack.md has them"
_FILES = ("uk.toml", "other.toml", "practice.toml")
_REMARK = re.compile(r":| as the reason|, as |, which |, by analogy| by analogy")
_PARAGRAPH = " para "
_UNITS = {"s": "s.", "ss": "s.", "section": "section ", "sections": "section ", "Sch": "Sch ", "art": "art ",
          "arts": "art ", "article": "art ", "articles": "art ", "principle": "principle ", "principles": "principle ",
          "para": _PARAGRAPH, "paras": _PARAGRAPH}  # fmt: skip
_UNIT = re.compile(r"\b(ss?|sections?|Sch|arts?|articles?|principles?|paras?)(?:\.| )\s*(?=\d)")
# A number with its parts, then the last of a range, or further parts of the same number: 49-50, 39(1)-(2), 44(4), (5).
# A code of France numbers its articles 230-8: what follows is less than what stands before, and so is no range.
_NUMBER = re.compile(
    r"(\d+(?:\.\d+)?[A-Z]*(?:\([0-9A-Za-z]+\))*)"
    r"(?:\s*(?:-|to)\s*(\d+[A-Z]*)|(?:\s*(?:-|to|,|and)\s*\([0-9A-Za-z]+\))*)"
)


@dataclass(frozen=True)
class LawText:
    """The text of a provision between two days, the first and the last included; `None` is open-ended or not known.

    `identifier` and `link` name this very text where its publisher keeps each; `by` is what made it so.
    """

    provision: str
    identifier: str
    link: str = ""
    starts_on: dt.date | None = None
    ends_on: dt.date | None = None
    by: str = ""

    def covers(self, day: dt.date) -> bool:
        """Whether this was the text on `day`."""
        return (self.starts_on is None or self.starts_on <= day) and (self.ends_on is None or day <= self.ends_on)


@dataclass(frozen=True)
class Provision:
    """A section, article or rule, or the whole of a judgment or a guide.

    `unseen` says what of it was not read in an official text, `by_day_of` whose day a change goes by if not the row's.
    `not_in` are parts of its jurisdiction in which it does not hold.
    """

    title: str
    jurisdiction: str
    texts: tuple[LawText, ...]
    ended_by: str = ""
    unseen: str = ""
    by_day_of: str = ""
    not_in: tuple[str, ...] = ()

    def holds_in(self, place: str) -> bool:
        """Whether it holds in a jurisdiction."""
        return speaks_for(self.jurisdiction, place) and not any(speaks_for(excluded, place) for excluded in self.not_in)

    def on(self, day: dt.date) -> LawText | None:
        """The text that was in force on `day`, if there was one."""
        return next((text for text in self.texts if text.covers(day)), None)


@dataclass(frozen=True)
class _Source:
    titles: tuple[str, ...]
    provisions: dict[str, Provision]

    def named(self, unit: str, number: str) -> Provision | None:
        """The provision of this number, or the nearest that it is a part of."""
        wanted = f"{unit}{number}"
        while wanted not in self.provisions and ("(" in wanted or _PARAGRAPH in wanted):
            wanted = wanted[: max(wanted.rfind("("), wanted.rfind(_PARAGRAPH))]
        return self.provisions.get(wanted)


@dataclass(frozen=True)
class Law:
    """All the provisions that are known."""

    sources: tuple[_Source, ...] = field(repr=False)

    def __iter__(self) -> Iterator[Provision]:
        """Each provision once."""
        for source in self.sources:
            yield from dict.fromkeys(source.provisions.values())

    def cited(self, citation: str) -> tuple[Provision, ...]:
        """The provisions that a citation names, in its order; none where one of its numbers is not known."""
        longest = _longest(self.sources, citation)
        if longest is None:
            return ()
        source, rest = longest
        rest = _REMARK.split(rest, maxsplit=1)[0]
        named = [source.named(unit, number) for unit, number in _numbers(rest)]
        if not named or set(source.provisions) == {""}:
            # A judgment or a guide is known as a whole, whatever paragraph is named.
            named = [source.provisions.get("")]
        return tuple(dict.fromkeys(cited for cited in named if cited)) if all(named) else ()

    def with_sources(self, other: Law) -> Law:
        """Both; where both know a title, the other's."""
        return Law((*other.sources, *self.sources))


@cache
def shipped_law() -> Law:
    """The provisions that come with Overt."""
    folder = files("overt.law")
    return Law(tuple(source for name in _FILES for source in _read((folder / name).read_text(encoding="utf-8"), name)))


def read_law(text: str, where: str) -> Law:
    """The provisions of a file of the same form, as a pack may bring them; refused with every fault that it has."""
    return Law(tuple(_read(text, where)))


def _longest(sources: Sequence[_Source], citation: str) -> tuple[_Source, str] | None:
    fitting = [
        (len(title), source, citation[len(title) :])
        for source in sources
        for title in source.titles
        if citation.startswith(title) and not citation[len(title) : len(title) + 1].isalnum()
    ]
    if not fitting:
        return None
    _, source, rest = max(fitting, key=lambda fit: fit[0])
    return source, rest


def _numbers(rest: str) -> list[tuple[str, str]]:
    """Each unit with each of its numbers: `s.34(3) and s.37`, `ss.49-50`, `Sch 8 paras 1 and 5`."""
    marks = [*_UNIT.finditer(rest)]
    ends = [*(mark.start() for mark in marks[1:]), len(rest)]
    pairs: list[tuple[str, str]] = []
    for mark, end in zip(marks, ends, strict=False):
        unit = _UNITS[mark[1]]
        numbers = list(_listed(rest[mark.end() : end]))
        if unit != _PARAGRAPH:
            pairs += [(unit, number) for number in numbers]
        elif pairs:
            # A paragraph is a part of the schedule before it; one of a judgment is not told from the whole.
            whole = "".join(pairs.pop())
            pairs += [(whole + unit, number) for number in numbers]
    return pairs


def _listed(text: str) -> Iterator[str]:
    for number in _NUMBER.finditer(text):
        if number[2] and number[1].isdigit() and number[2].isdigit() and int(number[2]) < int(number[1]):
            yield f"{number[1]}-{number[2]}"
            continue
        yield number[1]
        if number[2]:
            yield from _between(number[1], number[2])


def _between(first: str, last: str) -> list[str]:
    """The numbers after `first` up to `last`: of 49-50 it is 50, of 50A-50D they are 50B, 50C and 50D."""
    if first.isdigit() and last.isdigit():
        return [str(number) for number in range(int(first) + 1, int(last) + 1)]
    head, letter, end = first[:-1], first[-1], last[-1]
    if head.isdigit() and last[:-1] == head:
        return [f"{head}{chr(code)}" for code in range(ord(letter) + 1, ord(end) + 1)]
    return [last]


class _TextFile(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    starts_on: Annotated[dt.date | None, Field(alias="from")] = None
    ends_on: Annotated[dt.date | None, Field(alias="to")] = None
    by: str = ""


class _ProvisionFile(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    cites: Annotated[list[str], Field(min_length=1)]
    path: str = ""
    texts: Annotated[list[_TextFile], Field(min_length=1)]
    ended_by: str = ""
    unseen: str = ""
    by_day_of: str = ""


class _SourceFile(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    title: Annotated[str, Field(min_length=1)]
    also: list[str] = []
    jurisdiction: str = ""
    not_in: list[str] = []
    id: Annotated[str, Field(min_length=1)]
    link: str = ""
    provisions: list[_ProvisionFile] = [_ProvisionFile(cites=[""], texts=[_TextFile()])]

    @field_validator("jurisdiction")
    @classmethod
    def _known(cls, code: str) -> str:
        if code and code not in JURISDICTIONS:
            raise ValueError(f"{code} is none of {', '.join(JURISDICTIONS)}")
        return code

    @model_validator(mode="after")
    def _within(self) -> Self:
        for excluded in self.not_in:
            if excluded not in JURISDICTIONS or not self.jurisdiction or not speaks_for(self.jurisdiction, excluded):
                raise ValueError(f"not_in: {excluded} is no part of {self.jurisdiction or 'no jurisdiction'}")
        return self


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    source: list[_SourceFile]


def _read(text: str, where: str) -> list[_Source]:
    try:
        read = _File.model_validate(read_toml(text))
    except ValidationError as error:
        raise_all([_malformed(where, ".".join(map(str, fault["loc"])), _words(fault)) for fault in error.errors()])
        raise
    except ValueError as error:
        raise Refusal("law-malformed", where, str(error), "TOML") from None
    return [_source(entry) for entry in read.source]


def _words(error: ErrorDetails) -> str:
    """What is wrong, in our own words where we have said it."""
    return error["msg"].removeprefix("Value error, ")


def _malformed(where: str, place: str, says: str) -> Refusal:
    return Refusal("law-malformed", where, f"{place}: {says}", _WANTED)


def _source(read: _SourceFile) -> _Source:
    provisions = {cited: _provision(read, part, cited) for part in read.provisions for cited in part.cites}
    return _Source((read.title, *read.also), provisions)


def _provision(source: _SourceFile, read: _ProvisionFile, cited: str) -> Provision:
    number = re.sub(r"^\D*|\(.*", "", cited)
    title = f"{source.title} {cited}".strip()
    texts = []
    for text, following in zip(read.texts, [*read.texts[1:], None], strict=True):
        ends_on = text.ends_on or (following.starts_on - _DAY if following and following.starts_on else None)
        since = text.starts_on.isoformat() if text.starts_on else ""
        identifier = source.id + read.path.replace("{number}", number).replace("{from}", since)
        link = source.link.replace("{identifier}", identifier)
        texts.append(LawText(title, identifier, link, text.starts_on, ends_on, text.by))
    return Provision(
        title, source.jurisdiction, tuple(texts), read.ended_by, read.unseen, read.by_day_of, tuple(source.not_in)
    )
