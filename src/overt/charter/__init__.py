"""The published rulebook of one register: what may be recorded and why, by whom, how long, and who is sent it.

Bytes in; a frozen charter and its digest out, or the whole list of what is wrong with it. No database engine and no
pack is needed, so that anyone can check a charter with a small install.
"""

from overt.charter._chain import check_chain, in_force
from overt.charter._charter import (
    Assessment,
    AuthorityKind,
    Category,
    Charter,
    CharterText,
    ComplaintWays,
    Document,
    Notification,
    PackPin,
    Population,
    Publication,
    Purpose,
    Recipient,
    Register,
    RetentionGroup,
    Threshold,
    json_schema,
)
from overt.charter._difference import CharterChange, Difference, HistoryLine, SectionDifference, difference, history
from overt.charter._news import charter_news
from overt.charter._packs import PackFacts, check_against_packs
from overt.charter._places import KeyPlaces
from overt.charter._read import charter_places, read_charter
from overt.charter._template import new_charter, next_charter
from overt.charter._write import as_json, as_rows, promise_rows, way_rows, write_charter

__all__ = [
    "Assessment",
    "AuthorityKind",
    "Category",
    "Charter",
    "CharterChange",
    "CharterText",
    "ComplaintWays",
    "Difference",
    "Document",
    "HistoryLine",
    "KeyPlaces",
    "Notification",
    "PackFacts",
    "PackPin",
    "Population",
    "Publication",
    "Purpose",
    "Recipient",
    "Register",
    "RetentionGroup",
    "SectionDifference",
    "Threshold",
    "as_json",
    "as_rows",
    "charter_news",
    "charter_places",
    "check_against_packs",
    "check_chain",
    "difference",
    "history",
    "in_force",
    "json_schema",
    "new_charter",
    "next_charter",
    "promise_rows",
    "read_charter",
    "way_rows",
    "write_charter",
]
