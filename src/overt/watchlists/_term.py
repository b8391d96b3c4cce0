"""What a watch-list says: words to look for, or conditions."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Condition:
    """All of some terms, one of others, none of a third kind; an occurrence near `not_near` does not count.

    `within` is a number of words: 1 is the next word.
    """

    all_of: tuple[str, ...] = ()
    one_of: tuple[str, ...] = ()
    none_of: tuple[str, ...] = ()
    not_near: tuple[str, ...] = ()
    within: int = 0

    @property
    def positive(self) -> tuple[str, ...]:
        """What must stand in a text for the condition to hold."""
        return self.all_of + self.one_of


@dataclass(frozen=True)
class Term:
    """One entry of a list: words to look for, or a condition that goes by the name `text`.

    `line` is the number of the line, the row or the condition that it was read from, and no part of what it means.
    """

    text: str
    category: str = ""
    weight: float = 1.0
    condition: Condition | None = None
    line: int = field(default=0, compare=False)

    @property
    def positive(self) -> tuple[str, ...]:
        """The words of the entry that point at a text."""
        return self.condition.positive if self.condition else (self.text,)


@dataclass(frozen=True)
class TermList:
    """A list as it was read; `sha256` is of the file."""

    name: str
    sha256: str
    terms: tuple[Term, ...]
    weighted: bool = False

    @property
    def categories(self) -> tuple[str, ...]:
        """Every category of a term, in order; the empty text where a term has none."""
        return tuple(sorted({term.category for term in self.terms}))
