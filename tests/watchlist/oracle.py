"""Matching as slowly and plainly as can be written: one text, one term, one character at a time."""

from __future__ import annotations

import unicodedata

import snowballstemmer

from overt.watchlists import Case, Condition, Form, Matching, Patterns, Term, Where

LEET = {"0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "7": "t", "@": "a", "$": "s"}


def is_word(character: str) -> bool:
    """A letter, mark, number, connector or joiner, but no variation selector."""
    if "\ufe00" <= character <= "\ufe0f" or "\U000e0100" <= character <= "\U000e01ef":
        return False
    category = unicodedata.category(character)
    return category[0] in "LN" or category in ("Mn", "Mc", "Pc") or character in "\u200c\u200d"


def normal(text: str, matching: Matching, *, stem: bool = True) -> str:
    """The text as it is compared."""
    nfkc = matching.form is Form.NFKC
    if nfkc:
        text = unicodedata.normalize("NFKC", text)
    if matching.case is Case.FOLD:
        text = "".join(character.casefold() for character in text)
        if nfkc:
            text = unicodedata.normalize("NFKC", text)
    if matching.leet:
        parted = unicodedata.normalize("NFKD", text) if not text.isascii() else text
        text = "".join(LEET.get(c, c) for c in parted if unicodedata.category(c) not in ("Mn", "Cf"))
    text = spaced(text)
    return stemmed(text, matching.language) if stem and matching.where is Where.STEM else text


def spaced(text: str) -> str:
    """Each run of white space as one space."""
    made = ""
    for character in text:
        if not character.isspace():
            made += character
        elif not made.endswith(" "):
            made += " "
    return made


def stemmed(text: str, language: str) -> str:
    """Each run of word characters as its stem."""
    stemmer, made, word = snowballstemmer.stemmer(language), "", ""
    for character in [*text, None]:
        if character is not None and is_word(character):
            word += character
            continue
        made += (stemmer.stemWord(word) if word else "") + (character or "")
        word = ""
    return made


def ends_of(pattern: str, text: str, start: int, *, wild: bool) -> set[int]:
    """Every place where a match that begins at `start` can end."""
    reached = {start}
    for character in pattern:
        if wild and character == "*":
            more = set(reached)
            while more:
                more = {at + 1 for at in more if at < len(text) and is_word(text[at])} - reached
                reached |= more
        elif wild and character == "?":
            reached = {at + 1 for at in reached if at < len(text) and not text[at].isspace()}
        else:
            reached = {at + 1 for at in reached if at < len(text) and text[at] == character}
    return reached


def places(term: str, text: str, matching: Matching) -> list[tuple[int, int]]:
    """Where a term stands in a text that has been made normal."""
    stripped = term.strip()
    wild = matching.patterns is Patterns.WILDCARD and bool(set(stripped) & set("*?"))
    wild = wild and bool(stripped.replace("*", "").replace("?", "").strip())
    if wild:
        pattern = spaced("".join(c if c in "*?" else normal(c, matching, stem=False) for c in stripped))
    else:
        pattern = normal(term, matching).strip()
    if not pattern or (wild and not pattern.replace("*", "").replace("?", "").strip()):
        return []
    found = []
    for start in range(len(text)):
        for end in ends_of(pattern, text, start, wild=wild):
            if end > start and fits(pattern, text, start, end, matching, wild=wild):
                found.append((start, end))
    return found


def fits(pattern: str, text: str, start: int, end: int, matching: Matching, *, wild: bool) -> bool:
    """Whether what stands beside a place is as the way of matching wants it."""
    if matching.where is Where.SUBSTRING:
        return True
    for edge, beside in ((pattern[0], text[start - 1 : start]), (pattern[-1], text[end : end + 1])):
        outside = bool(beside) and is_word(beside)
        if wild and edge == "*":
            continue
        if (wild and edge == "?") or is_word(edge):
            if outside:
                return False
        elif matching.where is Where.BOUNDARY and not outside:
            return False
    return True


def holds(term: Term, text: str, matching: Matching) -> bool:
    """Whether a term, or a condition, holds of a text."""
    ready = normal(text, matching)
    if term.condition is None:
        return bool(places(term.text, ready, matching))
    return condition_holds(term.condition, ready, matching)


def condition_holds(condition: Condition, text: str, matching: Matching) -> bool:
    """All of, one of, none of; occurrences near something do not count."""
    near = [span(text, place) for each in condition.not_near for place in places(each, text, matching)]

    def counted(each: str) -> bool:
        spans = [span(text, place) for place in places(each, text, matching)]
        return any(
            all(max(other[0] - last, first - other[1]) > condition.within for other in near) for first, last in spans
        )

    return (
        all(counted(each) for each in condition.all_of)
        and (not condition.one_of or any(counted(each) for each in condition.one_of))
        and not any(places(each, text, matching) for each in condition.none_of)
    )


def span(text: str, place: tuple[int, int]) -> tuple[int, int]:
    """The number of the word at the first and at the last character of a place."""
    return word_at(text, place[0]), word_at(text, max(place[1] - 1, place[0]))


def word_at(text: str, at: int) -> int:
    """How many words have begun up to and with a character."""
    return sum(is_word(text[i]) and (i == 0 or not is_word(text[i - 1])) for i in range(at + 1))
