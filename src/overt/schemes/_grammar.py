"""What a label can mean by the words of one or several schemes: the whole label, or a heading with a part of it.

A heading and what stands under it are each compared whole, and the second must be a part of the first: "Asian or Asian
British - Chinese" is Asian, "Other ethnic group: Chinese" is Other, and "White Hispanic" is not White.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace

from overt.schemes._files import LineKind, Scheme, SchemeLine
from overt.schemes._fold import bare, divisions, fold, uncut

# A heading that says what the column is, and nothing of the people.
_NAMES = frozenset(
    ("ethnic group", "ethnicity", "ethnic", "race", "sex", "gender", "age", "estimate", "ethnic group code", "measures")
)
_DEEPEST = 3
# Under any other group, "not stated" leaves open which part of it is meant, or whether it is the group at all.
_LAST = ("Other", "Others")
# So long must a label be that is cut off before what it would go on with is looked for.
_LONG = 12
# No published label is longer, and no text of a free field is a label.
_LONGEST = 200


@dataclass(frozen=True)
class LabelMeaning:
    """One meaning of a label. `code` names the same people in every wording; `below` the heading they are under."""

    kind: LineKind
    group: str = ""
    code: str = ""
    below: str = ""
    says: str = ""
    # Whether the label holds its own heading, so that it can be read in any list.
    headed: bool = False

    @property
    def meaning(self) -> tuple[str, str]:
        """What two meanings must share to be the same: the group, or that there is none."""
        return (self.group, "") if self.kind.is_in_group else (self.group, str(self.kind))


Meanings = tuple[LabelMeaning, ...]
NOTHING: Meanings = ()


class SchemeWords:
    """The labels of schemes, ready to be looked up."""

    def __init__(self, schemes: Iterable[Scheme]) -> None:
        self._alone: dict[str, list[LabelMeaning]] = defaultdict(list)
        self._leaves: dict[tuple[str, str], list[LabelMeaning]] = defaultdict(list)
        self._known: dict[str, Meanings] = {}
        lines = [line for scheme in schemes for line in scheme.lines]
        headings = {fold(line.label): line.group for line in lines if not line.below}
        for line in lines:
            self._add(line, headings.get(fold(line.below), line.group) if line.below else line.group)
        self._sorted = sorted(self._alone)
        self._vocabulary = {word for key in (*self._alone, *(leaf for _, leaf in self._leaves)) for word in key.split()}
        self._found: dict[tuple[str, int], Meanings] = {}

    def _add(self, line: SchemeLine, heading: str) -> None:
        meaning = LabelMeaning(line.kind, line.group, line.code, line.below, line.says)
        if not line.only_below:
            _once(self._alone[fold(line.label)], meaning)
        for group in {heading, line.group} if line.group == heading or not line.only_below else {heading}:
            if group:
                _once(self._leaves[group, fold(line.label)], meaning)

    def of(self, label: str, *, cut: bool = False) -> Meanings:
        """Every meaning that the label can have; none where no scheme has it. `cut`: it may have been cut off."""
        key = f"{label}…" if cut else label
        if key not in self._known:
            self._known[key] = self._whole(label) or (self._cut(label) if cut else NOTHING)
        return self._known[key]

    def _whole(self, label: str) -> Meanings:
        text = bare(label)
        return self._find(text, 0) or (self._find(label, 0) if text != label else NOTHING)

    def _find(self, text: str, depth: int) -> Meanings:
        if (text, depth) not in self._found:
            self._found[text, depth] = self._search(text, depth)
        return self._found[text, depth]

    def _search(self, text: str, depth: int) -> Meanings:
        if len(text) > _LONGEST or not self._vocabulary & set(fold(text).split()):
            return NOTHING
        if (alone := self._alone.get(fold(text))) and not self._is_split(text, alone):
            return _distinct(alone)
        if depth == _DEEPEST:
            return NOTHING
        for head, rest in divisions(text):
            if below := self._below(head, rest, depth):
                return _distinct(below)
        return self._alternatives(text)

    def _is_split(self, text: str, meanings: Iterable[LabelMeaning]) -> bool:
        """Whether it is a heading of another group than the one that it would be without its colon or dash."""
        for head, rest in divisions(text, strong=True):
            above = {one.meaning for one in self._alone.get(fold(head), []) if one.kind.is_in_group}
            below = {one.meaning for one in self._alone.get(fold(rest), [])}
            whole = {one.meaning for one in meanings}
            if fold(head) == "other" and not any(one.group.startswith("Other") for one in meanings):
                return True
            if above and whole & below and not whole & above:
                return True
        return False

    def _below(self, head: str, rest: str, depth: int) -> list[LabelMeaning]:
        """What `rest` means under the heading `head`."""
        if fold(head) in _NAMES:
            return list(self._find(rest, depth + 1))
        heads = self._find(head, depth + 1)
        if not heads:
            return []
        alone = self._find(rest, depth + 1)
        meanings: list[LabelMeaning] = []
        for whole in heads:
            if whole.group and whole.kind is not LineKind.UNKNOWN:
                leaves = self._leaves.get((whole.group, fold(rest))) or [
                    one for one in alone if one.group == whole.group
                ]
                # A part is no heading of its group: "Asian (Indian)" is the part, whichever word stands outside.
                meanings += [
                    _headed(leaf, head)
                    for leaf in leaves
                    if not (whole.kind is LineKind.PART and leaf.kind is LineKind.GROUP)
                ]
            meanings += _unspoken(whole, alone, is_all=fold(head) == "all")
        return meanings

    def _alternatives(self, text: str) -> Meanings:
        """Words joined by a stroke that all say that nothing is known."""
        parts = [part for part in re.split(r"[/,]|\bor\b", text) if part.strip()]
        of_parts = [self._alone.get(fold(part), []) for part in parts]
        unknown = len(parts) > 1 and all(
            meanings and all(one.kind is LineKind.UNKNOWN for one in meanings) for meanings in of_parts
        )
        return (LabelMeaning(LineKind.UNKNOWN),) if unknown else NOTHING

    def _cut(self, label: str) -> Meanings:
        """The meaning of a label that was cut off, where everything that it can be the beginning of means the same."""
        start = uncut(label)
        if len(start) < _LONG:
            return NOTHING
        begun = self._begun(fold(start), None)
        for head, rest in divisions(start):
            if begun:
                break
            for whole in self._find(head, 1):
                begun = begun or ([_headed(one, head) for one in self._begun(fold(rest), whole.group)] if rest else [])
        meanings = {meaning.meaning for meaning in begun}
        return _distinct(begun) if len(meanings) == 1 else NOTHING

    def _begun(self, start: str, group: str | None) -> list[LabelMeaning]:
        """Every label that goes on after `start`, in the middle of a word or after it."""
        if len(start) < 3:
            return []
        if group is None:
            return [one for key in self._sorted if key.startswith(start) for one in self._alone[key]]
        leaves = ((key, meanings) for (of, key), meanings in self._leaves.items() if of == group)
        return [one for key, meanings in leaves if key.startswith(start) for one in meanings]


def _unspoken(head: LabelMeaning, alone: Meanings, *, is_all: bool) -> list[LabelMeaning]:
    """What a heading and a word make where one of them is a total or says that nothing is known."""
    leaves = []
    for one in alone:
        if one.kind is LineKind.UNKNOWN and (head.kind is LineKind.UNKNOWN or head.group in _LAST):
            leaves.append(one)
        elif head.kind is LineKind.TOTAL and not head.group:
            # "Total: Black" is the group, and "All other" may be everybody but one group.
            leaves += [] if one.group in _LAST and is_all else [one]
        elif one.kind is LineKind.TOTAL and not one.group and head.group and head.kind.is_in_group:
            leaves.append(replace(head, kind=LineKind.GROUP, code="", headed=True))
    return leaves


def _headed(leaf: LabelMeaning, head: str) -> LabelMeaning:
    return LabelMeaning(leaf.kind, leaf.group, leaf.code, leaf.below or head, leaf.says, headed=True)


def _once(meanings: list[LabelMeaning], one: LabelMeaning) -> None:
    if one not in meanings:
        meanings.append(one)


def _distinct(meanings: Iterable[LabelMeaning]) -> Meanings:
    """One of each meaning; where several schemes have the same, the one that says most."""
    best: dict[tuple[str, str], LabelMeaning] = {}
    for meaning in meanings:
        had = best.get(meaning.meaning)
        if had is None or (bool(meaning.code), bool(meaning.says)) > (bool(had.code), bool(had.says)):
            best[meaning.meaning] = meaning
    return tuple(best.values())
