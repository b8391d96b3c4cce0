"""The public record of a register. Nothing that was withheld can be worked out of what was shown."""

from overt.publication._document import Change, Correction, Document, read_document
from overt.publication._protect import Cell, Link, Mark, Rule, SafeCell, SafeRelease, percentage, protect
from overt.publication._release import (
    RELEASES_FOLDER,
    Asked,
    Draft,
    approve,
    document_of,
    draft,
    drafts,
    folder_of,
    publish_release,
    published,
    snapshot_of,
)
from overt.publication._site import site_files, write_site
from overt.publication._table import Figure, Row, Table
from overt.publication._verify import Mismatch, VerifiedRelease, verify_release

__all__ = [
    "RELEASES_FOLDER",
    "Asked",
    "Cell",
    "Change",
    "Correction",
    "Document",
    "Draft",
    "Figure",
    "Link",
    "Mark",
    "Mismatch",
    "Row",
    "Rule",
    "SafeCell",
    "SafeRelease",
    "Table",
    "VerifiedRelease",
    "approve",
    "document_of",
    "draft",
    "drafts",
    "folder_of",
    "percentage",
    "protect",
    "publish_release",
    "published",
    "read_document",
    "site_files",
    "snapshot_of",
    "verify_release",
    "write_site",
]
