"""The published rulebook of one register: what may be recorded and why, by whom, how long, and who is sent it.

Bytes in; a frozen charter and its digest out, or the whole list of what is wrong with it. No database engine and no
pack is needed, so that anybody can check a charter with a small install.
"""

from overt.charter._charter import (
    Assessment,
    AuthorityKind,
    Category,
    Charter,
    Document,
    PackPin,
    Population,
    Publication,
    Purpose,
    Recipient,
    Register,
    RetentionGroup,
    Threshold,
)

__all__ = [
    "Assessment",
    "AuthorityKind",
    "Category",
    "Charter",
    "Document",
    "PackPin",
    "Population",
    "Publication",
    "Purpose",
    "Recipient",
    "Register",
    "RetentionGroup",
    "Threshold",
]
