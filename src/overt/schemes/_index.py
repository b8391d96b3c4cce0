"""The schemes of the package as they are looked up: by family, by words, by codes; each made once in a process."""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cache

from overt.schemes._files import ANY, LineKind, Scheme, shipped
from overt.schemes._fold import bare
from overt.schemes._grammar import LabelMeaning, SchemeWords

_CODED = re.compile(
    r"^\s*\(?(?P<code>[A-Za-z]{1,2}\d?|[A-Za-z]{4}|\d{1,2})\)?\s*(?:[-–—:.)]\s*)(?P<rest>\S.*)$", re.DOTALL
)
_CODED_AROUND = re.compile(r"^\s*(?P<code>[A-Za-z]{1,2}\d?)\s*\((?P<rest>[^()]+)\)\s*$")
_CODED_AFTER = re.compile(r"^(?P<rest>.*\S)\s*[\(\[](?P<code>[A-Za-z]{1,2}\d{0,2})[\)\]]\s*$", re.DOTALL)
_LOOKS_CODED = re.compile(r"[A-Z]\d")


def is_unknown(label: str) -> bool:
    """Whether a label of any column says that nothing is known: blank, or a word for it, or the mark of software."""
    return is_blank(label) or word(label) is LineKind.UNKNOWN


def word(label: str) -> LineKind:
    """Whether a label of any column says that nothing is known or that it is a total; unplaced if neither."""
    meanings = common().of(label)
    return meanings[0].kind if meanings and not meanings[0].group else LineKind.UNPLACED


@cache
def families(attribute: str) -> dict[str, tuple[Scheme, ...]]:
    by_family: dict[str, list[Scheme]] = defaultdict(list)
    for scheme in shipped():
        if scheme.attribute == attribute:
            by_family[scheme.family].append(scheme)
    return {name: tuple(schemes) for name, schemes in by_family.items()}


@cache
def words_of(schemes: tuple[Scheme, ...]) -> SchemeWords:
    return SchemeWords([*(scheme for scheme in schemes if not scheme.is_codes), *everywhere()])


@cache
def own_words(scheme: Scheme) -> SchemeWords:
    return SchemeWords([scheme])


@cache
def parts_of(scheme: Scheme) -> frozenset[str]:
    return frozenset(line.code for line in scheme.lines if line.code)


@cache
def everywhere() -> tuple[Scheme, ...]:
    return tuple(scheme for scheme in shipped() if scheme.family == ANY and not scheme.is_codes)


@cache
def common() -> SchemeWords:
    return SchemeWords(everywhere())


@cache
def blank_codes() -> frozenset[str]:
    return frozenset(
        line.label.upper() for scheme in shipped() if scheme.family == ANY and scheme.is_codes for line in scheme.lines
    )


@cache
def codes_of(scheme: Scheme) -> dict[str, LabelMeaning]:
    return {
        line.label.upper(): LabelMeaning(line.kind, line.group, line.code, line.below, line.says)
        for line in scheme.lines
    }


def as_code(label: str) -> str:
    """The label as a code would be written, or nothing where it is a word. Four letters in capitals are a code."""
    text = bare(label).strip()
    if not text.isalnum() or len(text) > 4 or (len(text) > 2 and text.isalpha() and not text.isupper()):
        return ""
    return text.upper()


def is_blank(label: str) -> bool:
    """Whether there is no letter and no digit in it: a blank, or marks that stand for one."""
    return not any(sign.isalnum() for sign in label)


def split_code(label: str) -> tuple[str, str]:
    """The code before or after the words of a label, and the words; no code where there is none.

    A code that no list has, such as "W8", says nothing: the words are read alone.
    """
    for form in (_CODED, _CODED_AROUND, _CODED_AFTER):
        if match := form.match(bare(label)):
            code = match["code"].upper()
            if code in _known_codes():
                return code, match["rest"].strip()
            if _LOOKS_CODED.fullmatch(code):
                return "", match["rest"].strip()
    return "", label


@cache
def _known_codes() -> frozenset[str]:
    return frozenset(line.label.upper() for scheme in shipped() if scheme.is_codes for line in scheme.lines)
