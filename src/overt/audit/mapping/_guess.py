"""One guess of a drafted mapping: an expression and its reason, in words that a comment can hold."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Guess:
    """An expression for a column of the model and why it was chosen; without one, what must be decided."""

    sql: str | None
    why: str


def as_comment(text: str) -> str:
    """The text on one line, so that nothing of it stands outside the comment."""
    return "“" + "".join(each if each.isprintable() else " " for each in text) + "”"
