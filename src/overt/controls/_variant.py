"""A variant: a pack that asks what another asks, under the law and the limits of another place.

Its `pack.toml` names the pack and says only what differs: thresholds, citations, phrases of the texts that a person
reads, fields of single controls, what is left out. The questions themselves, the selects, stay those of the other pack.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from overt.controls._control import Control, Pack, Threshold
from overt.controls._header import Header
from overt.law import JURISDICTIONS, place_of, speaks_for
from overt.refusals import Refusal

TABLES = ("citations", "phrases", "controls")
# What a variant may say otherwise of a control; its id, its text and what the gate does with a breach stay as they are.
_FIELDS = ("title", "asks", "kind", "severity", "basis", "in_force", "holds_in", "limits", "remedy", "found_in")
_LISTS = ("basis", "found_in")
_SPOKEN = ("title", "asks", "limits", "remedy", "found in")


@dataclass(frozen=True)
class Variant:
    """What a pack says otherwise than its `base`.

    `citations` are the bases that stand in place of each that begins so; `phrases` what stands in place of words of the
    title, the question, the limits and the remedy, and of the reasons of thresholds; `controls` single fields.
    """

    base: Pack
    citations: Mapping[str, tuple[str, ...]]
    phrases: Mapping[str, str]
    controls: Mapping[str, Mapping[str, str | tuple[str, ...]]]

    def vary(self, header: Header) -> None:
        """Makes the header of one of the base's controls that of the variant's."""
        fields = header.fields
        for name in _SPOKEN:
            fields[name] = [self._said(each) for each in fields.get(name, [])]
        fields["basis"] = list(dict.fromkeys(self._cited(fields.get("basis", []))))
        for name, value in self.controls.get(header.one("id"), {}).items():
            fields[name.replace("_", " ")] = [value] if isinstance(value, str) else list(value)
        if not fields["basis"]:
            header.refuse("basis", "nothing", "a basis in place of those that are left out")

    def thresholds(self) -> dict[str, Threshold]:
        """The base's thresholds, with reasons in the variant's words."""
        return {name: replace(each, reason=self._said(each.reason)) for name, each in self.base.thresholds.items()}

    def _cited(self, bases: Sequence[str]) -> Iterator[str]:
        for line in bases:
            begins = [each for each in self.citations if _begins(line, each)]
            yield from self.citations[max(begins, key=len)] if begins else (line,)

    def _said(self, text: str) -> str:
        for before, after in self.phrases.items():
            text = text.replace(before, after)
        return text

    def faults(self, pack: Pack) -> Iterator[Refusal]:
        """What it says otherwise that the base does not say, and what it leaves that speaks of the base's place."""
        where = f"{pack.path}/pack.toml"
        controls = {each.id: each for each in self.base.controls}
        bases = [each.citation for control in self.base.controls for each in control.written]
        spoken = [text for control in self.base.controls for text in _texts(control)]
        spoken += [each.reason for each in self.base.thresholds.values()]
        for name, said in (
            ("citations", [each for each in self.citations if not any(_begins(line, each) for line in bases)]),
            ("phrases", [each for each in self.phrases if not any(each in text for text in spoken)]),
            ("controls", [each for each in self.controls if each not in controls]),
        ):
            for each in said:
                yield Refusal("variant-unused", f"{where}, {name}", each, f"what {self.base.name} has")
        yield from self._of_elsewhere(pack, where)
        for control in pack.controls:
            limits = [each for each in control.thresholds if pack.thresholds[each].value != self._value(each)]
            if pack.is_inherited(control) and limits and self._has_cases_of_base(control):
                found = f"{control.id} with another {', '.join(limits)}"
                wanted = "cases of its own, in a file of the name that they have in the base"
                yield Refusal("control-without-cases", where, found, wanted)

    def _value(self, threshold: str) -> object:
        return self.base.thresholds[threshold].value if threshold in self.base.thresholds else None

    def _has_cases_of_base(self, control: Control) -> bool:
        return control.cases is not None and control.cases.parent == self.base.path

    def _of_elsewhere(self, pack: Pack, where: str) -> Iterator[Refusal]:
        """Texts taken over from the base that name its place, or that name the variant's as another place."""
        here, there = pack.jurisdiction, self.base.jurisdiction
        if here not in JURISDICTIONS or there not in JURISDICTIONS:
            return
        names = [place_of(each) for each in JURISDICTIONS if speaks_for(each, there) and not speaks_for(each, here)]
        named = re.compile(rf"\b({'|'.join(map(re.escape, [*names, place_of(here)]))})\b")
        taken = [(each.id, text) for each in pack.controls if pack.is_inherited(each) for text in self._taken(each)]
        base = self.base.thresholds
        taken += [(name, each.reason) for name, each in pack.thresholds.items() if base.get(name) == each]
        for name, text in taken:
            if match := named.search(text):
                wanted = f"words for {place_of(here)}, in [phrases] or in [controls]"
                yield Refusal("variant-text-elsewhere", f"{where}, {name}", f"{match[0]}, in: {text}", wanted)

    def _taken(self, control: Control) -> Iterator[str]:
        """What a person reads of a control that is as in the base; where it was found before is of its own place."""
        before = next(each for each in self.base.controls if each.id == control.id)
        for name in ("title", "asks", "limits", "remedy"):
            if getattr(control, name) == getattr(before, name):
                yield getattr(before, name)


def read_variant(settings: Mapping[str, Any], base: Pack, where: str) -> tuple[Variant, list[Refusal]]:
    """What `pack.toml` says otherwise than the base, and everything that is malformed in it."""
    refusals: list[Refusal] = []

    def table(name: str, fits: Callable[[object], bool], wanted: str) -> dict[str, Any]:
        given = settings.get(name, {})
        for key, value in given.items():
            if not fits(value):
                refusals.append(Refusal("pack-field", f"{where}, {name}.{key}", type(value).__name__, wanted))
        return {key: value for key, value in given.items() if fits(value)}

    citations = table("citations", _is_texts, "a list of texts; an empty one leaves the citation out")
    phrases = table("phrases", lambda value: isinstance(value, str), "text")
    controls = {}
    for control, fields in table("controls", lambda value: isinstance(value, dict), "a table").items():
        controls[control] = {
            name: tuple(value) if name in _LISTS else value
            for name, value in fields.items()
            if name in _FIELDS and (_is_texts(value) if name in _LISTS else isinstance(value, str) and value.strip())
        }
        for name in sorted(set(fields) - set(controls[control])):
            wanted = f"text, or a list of texts for {' and '.join(_LISTS)}; one of {', '.join(_FIELDS)}"
            refusals.append(Refusal("pack-field", f"{where}, controls.{control}", name, wanted))
    return Variant(base, {key: tuple(value) for key, value in citations.items()}, phrases, controls), refusals


def own_cases(folder: Path, path: Path) -> Path:
    """The cases of a control of the base: those of the variant where it has some, else the base's own."""
    beside = path.with_suffix(".cases.md")
    mine = folder / beside.name
    return mine if mine.is_file() else beside


def _is_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) and each.strip() for each in value)


def _begins(line: str, beginning: str) -> bool:
    """Whether the words of a line begin so, and the last of them is whole."""
    return line.startswith(beginning) and not re.match(r"\w", line[len(beginning) :])


def _texts(control: Control) -> tuple[str, ...]:
    return (control.title, control.asks, control.limits, control.remedy, *control.found_in)
