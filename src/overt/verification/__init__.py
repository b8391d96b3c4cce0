"""Verifies everything that a register publishes, as a stranger can: from its files and from nothing else.

`collect` writes what a register publishes into one folder, and a portal serves the same files at the same paths;
`verify_published` checks either. No check is made here that another package has already: the ledger, the charters and
the releases are checked by their own functions, and compared with each other here.
"""

from overt.verification._page import verification_page, verification_text
from overt.verification._published import Publications, PublishedIndex, collect, read_index
from overt.verification._result import CheckedPart, Contradiction, Judgement, Verification
from overt.verification._source import PublishedAddress, PublishedFolder, PublishedSource, source_of
from overt.verification._verify import verify_published

__all__ = [
    "CheckedPart",
    "Contradiction",
    "Judgement",
    "Publications",
    "PublishedAddress",
    "PublishedFolder",
    "PublishedIndex",
    "PublishedSource",
    "Verification",
    "collect",
    "read_index",
    "source_of",
    "verification_page",
    "verification_text",
    "verify_published",
]
