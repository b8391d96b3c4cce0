"""How the subclasses of `Table` declare their columns: one function for each role.

Each takes the meaning in one sentence, then the codes where there are some, and what else `Column` knows. It says that
it gives a `Column`; the subclass puts one in its place, which has the name of the attribute.
"""

from __future__ import annotations

from functools import partial
from typing import TypedDict, Unpack, cast

from overt.model._table import Column, Declared, Kind, Role


class Meaning(TypedDict, total=False):
    """What can be said of a column besides its role: see `Column`."""

    refers_to: str
    must_exist: bool
    required: bool
    chartered: bool
    under_audit: bool
    personal: bool
    of_source: bool
    named: bool
    kept: bool


def _declared(
    kind: Kind, role: Role, doc: str, codes: str | tuple[str, ...] = (), **meaning: Unpack[Meaning]
) -> Column:
    # As one text, codes are separated by spaces.
    listed = tuple(codes.split()) if isinstance(codes, str) else codes
    return cast("Column", Declared({"kind": kind, "role": role, "doc": doc, "codes": listed, **meaning}))


key = partial(_declared, Kind.TEXT, Role.KEY)  # the number of the row
reference = partial(_declared, Kind.TEXT, Role.REFERENCE)  # the number of another row
pseudonym = partial(_declared, Kind.TEXT, Role.PSEUDONYM)  # a person
pseudonyms = partial(_declared, Kind.TEXT, Role.PSEUDONYMS)  # several people, with spaces between them
actor = partial(_declared, Kind.TEXT, Role.ACTOR)  # a member of staff, by a reference
document = partial(_declared, Kind.TEXT, Role.DOCUMENT)  # a document or source, by a reference
body = partial(_declared, Kind.TEXT, Role.BODY)  # an organisation, or whoever acts for it
place = partial(_declared, Kind.TEXT, Role.PLACE)  # an area, or the unit that polices it
group = partial(_declared, Kind.TEXT, Role.GROUP)  # what a cell of figures counts
words = partial(_declared, Kind.TEXT, Role.WORDS)  # free text in sentences
phrase = partial(_declared, Kind.TEXT, Role.PHRASE)  # free text of a few words
code = partial(_declared, Kind.TEXT, Role.CODE)  # one of the model's codes
label = partial(_declared, Kind.TEXT, Role.LABEL)  # a short text from a list outside the model
digest = partial(_declared, Kind.TEXT, Role.DIGEST)  # in hexadecimal digits
date = partial(_declared, Kind.DATE, Role.DAY)  # a calendar day
timestamp = partial(_declared, Kind.TIMESTAMP, Role.MOMENT)  # in UTC, without a zone
integer = partial(_declared, Kind.INTEGER, Role.FIGURE)  # a whole number
number = partial(_declared, Kind.NUMBER, Role.FIGURE)  # a number that may have a fraction
boolean = partial(_declared, Kind.BOOLEAN, Role.YES_OR_NO)  # yes, no, or not known
