"""A list of labels read: which scheme it follows, and what each label is.

A label is read by its own words where these leave no choice. Where schemes differ ("Chinese", "A1"), the list decides:
the scheme that covers it. What no scheme has, or what two have differently, is left as it is and said.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from overt.schemes._files import LineKind, Scheme
from overt.schemes._fold import fold, may_be_cut, spelling
from overt.schemes._grammar import LabelMeaning, Meanings, SchemeWords
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
class LabelPlace:
    """How one label is read. `code` is the code of the police's lists, where the label has one.

    `candidates` are the groups between which the schemes leave a choice; such a label is unplaced.
    """

    label: str
    kind: LineKind
    group: str = ""
    code: str = ""
    scheme: str = ""
    says: str = ""
    candidates: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """The same for all labels of the same people: a code, a group, or the label without its case."""
        if self.code and self.kind is LineKind.PART:
            return self.code
        return f"group {self.group}" if self.kind is LineKind.GROUP else spelling(self.label)


@dataclass(frozen=True)
class LabelReading:
    """A list of labels that has been read. `schemes` are the titles of the schemes that it was read by."""

    places: Mapping[str, LabelPlace]
    schemes: tuple[str, ...]
    family: str = ""
    _again: tuple[str, Scheme | None, tuple[str, ...]] = field(default=("ethnicity", None, ()), repr=False)

    def place(self, label: object) -> LabelPlace:
        """How the label is read; one that was not in the list is read as if it had been."""
        text = "" if label is None else str(label)
        if text in self.places:
            return self.places[text]
        return read([*self.places, text], *self._again).places[text]


def read(
    labels: Collection[str],
    attribute: str = "ethnicity",
    forced: Scheme | None = None,
    declared: tuple[str, ...] = (),
) -> LabelReading:
    """Reads a list of labels of an attribute ("ethnicity" or "sex") by the schemes of the package, or by `forced`.

    A forced scheme is taken for what it has; the other labels are unplaced, except words for unknown and for totals.
    `declared` are names or titles of code lists in which the column is said to be written: of lists that fit
    alike, these count.
    """
    texts = tuple(sorted({str(label) for label in labels}))
    reading = _List(texts, attribute, forced, declared)
    places = _last(_totals({text: reading.place(text) for text in texts}))
    used = sorted({place.scheme for place in places.values() if place.scheme})
    return LabelReading(places, tuple(used), reading.family, (attribute, forced, declared))


class _List:
    """One list of labels, with what decides between schemes worked out once."""

    def __init__(
        self, labels: Sequence[str], attribute: str, forced: Scheme | None = None, declared: tuple[str, ...] = ()
    ) -> None:
        self._forced, self._declared = forced, declared
        self._families = {forced.family: (forced,)} if forced else families(attribute)
        self._split = {label: split_code(label) for label in labels}
        # Of "0" and "1" either may be the men; with a 2 the digits are those of ISO 5218.
        digits = {label.strip() for label in labels} & {"0", "1", "2"}
        self._open_digits = attribute == "sex" and digits == {"0", "1"}
        self._labels = [label for label in labels if not is_blank(label)]
        meanings = {family: self._meanings(family) for family in self._families}
        self._meanings_of = meanings
        self._codes = self._code_lists()
        self._all_known = {label for by_label in meanings.values() for label, one in by_label.items() if one}
        self._leading = self._leaders()
        self.family = self._leading[0] if len(self._leading) == 1 else ""
        self._best = {family: self._best_schemes(family) for family in self._leading}

    def _meanings(self, family: str) -> dict[str, Meanings]:
        words = words_of(self._families[family])
        return {label: self._look_up(words, label) for label in self._labels}

    def _look_up(self, words: SchemeWords, label: str) -> Meanings:
        return words.of(self._split[label][1], cut=may_be_cut(label))

    def _placed(self, family: str) -> int:
        """How many labels the family has as groups; each word of every family alike counts for none."""
        meanings = self._meanings_of[family]
        lists = [scheme for scheme in self._codes if scheme.family == family]
        coded = sum(
            any(as_code(label) in codes_of(codes) for codes in lists) for label, one in meanings.items() if not one
        )
        return coded + sum(any(one.group for one in options) for options in meanings.values())

    def _leaders(self) -> list[str]:
        placed = {family: self._placed(family) for family in self._families}
        most = max(placed.values(), default=0)
        return [family for family, many in placed.items() if many == most and many]

    def _best_schemes(self, family: str) -> list[Scheme]:
        """The schemes of the family that can hold most labels of the list, if that is nearly all; by their wording."""
        known = [label for label, meanings in self._meanings_of[family].items() if any(one.group for one in meanings)]
        schemes = [scheme for scheme in self._families[family] if not scheme.is_codes]
        worded = {
            scheme.name: {label for label in known if self._look_up(own_words(scheme), label)} for scheme in schemes
        }
        held = {scheme.name: self._held(family, known, worded[scheme.name], parts_of(scheme)) for scheme in schemes}
        most = max(held.values(), default=0)
        if not most or most < _ENOUGH * len(known):
            return []
        best = [scheme for scheme in schemes if held[scheme.name] == most]
        return sorted(best, key=lambda scheme: (-len(worded[scheme.name]), len(scheme.lines)))

    def _held(self, family: str, known: Sequence[str], worded: Collection[str], parts: Collection[str]) -> int:
        """How many labels a scheme has, in its own words or in others for the same people."""
        meanings = self._meanings_of[family]
        return sum(label in worded or any(one.code in parts for one in meanings[label]) for label in known)

    def _code_lists(self) -> list[Scheme]:
        """The code lists that the labels, or the codes before or after their words, can be taken from."""
        words = {label for by_label in self._meanings_of.values() for label, meanings in by_label.items() if meanings}
        codes = {code for label in self._labels if label not in words and (code := as_code(label))}
        codes = codes or {code for code, _ in self._split.values() if code}
        if whole := [scheme for scheme in self._possible_lists() if codes - blank_codes() <= set(codes_of(scheme))]:
            most = max(len(codes & set(codes_of(scheme))) for scheme in whole)
            return [scheme for scheme in whole if codes and len(codes & set(codes_of(scheme))) == most]
        shapes: dict[str, set[str]] = defaultdict(set)
        for text in codes:
            shapes["".join("9" if sign.isdigit() else "A" for sign in text)].add(text)
        return [scheme for shape in shapes.values() for scheme in self._lists_with(shape)]

    def _possible_lists(self) -> list[Scheme]:
        """The code lists of the families that the words of the list are of; all of them where it has no words."""
        worded = {
            family: sum(any(one.group for one in options) for options in meanings.values())
            for family, meanings in self._meanings_of.items()
        }
        most = max(worded.values(), default=0)
        return [
            scheme
            for family, schemes in self._families.items()
            for scheme in schemes
            if scheme.is_codes and worded[family] == most and self._is_borne_out(scheme)
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
        covers = {scheme.name: sum(code in codes_of(scheme) for code in codes) for scheme in lists}
        most = max(covers.values(), default=0)
        if not most:
            return []
        chosen = [scheme for scheme in lists if covers[scheme.name] == most]
        known = set(blank_codes()).union(*(codes_of(scheme) for scheme in chosen))
        unread = sum(code not in known for code in codes)
        # One letter means something in every list: a list that is not known throughout is another list.
        single = any(len(code) == 1 or code.isdigit() for code in codes)
        return [] if unread and (single or unread > (1 - _ENOUGH) * len(codes)) else chosen

    def place(self, label: str) -> LabelPlace:
        if is_blank(label):
            return LabelPlace(label, LineKind.UNKNOWN)
        if self._open_digits and label.strip().isdigit() and not (self._forced or self._declared):
            return LabelPlace(label, LineKind.UNPLACED, candidates=("female", "male"))
        if _SEVERAL.search(label) and (several := self._several(label)):
            return several
        by_word = self._by_word(label)
        if by_word.kind is not LineKind.UNPLACED or by_word.candidates:
            return by_word
        return self._by_code(label) or self._several(label) or by_word

    def _by_word(self, label: str) -> LabelPlace:
        """The place by the words of the list's own family; where several families fit alike, what all of them say."""
        leading = self._leading or list(self._families)
        by_family = {family: self._meanings_of[family][label] for family in leading}
        known = [meanings for meanings in by_family.values() if meanings]
        if not known or (len(known) < len(leading) and any(one.group for meanings in known for one in meanings)):
            return self._by_word_elsewhere(label)
        meanings = {one.meaning for meanings in known for one in meanings}
        if len(meanings) == 1:
            return self._bare(label, self._preferred(label, meanings) or known[0][0])
        if decided := self._decided(label, by_family):
            return self._bare(label, decided)
        groups = sorted({one.group or str(one.kind) for meanings in known for one in meanings})
        return LabelPlace(label, LineKind.UNPLACED, candidates=tuple(groups))

    def _by_word_elsewhere(self, label: str) -> LabelPlace:
        """A label that only other families have: unknown and totals are read, and its group is not."""
        others = [one for by_label in self._meanings_of.values() for one in by_label[label]]
        if others and all(one.kind in (LineKind.UNKNOWN, LineKind.TOTAL) and not one.group for one in others):
            return LabelPlace(label, others[0].kind)
        groups = tuple(sorted({one.group for one in others if one.group}))
        return LabelPlace(label, LineKind.UNPLACED, candidates=groups if len(groups) > 1 else ())

    def _preferred(self, label: str, meanings: Collection[tuple[str, str]]) -> LabelMeaning | None:
        """The meaning as the list's own scheme has it, whether a group or a part of one."""
        for schemes in self._best.values():
            for scheme in schemes:
                for one in self._look_up(own_words(scheme), label):
                    if one.meaning in meanings:
                        return one
        return None

    def _decided(self, label: str, by_family: Mapping[str, Meanings]) -> LabelMeaning | None:
        """The meaning on which the schemes agree that cover the list, or that the code at the label's side has."""
        dated = [one for scheme in self._dated(label) for one in self._look_up(own_words(scheme), label)]
        if len({one.meaning for one in dated}) == 1:
            return dated[0]
        code = self._split[label][0]
        coded = [one for scheme in self._codes if (one := codes_of(scheme).get(code))] if code else []
        if len({one.meaning for one in coded}) == 1:
            possible = {one.meaning for meanings in by_family.values() for one in meanings}
            return coded[0] if coded[0].meaning in possible else None
        options: list[LabelMeaning] = []
        for family in by_family:
            for scheme in self._best.get(family, []):
                options += self._look_up(own_words(scheme), label)
        if len({one.meaning for one in options}) == 1 and len(by_family) == 1:
            return options[0]
        return self._own_group(label, by_family)

    def _dated(self, label: str) -> list[Scheme]:
        """The schemes of the census that the label itself names, as "Chinese - ethnic category 2001 census" does."""
        match = _YEAR.search(label)
        named = f"census-{match['year']}" if match else ""
        schemes = [scheme for family in self._families.values() for scheme in family]
        return [scheme for scheme in schemes if named and scheme.name.startswith(named)]

    def _own_group(self, label: str, by_family: Mapping[str, Meanings]) -> LabelMeaning | None:
        """The label as a group of its own, where the list has broad groups alone and some scheme has it so."""
        options = [
            one
            for meanings in by_family.values()
            for one in meanings
            if one.kind is LineKind.GROUP and one.group == label
        ]
        others = [item for name in by_family for item in self._meanings_of[name].items() if item[0] != label]
        broad = all(
            len({one.meaning for one in meanings}) < 2
            and not any(one.kind is LineKind.PART and fold(one.group) != fold(text) for one in meanings)
            for text, meanings in others
        )
        return options[0] if options and len(others) > 1 and broad else None

    def _bare(self, label: str, meaning: LabelMeaning) -> LabelPlace:
        """A part without its heading is read only in a list of which enough is known."""
        known = sum(label in self._all_known or bool(self._code(label)) for label in self._labels)
        is_part = meaning.kind is LineKind.PART and not (meaning.headed or self._is_plain(label, meaning))
        if is_part and known < _ENOUGH * len(self._labels) and not self._forced:
            return LabelPlace(label, LineKind.UNPLACED, candidates=(meaning.group,))
        return self._made(label, meaning)

    def _is_plain(self, label: str, meaning: LabelMeaning) -> bool:
        """Whether the label has the name of its group in it, or a code at its side that says the same."""
        code = self._split[label][0]
        coded = {one.meaning for scheme in self._codes if (one := codes_of(scheme).get(code))}
        named = set(fold(meaning.group).split()) <= set(fold(label).split())
        return named or coded == {meaning.meaning} or bool(self._dated(label))

    def _made(self, label: str, meaning: LabelMeaning) -> LabelPlace:
        if meaning.kind is LineKind.PART and fold(label) == fold(meaning.group):
            meaning = replace(meaning, kind=LineKind.GROUP, code="")
        title = self._title(label, meaning) if len(self._leading) < 2 else _ALIKE
        return LabelPlace(label, meaning.kind, meaning.group, meaning.code, title, meaning.says)

    def _title(self, label: str, meaning: LabelMeaning) -> str:
        if not meaning.group:
            return ""
        for schemes in self._best.values():
            for scheme in schemes:
                if any(one.meaning == meaning.meaning for one in self._look_up(own_words(scheme), label)):
                    return scheme.title
        for family in self._leading:
            for scheme in self._families[family]:
                if not scheme.is_codes and any(
                    one.meaning == meaning.meaning for one in self._look_up(own_words(scheme), label)
                ):
                    return scheme.title
        return ""

    def _code(self, label: str) -> list[tuple[Scheme, LabelMeaning]]:
        lines = [(scheme, one) for scheme in self._codes if (one := codes_of(scheme).get(as_code(label)))]
        return [pair for pair in lines if {pair[0].name, pair[0].title} & set(self._declared)] or lines

    def _by_code(self, label: str) -> LabelPlace | None:
        text, line = as_code(label), self._code(label)
        groups = {one.group or str(one.kind) for _, one in line}
        if text in blank_codes() and any(one.group for _, one in line):
            groups.add(str(LineKind.UNKNOWN))
        if len(groups) > 1:
            return LabelPlace(label, LineKind.UNPLACED, candidates=tuple(sorted(groups)))
        if line:
            scheme, one = line[0]
            return LabelPlace(label, one.kind, one.group, one.code, scheme.title if one.group else "", one.says)
        if text not in blank_codes():
            return None
        others = {code for label in self._labels if (code := as_code(label))} - blank_codes()
        # "NA" is a blank of software, and Native American in a list of letters.
        is_open = others and len(text) < 3 and (text == "NA" or not self._codes)
        return None if is_open else LabelPlace(label, LineKind.UNKNOWN)

    def _several(self, label: str) -> LabelPlace | None:
        """Several people in a cell, each of them a label of its own; their group where they share one."""
        for sign in (_SEVERAL, _SEVERAL_OPEN):
            parts = [part for part in sign.split(label) if part.strip()]
            # A stroke may be inside one label: it parts people only where each part is a label of the list as well.
            if sign is _SEVERAL_OPEN and not {fold(part) for part in parts} <= {fold(label) for label in self._labels}:
                continue
            if len(parts) < 2 or len(parts) > 50:
                continue
            places = [self._one_of(part) for part in parts]
            if all(places):
                groups = {place.group for place in places if place}
                same = next(iter(groups)) if len(groups) == 1 else ""
                return LabelPlace(label, LineKind.SEVERAL, same)
        return None

    def _one_of(self, part: str) -> LabelPlace | None:
        """One person of a cell, read by itself: what the whole cell is, decides nothing about its parts."""
        meanings = [one for family in self._families for one in words_of(self._families[family]).of(part)]
        if len({one.meaning for one in meanings}) == 1:
            return LabelPlace(part, meanings[0].kind, meanings[0].group)
        lists = [scheme for schemes in self._families.values() for scheme in schemes if scheme.is_codes]
        coded = [one for scheme in self._codes or lists if (one := codes_of(scheme).get(part.strip().upper()))]
        if meanings or coded:
            same = len({one.meaning for one in coded}) == 1
            return LabelPlace(part, LineKind.GROUP, coded[0].group if same else "")
        return None


def _totals(places: dict[str, LabelPlace]) -> dict[str, LabelPlace]:
    """A total with a name is a group where it stands beside no more than one other: "White" and "Minority ethnic"."""
    groups = Counter(place.group for place in places.values() if place.kind.is_in_group)
    if len(groups) != 1:
        return places
    return {
        label: LabelPlace(label, LineKind.GROUP, place.group, "", place.scheme, place.says)
        if place.kind is LineKind.TOTAL and place.group
        else place
        for label, place in places.items()
    }


def _last(places: dict[str, LabelPlace]) -> dict[str, LabelPlace]:
    """ "Other" is what is left, a part like the others, in a list that has no other heading."""
    headings = {place.group for place in places.values() if place.kind is LineKind.GROUP} - {"Other"}
    parts = {place.group for place in places.values() if place.kind is LineKind.PART}
    if headings or len(parts) < 2:
        return places
    return {
        label: replace(place, kind=LineKind.PART, code="O9") if place.kind is LineKind.GROUP else place
        for label, place in places.items()
    }
