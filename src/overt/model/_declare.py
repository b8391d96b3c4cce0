"""How the subclasses of `Table` declare their columns: one function for each role.

Each says that it gives a `Column`; the subclass puts one in its place, which has the name of the attribute.
"""

from __future__ import annotations

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


def key(doc: str, **meaning: Unpack[Meaning]) -> Column:
    """The number of the row."""
    return _declared(Kind.TEXT, Role.KEY, doc, **meaning)


def reference(doc: str, **meaning: Unpack[Meaning]) -> Column:
    """The number of a row of another table, or of another row of this one."""
    return _declared(Kind.TEXT, Role.REFERENCE, doc, **meaning)


def pseudonym(doc: str, **meaning: Unpack[Meaning]) -> Column:
    """A person, by their pseudonym."""
    return _declared(Kind.TEXT, Role.PSEUDONYM, doc, **meaning)


def pseudonyms(doc: str, **meaning: Unpack[Meaning]) -> Column:
    """Several people, by their pseudonyms with spaces between."""
    return _declared(Kind.TEXT, Role.PSEUDONYMS, doc, **meaning)


def actor(doc: str, **meaning: Unpack[Meaning]) -> Column:
    """A member of staff, by a reference."""
    return _declared(Kind.TEXT, Role.ACTOR, doc, **meaning)


def body(doc: str, **meaning: Unpack[Meaning]) -> Column:
    """An organisation, or whoever stands for one."""
    return _declared(Kind.TEXT, Role.BODY, doc, **meaning)


def document(doc: str, **meaning: Unpack[Meaning]) -> Column:
    """A document or source, by a reference."""
    return _declared(Kind.TEXT, Role.DOCUMENT, doc, **meaning)


def place(doc: str, **meaning: Unpack[Meaning]) -> Column:
    """An area, or the unit that polices it."""
    return _declared(Kind.TEXT, Role.PLACE, doc, **meaning)


def group(doc: str, **meaning: Unpack[Meaning]) -> Column:
    """What is counted in a cell of figures."""
    return _declared(Kind.TEXT, Role.GROUP, doc, **meaning)


def words(doc: str, **meaning: Unpack[Meaning]) -> Column:
    """Free text in sentences: a name at the start of one cannot be told from any other word."""
    return _declared(Kind.TEXT, Role.WORDS, doc, **meaning)


def phrase(doc: str, **meaning: Unpack[Meaning]) -> Column:
    """Free text of a few words, such as a purpose or a provision."""
    return _declared(Kind.TEXT, Role.PHRASE, doc, **meaning)


def label(doc: str, codes: str = "", **meaning: Unpack[Meaning]) -> Column:
    """A short text that comes from a list that is not the model's own; `codes` if a source should keep to some."""
    return _declared(Kind.TEXT, Role.LABEL, doc, codes, **meaning)


def code(doc: str, codes: str | tuple[str, ...], **meaning: Unpack[Meaning]) -> Column:
    """One of the codes, which are separated by spaces where they are one text."""
    return _declared(Kind.TEXT, Role.CODE, doc, codes, **meaning)


def digest(doc: str, **meaning: Unpack[Meaning]) -> Column:
    """A digest in hexadecimal digits."""
    return _declared(Kind.TEXT, Role.DIGEST, doc, **meaning)


def date(doc: str, **meaning: Unpack[Meaning]) -> Column:
    """A calendar day."""
    return _declared(Kind.DATE, Role.DAY, doc, **meaning)


def timestamp(doc: str, **meaning: Unpack[Meaning]) -> Column:
    """A moment, in UTC and without a zone."""
    return _declared(Kind.TIMESTAMP, Role.MOMENT, doc, **meaning)


def integer(doc: str, **meaning: Unpack[Meaning]) -> Column:
    """A whole number."""
    return _declared(Kind.INTEGER, Role.FIGURE, doc, **meaning)


def number(doc: str, **meaning: Unpack[Meaning]) -> Column:
    """A number that may have a fraction."""
    return _declared(Kind.NUMBER, Role.FIGURE, doc, **meaning)


def boolean(doc: str, **meaning: Unpack[Meaning]) -> Column:
    """Yes, no, or not known."""
    return _declared(Kind.BOOLEAN, Role.YES_OR_NO, doc, **meaning)


def _declared(
    kind: Kind, role: Role, doc: str, codes: str | tuple[str, ...] = (), **meaning: Unpack[Meaning]
) -> Column:
    listed = tuple(codes.split()) if isinstance(codes, str) else codes
    return cast("Column", Declared({"kind": kind, "role": role, "doc": doc, "codes": listed, **meaning}))
