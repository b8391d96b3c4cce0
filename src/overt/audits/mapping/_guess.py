"""One guess of a drafted mapping: an expression and its reason, in words that a comment can hold."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Guess:
    """An expression for a column of the model and why it was chosen; without one, what must be decided.

    `left` is what remains to be decided although there is an expression. A guess `by_name` rests on the name of a
    column alone or on what can be read in all its values, and not on a likeness. `recipe` goes on where `why` ends,
    for people who write SQL and commands.
    """

    sql: str | None
    why: str
    left: str = ""
    by_name: bool = True
    recipe: str = ""


def folded(value: str) -> str:
    """A value in lower case with single blanks for all but plain letters and digits."""
    return re.sub(r"[^a-z0-9]+", " ", value.lower()).strip()


def on_one_line(text: str) -> str:
    """The text without what ends a line, so that nothing of it stands outside its comment."""
    return "".join(each if each.isprintable() else " " for each in text)


def as_comment(text: str) -> str:
    """A name or value of the source as a comment can hold it, in quotation marks."""
    return f"“{on_one_line(text)}”"
