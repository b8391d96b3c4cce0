"""Which terms stand in which texts: one Aho-Corasick pass over a block of texts, edges checked by array.

Texts are joined and searched at once, so that the cost of a call is paid once a block and not once a
text. The automaton (A. V. Aho and M. J. Corasick, Communications of the ACM 18 (1975) 333-340) finds
every place where the letters of a term stand; whether they are a whole word there is looked up for
all places together.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import chain

import ahocorasick_rs
import numpy as np

from overt.watchlists._matching import (
    SEPARATOR,
    Matching,
    Patterns,
    Where,
    normaliser,
    word_characters,
)
from overt.watchlists._term import Condition, Term
from overt.watchlists._wildcards import reached

_WILD = re.compile(r"([*?])")
# What must stand beside an edge of a piece: anything, no word character, or a word character.
_ANY, _OUTSIDE, _INSIDE = 0, 1, 2
_At = tuple[np.ndarray, np.ndarray, np.ndarray]  # piece, start and end of every place
_Found = tuple[np.ndarray, np.ndarray, np.ndarray]
# Ways of matching make four different texts of one at most: as it is, folded, in leetspeak, stemmed.
MOST_KEPT = 4


@dataclass(frozen=True)
class Hits:
    """Pairs of a text and a term that stands in it, each once, in order of text and then term.

    `text` and `term` are arrays of the same length with the places in the texts and the terms given.
    """

    text: np.ndarray
    term: np.ndarray


@dataclass(frozen=True)
class _Piece:
    """A literal to look for and what must hold around it."""

    literal: str
    left: int
    right: int
    parts: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Places:
    """Where pieces were found in one block: arrays of one length, in order of piece."""

    piece: np.ndarray
    text: np.ndarray
    first: np.ndarray
    last: np.ndarray

    def of(self, piece: int) -> slice:
        low, high = np.searchsorted(self.piece, (piece, piece + 1))
        return slice(int(low), int(high))


class Matcher:
    """Finds the terms of a list in texts, in one way of matching."""

    def __init__(self, terms: Sequence[Term], matching: Matching, finders: Finders | None = None) -> None:
        self.normalise = normaliser(matching)
        self._matching = matching
        self._pieces: dict[_Piece, int] = {}
        pieces = [self._piece(term.text) for term in terms if term.condition is None]
        simple = [place for place, term in enumerate(terms) if term.condition is None]
        self._conditions = [
            (place, _Compiled(term.condition, self._piece)) for place, term in enumerate(terms) if term.condition
        ]
        self._owners = _Owners(np.array(pieces, dtype=np.int64), np.array(simple, dtype=np.int64), len(self._pieces))
        literals = list(dict.fromkeys(piece.literal for piece in self._pieces if piece.literal))
        number = {literal: place for place, literal in enumerate(literals)}
        self._of_literal = _Owners(
            np.array([number[piece.literal] for piece in self._pieces if piece.literal], dtype=np.int64),
            np.array([place for piece, place in self._pieces.items() if piece.literal], dtype=np.int64),
            len(literals),
        )
        self._left = np.array([piece.left for piece in self._pieces], dtype=np.int8)
        self._right = np.array([piece.right for piece in self._pieces], dtype=np.int8)
        self._patterns = {place: piece.parts for piece, place in self._pieces.items() if piece.parts}
        # The literal of a pattern is only where to look: its own edges are those of the whole pattern.
        bare = np.array([not piece.parts for piece in self._pieces], dtype=np.int8)
        self._found_left, self._found_right = self._left * bare, self._right * bare
        self._terms = len(terms)
        self._finder = (finders if finders is not None else Finders()).of(tuple(literals))

    def hits(self, texts: Sequence[str]) -> Hits:
        """The terms that stand in each text; no text may hold a NUL."""
        joined = self.normalise(SEPARATOR.join(texts))
        places = self._places(joined, len(texts))
        owned = [self._owners.spread(places.piece, places.text)]
        for term, condition in self._conditions:
            held = condition.texts(places)
            owned.append((held, np.full(len(held), term, dtype=np.int64)))
        text = np.concatenate([pair[0] for pair in owned])
        term_of = np.concatenate([pair[1] for pair in owned])
        width = max(self._terms, 1)
        pairs = np.unique(text * width + term_of)
        return Hits(pairs // width, pairs % width)

    def _places(self, joined: str, texts: int) -> _Places:
        inside, ends, flat = self._finder.find(joined)
        place, piece = self._of_literal.spread(flat[:, 0], np.arange(len(flat)))
        start, end = flat[place, 1], flat[place, 2]
        # `inside` is moved by one: inside[start] tells of the character before the start.
        fitting = _fits(self._found_left[piece], inside[start]) & _fits(self._found_right[piece], inside[end + 1])
        piece, start, end = piece[fitting], start[fitting], end[fitting]
        if self._patterns:
            piece, start, end = self._confirmed(joined, ends, inside, (piece, start, end))
        order = np.argsort(piece, kind="stable")
        piece, start, end = piece[order], start[order], end[order]
        text = np.searchsorted(ends, start, side="left") - 1
        if not self._conditions:
            return _Places(piece, text, start, end)
        word = np.cumsum(inside[1:-1] & ~inside[:-2])
        return _Places(piece, text, word[start], word[np.maximum(end - 1, start)])

    def _confirmed(self, joined: str, ends: np.ndarray, inside: np.ndarray, found_at: _At) -> _At:
        """The places, those of patterns replaced by where the whole pattern stands."""
        piece, start, _ = found_at
        codes = np.append(_codes(joined), np.uint32(0))
        # Each text with the separator behind it; the last has its own.
        first, last = ends + 1, np.concatenate((ends[1:], [len(joined)])) + 1
        plain = ~np.isin(piece, list(self._patterns))
        whole = [old[plain] for old in found_at]
        for number, parts in self._patterns.items():
            texts = np.unique(np.searchsorted(ends, start[piece == number], side="left") - 1)
            at = _ranges(first[texts], last[texts])
            # `inside` is moved by one: inside[at] tells of the character before.
            may_start = np.append(_fits(self._left[number], inside[at]), [False])
            begun = np.where(may_start, np.arange(len(at) + 1), -1)
            latest = reached(parts, codes[at], begun)
            ending = np.flatnonzero(latest[1:] >= 0)
            ending = ending[_fits(self._right[number], inside[at[ending] + 2])]
            more = np.full(len(ending), number), at[latest[ending + 1]], at[ending] + 1
            whole = [np.concatenate((old, new)) for old, new in zip(whole, more, strict=True)]
        return whole[0], whole[1], whole[2]

    def _piece(self, text: str) -> int:
        piece = self._compiled(text)
        return self._pieces.setdefault(piece, len(self._pieces))

    def _compiled(self, text: str) -> _Piece:
        if self._matching.patterns is Patterns.WILDCARD and _WILD.search(text) and _WILD.sub("", text).strip():
            return self._wildcard(text)
        literal = self.normalise(text).strip()
        return _Piece(literal, *self._edges(literal))

    def _edges(self, literal: str) -> tuple[int, int]:
        if self._matching.where is Where.SUBSTRING or not literal:
            return _ANY, _ANY
        table = word_characters()
        bare = _INSIDE if self._matching.where is Where.BOUNDARY else _ANY
        return _OUTSIDE if table[ord(literal[0])] else bare, _OUTSIDE if table[ord(literal[-1])] else bare

    def _wildcard(self, text: str) -> _Piece:
        """`*` is any number of word characters and `?` one character that is not white space."""
        plain = normaliser(self._matching, stemmed=False)
        parts = [part if part in {"*", "?"} else plain(part) for part in _WILD.split(text.strip()) if part]
        if not "".join(parts).replace("*", "").replace("?", "").strip():
            return _Piece("", _ANY, _ANY)
        opened, closed = parts[0] == "*", parts[-1] == "*"
        core = parts[opened : len(parts) - closed]
        left, right = self._edge(core[0], 0), self._edge(core[-1], 1)
        left, right = _ANY if opened else left, _ANY if closed else right
        if not any(part in {"*", "?"} for part in core):
            return _Piece("".join(core), left, right)
        longest = max((part for part in parts if part not in {"*", "?"}), key=lambda part: len(part.strip()))
        return _Piece(longest, left, right, tuple(core))

    def _edge(self, part: str, side: int) -> int:
        """What must stand beside a part; beside `?` or `*`, which may be a word character, none may."""
        if part in {"*", "?"}:
            return _ANY if self._matching.where is Where.SUBSTRING else _OUTSIDE
        return self._edges(part)[side]


def _codes(joined: str) -> np.ndarray:
    """The code points of a text."""
    return np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), dtype="<u4")


def _ranges(first: np.ndarray, last: np.ndarray) -> np.ndarray:
    """All numbers of several ranges, one range after another."""
    length = last - first
    before = np.cumsum(length) - length
    numbers: np.ndarray = np.arange(int(length.sum())) + np.repeat(first - before, length)
    return numbers


def _fits(wanted: np.ndarray, word: np.ndarray) -> np.ndarray:
    fits: np.ndarray = (wanted == _ANY) | ((wanted == _INSIDE) == word)
    return fits


class Finders:
    """Automata, one for each set of literals: ways of matching that look for the same share what is found."""

    def __init__(self) -> None:
        self._made: dict[tuple[str, ...], _Finder] = {}

    def of(self, literals: tuple[str, ...]) -> _Finder:
        """The automaton of those literals."""
        return self._made.setdefault(literals, _Finder(literals))


class _Finder:
    """Where the letters of literals stand in joined texts, whatever stands beside them; the last answers are kept."""

    def __init__(self, literals: tuple[str, ...]) -> None:
        self._kept: dict[str, _Found] = {}
        self._automaton = (
            ahocorasick_rs.AhoCorasick(
                literals, matchkind=ahocorasick_rs.MatchKind.Standard, store_patterns=False,
                implementation=ahocorasick_rs.Implementation.ContiguousNFA,
            )
            if literals
            else None
        )  # fmt: skip

    def find(self, joined: str) -> _Found:
        """Which characters are inside words (with one outside at either end), where texts end, and every place."""
        hits = self._kept.get(joined)
        if hits is None:
            while len(self._kept) >= MOST_KEPT:
                del self._kept[next(iter(self._kept))]
            hits = self._kept[joined] = self._find(joined)
        return hits

    def _find(self, joined: str) -> _Found:
        codes = _codes(joined)
        inside = np.concatenate(([False], word_characters()[codes], [False]))
        ends = np.concatenate(([-1], np.flatnonzero(codes == 0)))
        matches = self._automaton.find_matches_as_indexes(joined, overlapping=True) if self._automaton else []
        flat = np.fromiter(chain.from_iterable(matches), dtype=np.int64, count=3 * len(matches)).reshape(-1, 3)
        return inside, ends, flat


class _Owners:
    """Who owns a thing found: literals are owned by pieces, pieces by terms; one may have several owners."""

    def __init__(self, of: np.ndarray, owner: np.ndarray, things: int) -> None:
        order = np.argsort(of, kind="stable")
        self._owner = owner[order]
        self._count = np.bincount(of, minlength=things).astype(np.int64)
        self._start = np.concatenate(([0], np.cumsum(self._count)))[:-1].astype(np.int64)

    def spread(self, thing: np.ndarray, beside: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """For each thing found, what stands beside it once for each owner, and the owner."""
        if not len(thing):
            return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
        count = self._count[thing]
        first = np.repeat(self._start[thing], count)
        within = np.arange(int(count.sum())) - np.repeat(np.cumsum(count) - count, count)
        return np.repeat(beside, count), self._owner[first + within]


class _Compiled:
    """A condition on pieces."""

    def __init__(self, condition: Condition, piece: Callable[[str], int]) -> None:
        self.all_of = [piece(text) for text in condition.all_of]
        self.one_of = [piece(text) for text in condition.one_of]
        self.none_of = [piece(text) for text in condition.none_of]
        self.not_near = [piece(text) for text in condition.not_near]
        self.within = condition.within

    def texts(self, places: _Places) -> np.ndarray:
        """The texts of which the condition holds."""
        near = self._near(places)
        groups = [self._counted(places, piece, near) for piece in self.all_of]
        if self.one_of:
            groups.append(np.concatenate([self._counted(places, piece, near) for piece in self.one_of]))
        held = np.unique(groups[0])
        for group in groups[1:]:
            held = np.intersect1d(held, group)
        for piece in self.none_of:
            held = np.setdiff1d(held, places.text[places.of(piece)])
        return held

    def _near(self, places: _Places) -> dict[int, list[tuple[int, int]]]:
        """By text, the first and last word of everything that must not be near."""
        spans: dict[int, list[tuple[int, int]]] = {}
        for piece in self.not_near:
            at = places.of(piece)
            for text, first, last in zip(places.text[at], places.first[at], places.last[at], strict=True):
                spans.setdefault(int(text), []).append((int(first), int(last)))
        return spans

    def _counted(self, places: _Places, piece: int, near: dict[int, list[tuple[int, int]]]) -> np.ndarray:
        """The texts of a piece's occurrences that have nothing near them that takes them away."""
        at = places.of(piece)
        if not near:
            return places.text[at]
        return np.array(
            [
                text
                for text, first, last in zip(places.text[at], places.first[at], places.last[at], strict=True)
                if not any(max(other[0] - last, first - other[1]) <= self.within for other in near.get(int(text), ()))
            ],
            dtype=np.int64,
        )
