"""A list of labels read: which scheme it follows, and what each label is.

A label is read by its own words where these leave no choice. Where schemes differ ("Chinese", "A1"), the list decides:
the scheme that covers it. What no scheme has, or what two have differently, is left as it is and said.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from overt.schemes._files import Kind, Scheme
from overt.schemes._fold import fold, may_be_cut, spelling
from overt.schemes._grammar import Found, Meanings, Words
from overt.schemes._index import (
    as_code,
    blank_codes,
    codes_of,
    families,
    is_blank,
    own_words,
    parts_of,
    split_code,
    words_of,
)

# Of a list of which less is known, a bare word may mean something else than in the lists that Overt knows.
_ENOUGH = 0.75
_ALIKE = "words that mean the same in every scheme that has them"
_YEAR = re.compile(r"\b(?P<year>20[0-9]1) census\b", re.IGNORECASE)
_SEVERAL = re.compile(r"\s*[|;\n]\s*")
_SEVERAL_OPEN = re.compile(r"\s+/\s+")


@dataclass(frozen=True)
class Place:
    """How one label is read. `code` is the code of the police's lists, where the label has one.

    `candidates` are the groups between which the schemes leave a choice; such a label is unplaced.
    """

    label: str
    kind: Kind
    group: str = ""
    code: str = ""
    scheme: str = ""
    says: str = ""
    candidates: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """The same for all labels of the same people: a code, a group, or the label without its case."""
        if self.code and self.kind is Kind.PART:
            return self.code
        return f"group {self.group}" if self.kind is Kind.GROUP else spelling(self.label)


@dataclass(frozen=True)
class Reading:
    """A list of labels that has been read. `schemes` are the titles of the schemes that it was read by."""

    places: Mapping[str, Place]
    schemes: tuple[str, ...]
    family: str = ""
    _again: tuple[str, Scheme | None, tuple[str, ...]] = field(default=("ethnicity", None, ()), repr=False)

    def place(self, label: object) -> Place:
        """How the label is read; one that was not in the list is read as if it had been."""
        text = "" if label is None else str(label)
        if text in self.places:
            return self.places[text]
        return read([*self.places, text], *self._again).places[text]

    def of_kind(self, kind: Kind) -> list[Place]:
        """The labels of a kind, in their order."""
        return [each for _, each in sorted(self.places.items()) if each.kind is kind]


def read(
    labels: Collection[str],
    attribute: str = "ethnicity",
    forced: Scheme | None = None,
    declared: tuple[str, ...] = (),
) -> Reading:
    """Reads a list of labels of an attribute ("ethnicity" or "sex") by the schemes of the package, or by `forced`.

    A forced scheme is taken for what it has; the other labels are unplaced, except words for unknown and for totals.
    `declared` are names or titles of code lists in which the column is said to be written: of lists that fit
    alike, these count.
    """
    texts = tuple(sorted({str(each) for each in labels}))
    found = _List(texts, attribute, forced, declared)
    places = _last(_totals({text: found.place(text) for text in texts}))
    used = sorted({each.scheme for each in places.values() if each.scheme})
    return Reading(places, tuple(used), found.family, (attribute, forced, declared))


class _List:
    """One list of labels, with what decides between schemes worked out once."""

    def __init__(
        self, labels: Sequence[str], attribute: str, forced: Scheme | None = None, declared: tuple[str, ...] = ()
    ) -> None:
        self._forced, self._declared = forced, declared
        self._families = {forced.family: (forced,)} if forced else families(attribute)
        self._split = {label: split_code(label) for label in labels}
        # Of "0" and "1" either may be the men; with a 2 the digits are those of ISO 5218.
        digits = {each.strip() for each in labels} & {"0", "1", "2"}
        self._open_digits = attribute == "sex" and digits == {"0", "1"}
        self._labels = [each for each in labels if not is_blank(each)]
        meanings = {family: self._meanings(family) for family in self._families}
        self._meanings_of = meanings
        self._codes = self._code_lists()
        self._all_known = {label for found in meanings.values() for label, each in found.items() if each}
        self._leading = self._leaders()
        self.family = self._leading[0] if len(self._leading) == 1 else ""
        self._best = {family: self._best_schemes(family) for family in self._leading}

    def _meanings(self, family: str) -> dict[str, Meanings]:
        words = words_of(self._families[family])
        return {label: self._look_up(words, label) for label in self._labels}

    def _look_up(self, words: Words, label: str) -> Meanings:
        return words.of(self._split[label][1], cut=may_be_cut(label))

    def _placed(self, family: str) -> int:
        """How many labels the family has as groups; each word of every family alike counts for none."""
        found = self._meanings_of[family]
        lists = [each for each in self._codes if each.family == family]
        coded = sum(any(as_code(label) in codes_of(each) for each in lists) for label, one in found.items() if not one)
        return coded + sum(any(one.group for one in each) for each in found.values())

    def _leaders(self) -> list[str]:
        placed = {family: self._placed(family) for family in self._families}
        most = max(placed.values(), default=0)
        return [family for family, many in placed.items() if many == most and many]

    def _best_schemes(self, family: str) -> list[Scheme]:
        """The schemes of the family that can hold most labels of the list, if that is nearly all; by their wording."""
        known = [label for label, each in self._meanings_of[family].items() if any(one.group for one in each)]
        schemes = [each for each in self._families[family] if not each.is_codes]
        worded = {each.name: {label for label in known if self._look_up(own_words(each), label)} for each in schemes}
        held = {each.name: self._held(family, known, worded[each.name], parts_of(each)) for each in schemes}
        most = max(held.values(), default=0)
        if not most or most < _ENOUGH * len(known):
            return []
        best = [each for each in schemes if held[each.name] == most]
        return sorted(best, key=lambda each: (-len(worded[each.name]), len(each.lines)))

    def _held(self, family: str, known: Sequence[str], worded: Collection[str], parts: Collection[str]) -> int:
        """How many labels a scheme has, in its own words or in others for the same people."""
        found = self._meanings_of[family]
        return sum(label in worded or any(one.code in parts for one in found[label]) for label in known)

    def _code_lists(self) -> list[Scheme]:
        """The code lists that the labels, or the codes before or after their words, can be taken from."""
        words = {label for found in self._meanings_of.values() for label, each in found.items() if each}
        codes = {code for each in self._labels if each not in words and (code := as_code(each))}
        codes = codes or {code for code, _ in self._split.values() if code}
        if whole := [each for each in self._possible_lists() if codes - blank_codes() <= set(codes_of(each))]:
            most = max(len(codes & set(codes_of(each))) for each in whole)
            return [each for each in whole if codes and len(codes & set(codes_of(each))) == most]
        shapes: dict[str, set[str]] = defaultdict(set)
        for each in codes:
            shapes["".join("9" if sign.isdigit() else "A" for sign in each)].add(each)
        return [scheme for shape in shapes.values() for scheme in self._lists_with(shape)]

    def _possible_lists(self) -> list[Scheme]:
        """The code lists of the families that the words of the list are of; all of them where it has no words."""
        worded = {
            family: sum(any(one.group for one in each) for each in found.values())
            for family, found in self._meanings_of.items()
        }
        most = max(worded.values(), default=0)
        return [
            each
            for family, schemes in self._families.items()
            for each in schemes
            if each.is_codes and worded[family] == most and self._is_borne_out(each)
        ]

    def _is_borne_out(self, scheme: Scheme) -> bool:
        """Whether no code means something else in the list than the words that stand beside it."""
        for label, meanings in self._meanings_of[scheme.family].items():
            coded = codes_of(scheme).get(self._split[label][0])
            if coded and meanings and coded.meaning not in {one.meaning for one in meanings}:
                return False
        return True

    def _lists_with(self, codes: Collection[str]) -> list[Scheme]:
        """The lists that have most of these codes, which are of one shape."""
        lists = self._possible_lists()
        covers = {each.name: sum(code in codes_of(each) for code in codes) for each in lists}
        most = max(covers.values(), default=0)
        if not most:
            return []
        chosen = [each for each in lists if covers[each.name] == most]
        known = set(blank_codes()).union(*(codes_of(each) for each in chosen))
        unread = sum(code not in known for code in codes)
        # One letter means something in every list: a list that is not known throughout is another list.
        single = any(len(each) == 1 or each.isdigit() for each in codes)
        return [] if unread and (single or unread > (1 - _ENOUGH) * len(codes)) else chosen

    def place(self, label: str) -> Place:
        if is_blank(label):
            return Place(label, Kind.UNKNOWN)
        if self._open_digits and label.strip().isdigit() and not (self._forced or self._declared):
            return Place(label, Kind.UNPLACED, candidates=("female", "male"))
        if _SEVERAL.search(label) and (several := self._several(label)):
            return several
        by_word = self._by_word(label)
        if by_word.kind is not Kind.UNPLACED or by_word.candidates:
            return by_word
        return self._by_code(label) or self._several(label) or by_word

    def _by_word(self, label: str) -> Place:
        """The place by the words of the list's own family; where several families fit alike, what all of them say."""
        leading = self._leading or list(self._families)
        found = {family: self._meanings_of[family][label] for family in leading}
        known = [each for each in found.values() if each]
        if not known or (len(known) < len(leading) and any(one.group for each in known for one in each)):
            return self._by_word_elsewhere(label)
        meanings = {one.meaning for each in known for one in each}
        if len(meanings) == 1:
            return self._bare(label, self._preferred(label, meanings) or known[0][0])
        if decided := self._decided(label, found):
            return self._bare(label, decided)
        groups = sorted({one.group or str(one.kind) for each in known for one in each})
        return Place(label, Kind.UNPLACED, candidates=tuple(groups))

    def _by_word_elsewhere(self, label: str) -> Place:
        """A label that only other families have: unknown and totals are read, and its group is not."""
        others = [one for found in self._meanings_of.values() for one in found[label]]
        if others and all(one.kind in (Kind.UNKNOWN, Kind.TOTAL) and not one.group for one in others):
            return Place(label, others[0].kind)
        groups = tuple(sorted({one.group for one in others if one.group}))
        return Place(label, Kind.UNPLACED, candidates=groups if len(groups) > 1 else ())

    def _preferred(self, label: str, meanings: Collection[tuple[str, str]]) -> Found | None:
        """The meaning as the list's own scheme has it, whether a group or a part of one."""
        for schemes in self._best.values():
            for each in schemes:
                for one in self._look_up(own_words(each), label):
                    if one.meaning in meanings:
                        return one
        return None

    def _decided(self, label: str, found: Mapping[str, Meanings]) -> Found | None:
        """The meaning on which the schemes agree that cover the list, or that the code at the label's side has."""
        dated = [one for each in self._dated(label) for one in self._look_up(own_words(each), label)]
        if len({one.meaning for one in dated}) == 1:
            return dated[0]
        code = self._split[label][0]
        coded = [one for each in self._codes if (one := codes_of(each).get(code))] if code else []
        if len({one.meaning for one in coded}) == 1:
            possible = {one.meaning for each in found.values() for one in each}
            return coded[0] if coded[0].meaning in possible else None
        options: list[Found] = []
        for family in found:
            for each in self._best.get(family, []):
                options += self._look_up(own_words(each), label)
        if len({one.meaning for one in options}) == 1 and len(found) == 1:
            return options[0]
        return self._own_group(label, found)

    def _dated(self, label: str) -> list[Scheme]:
        """The schemes of the census that the label itself names, as "Chinese - ethnic category 2001 census" does."""
        match = _YEAR.search(label)
        named = f"census-{match['year']}" if match else ""
        schemes = [each for family in self._families.values() for each in family]
        return [each for each in schemes if named and each.name.startswith(named)]

    def _own_group(self, label: str, found: Mapping[str, Meanings]) -> Found | None:
        """The label as a group of its own, where the list has broad groups alone and some scheme has it so."""
        options = [one for each in found.values() for one in each if one.kind is Kind.GROUP and one.group == label]
        others = [each for name in found for each in self._meanings_of[name].items() if each[0] != label]
        broad = all(
            len({one.meaning for one in each}) < 2
            and not any(one.kind is Kind.PART and fold(one.group) != fold(text) for one in each)
            for text, each in others
        )
        return options[0] if options and len(others) > 1 and broad else None

    def _bare(self, label: str, found: Found) -> Place:
        """A part without its heading is read only in a list of which enough is known."""
        known = sum(each in self._all_known or bool(self._code(each)) for each in self._labels)
        is_part = found.kind is Kind.PART and not (found.headed or self._is_plain(label, found))
        if is_part and known < _ENOUGH * len(self._labels) and not self._forced:
            return Place(label, Kind.UNPLACED, candidates=(found.group,))
        return self._made(label, found)

    def _is_plain(self, label: str, found: Found) -> bool:
        """Whether the label has the name of its group in it, or a code at its side that says the same."""
        code = self._split[label][0]
        coded = {one.meaning for each in self._codes if (one := codes_of(each).get(code))}
        named = set(fold(found.group).split()) <= set(fold(label).split())
        return named or coded == {found.meaning} or bool(self._dated(label))

    def _made(self, label: str, found: Found) -> Place:
        if found.kind is Kind.PART and fold(label) == fold(found.group):
            found = replace(found, kind=Kind.GROUP, code="")
        title = self._title(label, found) if len(self._leading) < 2 else _ALIKE
        return Place(label, found.kind, found.group, found.code, title, found.says)

    def _title(self, label: str, found: Found) -> str:
        if not found.group:
            return ""
        for schemes in self._best.values():
            for each in schemes:
                if any(one.meaning == found.meaning for one in self._look_up(own_words(each), label)):
                    return each.title
        for family in self._leading:
            for each in self._families[family]:
                if not each.is_codes and any(
                    one.meaning == found.meaning for one in self._look_up(own_words(each), label)
                ):
                    return each.title
        return ""

    def _code(self, label: str) -> list[tuple[Scheme, Found]]:
        found = [(each, one) for each in self._codes if (one := codes_of(each).get(as_code(label)))]
        return [each for each in found if {each[0].name, each[0].title} & set(self._declared)] or found

    def _by_code(self, label: str) -> Place | None:
        text, found = as_code(label), self._code(label)
        groups = {one.group or str(one.kind) for _, one in found}
        if text in blank_codes() and any(one.group for _, one in found):
            groups.add(str(Kind.UNKNOWN))
        if len(groups) > 1:
            return Place(label, Kind.UNPLACED, candidates=tuple(sorted(groups)))
        if found:
            scheme, one = found[0]
            return Place(label, one.kind, one.group, one.code, scheme.title if one.group else "", one.says)
        if text not in blank_codes():
            return None
        others = {code for each in self._labels if (code := as_code(each))} - blank_codes()
        # "NA" is a blank of software, and Native American in a list of letters.
        is_open = others and len(text) < 3 and (text == "NA" or not self._codes)
        return None if is_open else Place(label, Kind.UNKNOWN)

    def _several(self, label: str) -> Place | None:
        """Several people in a cell, each of them a label of its own; their group where they share one."""
        for sign in (_SEVERAL, _SEVERAL_OPEN):
            parts = [part for part in sign.split(label) if part.strip()]
            # A stroke may be inside one label: it parts people only where each part is a label of the list as well.
            if sign is _SEVERAL_OPEN and not {fold(part) for part in parts} <= {fold(each) for each in self._labels}:
                continue
            if len(parts) < 2 or len(parts) > 50:
                continue
            places = [self._one_of(part) for part in parts]
            if all(places):
                groups = {each.group for each in places if each}
                same = next(iter(groups)) if len(groups) == 1 else ""
                return Place(label, Kind.SEVERAL, same)
        return None

    def _one_of(self, part: str) -> Place | None:
        """One person of a cell, read by itself: what the whole cell is, decides nothing about its parts."""
        found = [one for family in self._families for one in words_of(self._families[family]).of(part)]
        if len({one.meaning for one in found}) == 1:
            return Place(part, found[0].kind, found[0].group)
        lists = [each for schemes in self._families.values() for each in schemes if each.is_codes]
        coded = [one for each in self._codes or lists if (one := codes_of(each).get(part.strip().upper()))]
        if found or coded:
            same = len({one.meaning for one in coded}) == 1
            return Place(part, Kind.GROUP, coded[0].group if same else "")
        return None


def _totals(places: dict[str, Place]) -> dict[str, Place]:
    """A total with a name is a group where it stands beside no more than one other: "White" and "Minority ethnic"."""
    groups = Counter(each.group for each in places.values() if each.kind.is_in_group)
    if len(groups) != 1:
        return places
    return {
        label: Place(label, Kind.GROUP, each.group, "", each.scheme, each.says)
        if each.kind is Kind.TOTAL and each.group
        else each
        for label, each in places.items()
    }


def _last(places: dict[str, Place]) -> dict[str, Place]:
    """ "Other" is what is left, a part like the others, in a list that has no other heading."""
    headings = {each.group for each in places.values() if each.kind is Kind.GROUP} - {"Other"}
    parts = {each.group for each in places.values() if each.kind is Kind.PART}
    if headings or len(parts) < 2:
        return places
    return {
        label: replace(each, kind=Kind.PART, code="O9") if each.kind is Kind.GROUP else each
        for label, each in places.items()
    }
