"""What pages call columns and codes: titles for people, with the charter's own titles where it has them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from overt.charter import Charter
from overt.model import ACCESS, AUTHORITY, DISCLOSURE, ENTRY, ITEM, REVIEW
from overt.pages import day
from overt.rights import Titles
from overt.web._pages import words

COLUMNS: Mapping[str, str] = {
    ENTRY.entry_id: "Entry", ENTRY.unit: "Unit", ENTRY.role: "Role", ENTRY.status: "Status",
    ENTRY.opened_on: "Opened on", ENTRY.opened_by: "Opened by", ENTRY.approved_by: "Approved by",
    ENTRY.grounds: "Grounds", ENTRY.purpose: "Purpose", ENTRY.condition: "Condition for sensitive data",
    ENTRY.retention_group: "Retention group", ENTRY.review_due_on: "Next review", ENTRY.delete_due_on: "Deletion date",
    ENTRY.decided_by: "Decision to list made by", ENTRY.closed_on: "Closed on", ENTRY.closed_reason: "Reason closed",
    ENTRY.mention_on: "Marked with the outcome of the case", ENTRY.significant: "Significant effect on the person",
    ITEM.item_id: "Item", ITEM.category: "Category of data", ITEM.basis: "Fact or assessment",
    ITEM.origin: "Type of source", ITEM.platform: "Platform", ITEM.source_ref: "Number of the source",
    ITEM.evidence_ref: "Evidence reference", ITEM.evidence_sha256: "SHA-256 digest of the evidence",
    ITEM.source_grade: "Grade of the source", ITEM.information_grade: "Grade of the information",
    ITEM.handling: "Handling", ITEM.visibility: "Who could see the source", ITEM.authority_id: "Authorisation",
    ITEM.collected_on: "Collected on", ITEM.recorded_by: "Recorded by", ITEM.consent_ref: "Number of the consent",
    ITEM.consent_withdrawn_on: "Consent withdrawn on", ITEM.source_authority: "Other authority that supplied it",
    REVIEW.review_id: "Review", REVIEW.done_at: "Done", REVIEW.done_by: "Done by", REVIEW.outcome: "Outcome",
    REVIEW.rationale: "Reasons", DISCLOSURE.disclosure_id: "Disclosure", DISCLOSURE.sent_at: "Sent",
    DISCLOSURE.sent_by: "Sent by", DISCLOSURE.recipient: "Recipient", DISCLOSURE.recipient_kind: "Type of recipient",
    DISCLOSURE.agreement_id: "Agreement", DISCLOSURE.purpose_kind: "Law enforcement, or another purpose",
    DISCLOSURE.gateway: "Law that authorises it", DISCLOSURE.redacted: "Redacted", DISCLOSURE.encrypted: "Encrypted",
    DISCLOSURE.grade_sent: "Grading included", DISCLOSURE.corrects: "Recall of",
    AUTHORITY.kind: "Type", AUTHORITY.renews: "Renews", AUTHORITY.granted_on: "Granted on",
    AUTHORITY.granted_by_rank: "Granted by", AUTHORITY.urgent: "Granted orally, as urgent",
    AUTHORITY.expires_on: "Expires on", AUTHORITY.cancelled_on: "Cancelled on", AUTHORITY.provision: "Provision of law",
    ACCESS.occurred_at: "When", "actor": "By", "action": "Action", "reason": "Reason given",
}  # fmt: skip
# What is written by people or is a number of something: it is shown as it stands.
_AS_IT_STANDS = frozenset(
    str(column)
    for column in (
        ENTRY.unit, ENTRY.grounds, ENTRY.opened_by, ENTRY.approved_by, ENTRY.closed_reason, ITEM.platform,
        ITEM.recorded_by, REVIEW.rationale, REVIEW.done_by, DISCLOSURE.sent_by, DISCLOSURE.gateway, "reason", "actor",
    )
)  # fmt: skip


def column_title(name: str) -> str:
    """A column as a page names it."""
    title = COLUMNS.get(name) or words(name)
    return title[:1].upper() + title[1:]


class Wording:
    """Words for the codes of records on a day, by the charters of the register."""

    def __init__(self, charters: Sequence[Charter], today: dt.date) -> None:
        self._titles = Titles(charters) if charters else None
        self._today = today

    def value(self, name: str, value: Any) -> str:
        """A cell of a record in words; what people wrote and what numbers something stays as it is."""
        if value is None or value == "":
            return "not recorded"
        if isinstance(value, bool):
            return "yes" if value else "no"
        text = str(value)
        if name.endswith("_on"):
            return day(text[:10])
        titled = self._titled(name, text)
        if titled is not None:
            return titled
        is_number = name.endswith(("_id", "_ref", "_sha256", "_at", "_grade", "corrects", "renews"))
        return text if is_number or name in _AS_IT_STANDS else words(text)

    def recipient(self, code: str) -> str:
        """An organisation by its title."""
        return self._titles.recipient(code, self._today) if self._titles else code

    def _titled(self, name: str, code: str) -> str | None:
        """What the charter calls a code; `None` for what it does not name."""
        if self._titles is None:
            return None
        if name == ENTRY.purpose:
            return " and ".join(self._titles.purpose(part, self._today) or part for part in code.split())
        if name == ITEM.category:
            return self._titles.category(code, self._today)
        if name in (DISCLOSURE.recipient, ITEM.source_authority):
            return self._titles.recipient(code, self._today)
        return None
