"""Letters that came by a public form: the words, and a name and an address for the answer.

They are not records: no leaf commits to them, no snapshot or release has them, and no page but that of the officer who
answers. Each is known by a random reference that its writer alone was given. The words, the name and the address are
destroyed `LETTER_DAYS` days after the request was answered; that a reference belongs to a request stays, so that the
person can still see what became of it.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from overt.register._register import Register

# A person has 40 working days to ask for a review of an answer, which is never more than 60 days.
LETTER_DAYS = 60
_TABLE = "inbox"


@dataclass(frozen=True)
class Letter:
    """A letter and the request that it opened; without words, name and address once these were destroyed."""

    reference: str
    request: str
    words: str | None = field(default=None, repr=False)
    name: str | None = field(default=None, repr=False)
    address: str | None = field(default=None, repr=False)


def keep_letter(register: Register, letter: Letter) -> None:
    """Keeps a letter."""
    values = (letter.reference, letter.request, letter.words, letter.name, letter.address)
    with register.store.transaction():
        register.store.run(
            "insert into inbox (reference, request_id, words, name, address) values (?, ?, ?, ?, ?)", values
        )


def letter_of(register: Register, request: str) -> Letter | None:
    """The letter that opened a request, if one did."""
    return _letter(register, "request_id", request)


def letter_with(register: Register, reference: str) -> Letter | None:
    """The letter with a reference."""
    return _letter(register, "reference", reference)


def _letter(register: Register, column: str, value: str) -> Letter | None:
    sql = f"select reference, request_id, words, name, address from inbox where {column} = ?"
    return next((Letter(*row) for row in register.store.rows(sql, (value,))), None)


def destroy_letters(register: Register, today: dt.date) -> int:
    """Destroys what the rule no longer lets be kept on a day, in free space too; how many letters."""
    last = str(today - dt.timedelta(days=LETTER_DAYS))
    due = (
        "words is not null and request_id in"
        " (select request_id from request where answered_on is not null and answered_on < ?)"
    )
    if not register.store.rows(f"select 1 from inbox where {due} limit 1", (last,)):
        return 0
    with register.store.transaction():
        count = register.store.run(f"update inbox set words = null, name = null, address = null where {due}", (last,))
    register.store.wipe((_TABLE,))
    return count
