"""Keyed pseudonyms: whom a record is about, said so that only who holds the key can test it against a name.

The rule is docs/formats/pseudonym.md. How it is used:

    key = read_pseudonym_key(path, passphrase)          # or read_key_text(os.environ["OVERT_PSEUDONYM_KEY"], …)
    person = Person(read_name("Jo A. Example"), read_birth_date("2004-05-03"))
    key.subject_id(person)                              # the one pseudonym a register holds: 64 hexadecimal digits
    key.handle_id("an online platform", "@handle")      # the same for a subject known by an account alone

To find a person in a register, every spelling that the rule covers is tried, and nothing is stored:

    sought = key.sought(person)
    sought.firsts                                       # first halves (32 digits): where substr(subject_id, 1, 32) in …
    sought.match(subject_id)                            # None, or a Match: how far the name agrees, by which spelling

A match whose `agreement` is `Agreement.OTHER` is another middle name, and probably another person: never act on it
alone. `read_name`, `read_parts`, `read_birth_date` and `read_handle` raise `Unreadable`, whose `why` is a word of
`WHY_NOT` or `WHY_NO_DATE`; no message carries a name. `key.id` is public and names the generation of the key.
"""

from overt.pseudonym._apply import Applied, Columns, apply
from overt.pseudonym._dates import WHY_NO_DATE, Order, orders, read_birth_date
from overt.pseudonym._key import (
    HALF,
    Match,
    NameAgreement,
    Person,
    PseudonymKey,
    Sought,
    Spelling,
    read_handle,
    read_key_text,
)
from overt.pseudonym._key_file import pseudonym_key_id, read_pseudonym_key, write_pseudonym_key
from overt.pseudonym._name import WHY_NOT, Name, Unreadable, read_name, read_parts
from overt.pseudonym._shapes import NAME_SHAPE, SHAPES

__all__ = [
    "HALF",
    "NAME_SHAPE",
    "SHAPES",
    "WHY_NOT",
    "WHY_NO_DATE",
    "Applied",
    "Columns",
    "Match",
    "Name",
    "NameAgreement",
    "Order",
    "Person",
    "PseudonymKey",
    "Sought",
    "Spelling",
    "Unreadable",
    "apply",
    "orders",
    "pseudonym_key_id",
    "read_birth_date",
    "read_handle",
    "read_key_text",
    "read_name",
    "read_parts",
    "read_pseudonym_key",
    "write_pseudonym_key",
]
