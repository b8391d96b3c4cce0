"""Has a drafted release approved, and publishes it.

Approving and publishing are one transaction each, so that two commands at once come one after the other. A release is
published when its leaf is in the ledger.
"""

from __future__ import annotations

import datetime as dt
import shutil
from dataclasses import replace

from overt.disclosure import Mark
from overt.gate import PublishedCell, PublishedCount, check_staff, enter_release, entered_releases, in_turn
from overt.publication._bridge import bridges
from overt.publication._document import ReleaseDocument
from overt.publication._drafting import is_people, write
from overt.publication._drafts import (
    DRAFT_FOLDER,
    FEWEST_APPROVERS,
    SITE_FOLDER,
    Approval,
    ReleaseDraft,
    document_of,
    folder_of,
    published,
    read_draft,
)
from overt.publication._gate import gate_rule
from overt.publication._kept import read_kept
from overt.publication._safe import ALL, cell_name
from overt.publication._site import site_files, write_site
from overt.publication._table import ReleaseTable
from overt.publication._topics import GATE
from overt.refusals import Refusal
from overt.register import Register


@in_turn
def approve(register: Register, release: str, by: str, now: dt.datetime) -> ReleaseDraft:
    """Records that a person approves the release as it is now; refuses the author, and a second approval."""
    check_staff("--by", by)
    draft = read_draft(register, release)
    digest = document_of(register, release).digest
    if draft.published_at:
        raise Refusal("release-published", release, "it has been published", "a draft")
    if by == draft.author:
        raise Refusal("release-own", release, "its author cannot approve it", "two other people")
    if any(earlier.by == by and earlier.digest == digest for earlier in draft.approvals):
        raise Refusal("release-approved", release, "the same person has already approved it", "another person")
    _check_pages(register, release)
    approval = Approval(by, now.isoformat(), digest)
    approved = replace(draft, approvals=(*draft.approvals, approval))
    write(register, approved)
    return approved


def _check_pages(register: Register, release: str) -> None:
    """Refuses pages of a draft that are not those of its release.json, and makes them again for who looks next."""
    document, pages = document_of(register, release), folder_of(register, release) / DRAFT_FOLDER
    wanted = site_files(document, is_draft=True)
    if any(not (pages / name).is_file() or (pages / name).read_bytes() != data for name, data in wanted.items()):
        write_site(document, pages, is_draft=True)
        remedy = f"they were made again: look at {pages / 'index.html'}, then approve it"
        raise Refusal(
            "release-pages",
            release,
            "its pages did not match its release.json",
            "the pages of its release.json",
            remedy,
        )


def publish_release(register: Register, release: str, by: str, now: dt.datetime) -> tuple[ReleaseDocument, int]:
    """Writes the site and enters the leaf; publishing again writes the site again and enters nothing.

    Refuses one that two others have not approved as it is, and one that was made before another was published.
    """
    document = _publish(register, release, by, now)
    # A reader that checks the file's time, and read it before the leaf was there, reads it again.
    (folder_of(register, release) / "draft.json").touch()
    return document


@in_turn
def _publish(register: Register, release: str, by: str, now: dt.datetime) -> tuple[ReleaseDocument, int]:
    draft, document = read_draft(register, release), document_of(register, release)
    site = folder_of(register, release) / SITE_FOLDER
    if entered_releases(register).get(release) == document.digest:
        write_site(document, site)
        write(register, replace(draft, published_at=draft.published_at or now.isoformat()))
        return document, 0
    valid = [approval for approval in draft.approvals if approval.digest == document.digest]
    agreed = {approval.by for approval in valid} - {draft.author}
    if len(agreed) < FEWEST_APPROVERS:
        wanted = f"{FEWEST_APPROVERS} people other than its author who approved these bytes"
        raise Refusal("release-not-approved", release, f"{len(agreed)} approved it as it is", wanted)
    if tuple(earlier.release for earlier in published(register)) != draft.after:
        remedy = "draft it again: what was published since may give away what this one withholds"
        raise Refusal(
            "release-outdated",
            release,
            "another release was published after this one was drafted",
            "the newest draft",
            remedy,
        )
    write_site(document, site)
    counts = _bridges(register, document)
    seq = enter_release(register, document.as_bytes(), release, _cells(document), counts, by=by, now=now)
    write(register, replace(draft, published_at=now.isoformat()))
    shutil.rmtree(folder_of(register, release) / DRAFT_FOLDER, ignore_errors=True)
    return document, seq


def _bridges(register: Register, document: ReleaseDocument) -> list[PublishedCount]:
    if document.since is None or document.noise:
        return []
    period = dt.date.fromisoformat(document.since), dt.date.fromisoformat(document.day)
    topics = read_kept(folder_of(register, document.release) / "kept.json")
    return [row for topic in topics if is_people(topic) for row in bridges(document.release, topic, *period)]


def _cells(document: ReleaseDocument) -> list[PublishedCell]:
    cells = []
    for table in document.tables:
        whole = {column: document.cells.get((table.name, cell_name(ALL, ALL, column))) for column in table.columns}
        counts = "people" if table.protected or table.name == GATE.name else "office"
        rounded_to = _rounded_to(document, table)
        for cell, figure in table.cells():
            base = whole[cell.rpartition(" / ")[2]]
            if figure.mark in (Mark.SHOWN, Mark.ZERO, Mark.SUPPRESSED):
                base_value = base.value if base else None
                cells.append(PublishedCell(table.name, cell, figure.value, base_value, counts, rounded_to))
    return cells


def _rounded_to(document: ReleaseDocument, table: ReleaseTable) -> int:
    """The number to which the figures of a table are rounded. Noise is at least as wide as no rounding."""
    if table.name == GATE.name:
        return gate_rule(document.rule).safe_round_base
    return max(document.rule.safe_round_base, 1) if table.protected and not document.noise else 1
