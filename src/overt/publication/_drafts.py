"""The releases of a register on disk: drafts, and what was published.

releases/0001/draft.json    who drafted it, after which releases, and who approved which bytes
releases/0001/release.json  what it says
releases/0001/kept.json     exact counts, for the protection of later releases: the keeper's alone
releases/0001/gate.json     the same of the gate, which counts records; nothing in a release with noise
releases/0001/draft/        the pages as approvers see them, until it is published
releases/0001/site/         the pages, once published
snapshots/release-0001/     the rows that it counts; erasure takes them away
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from overt.encoding import read_json
from overt.gate import entered_releases
from overt.publication._document import (
    RELEASE_FILE,
    ReleaseDocument,
    read_document,
)
from overt.refusals import Refusal
from overt.register import SNAPSHOTS_FOLDER, Register

RELEASES_FOLDER = "releases"
SITE_FOLDER, DRAFT_FOLDER = "site", "draft"
FEWEST_APPROVERS = 2
SHORTEST_CAUSE = 12


@dataclass(frozen=True)
class Approval:
    """One person's approval of the release with this digest."""

    by: str
    at: str
    digest: str


@dataclass(frozen=True)
class ReleaseDraft:
    """Where a release stands: its author, the releases published before it was drafted, and who approved it."""

    release: str
    author: str
    drafted_at: str
    after: tuple[str, ...]
    approvals: tuple[Approval, ...] = ()
    published_at: str | None = None


@dataclass(frozen=True)
class DraftRequest:
    """What a new release is to be of: the day, and the release it corrects and why, if any.

    Figures about a past day are of the register as it stood at the end of that day. A correction, and a release that is
    `as_known` at the moment given, use what was learned since.
    `findings` is the findings.json of an audit made for it; `without` leaves out: see `can_be_left_out`.
    """

    day: dt.date | None = None
    corrects: str | None = None
    cause: str | None = None
    findings: bytes | None = None
    without: tuple[str, ...] = ()
    as_known: bool = False


def folder_of(register: Register, release: str) -> Path:
    """The folder of a release."""
    return register.folder / RELEASES_FOLDER / release


def snapshot_of(register: Register, release: str) -> Path:
    """The snapshot of a release."""
    return register.folder / SNAPSHOTS_FOLDER / f"release-{release}"


def drafts(register: Register) -> list[ReleaseDraft]:
    """Every release, drafted or published, the oldest first."""
    entered = entered_releases(register)
    return [
        _read(register, path.parent.name, entered) for path in sorted(releases_folder(register).glob("*/draft.json"))
    ]


def read_draft(register: Register, release: str) -> ReleaseDraft:
    """How one release stands; refuses one that is not there."""
    return _read(register, release, entered_releases(register))


def _read(register: Register, release: str, entered: Mapping[str, str]) -> ReleaseDraft:
    path = folder_of(register, release) / "draft.json"
    try:
        content = read_json(path.read_bytes())
        approvals = tuple(Approval(**approval) for approval in content.pop("approvals"))
        # What was cut off before its leaf was in the ledger is not published.
        at = content["published_at"] if release in entered else None
        return ReleaseDraft(**{**content, "after": tuple(content["after"]), "approvals": approvals, "published_at": at})
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise Refusal(
            "release-absent", release, "there is no such release", "one listed by `overt release list`"
        ) from error


def document_of(register: Register, release: str) -> ReleaseDocument:
    """What a release says."""
    path = folder_of(register, release) / RELEASE_FILE
    if not path.is_file():
        raise Refusal("release-absent", release, "there is no such release", "one listed by `overt release list`")
    return read_document(path.read_bytes(), str(path))


def published(register: Register) -> list[ReleaseDocument]:
    """Every published release, the oldest first; refuses to go on without one that the ledger names."""
    entered = entered_releases(register)
    documents = [document_of(register, draft.release) for draft in drafts(register) if draft.published_at]
    for document in documents:
        if document.digest != entered.pop(document.release):
            raise _lost(register, document.release, "release.json is not the one whose digest is in the ledger")
    if entered:
        raise _lost(register, min(entered), "it is in the ledger and not among the releases")
    return documents


def _lost(register: Register, release: str, found: str) -> Refusal:
    remedy = "put the folder back from a backup; where publishing was cut off, overt release publish finishes it"
    return Refusal("release-lost", str(folder_of(register, release)), found, "the release as published", remedy)


def releases_folder(register: Register) -> Path:
    return register.folder / RELEASES_FOLDER
