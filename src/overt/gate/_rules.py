"""The rules that a charter sets beyond the controls: what, about whom, for how long and for whom.

Each has a stable code, the law or the section of the charter it rests on, and what to do.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from overt.charter import Charter, Recipient
from overt.gate._outcome import Reason, hold, refuse
from overt.model import AUTHORITY, DISCLOSURE, ENTRY, ITEM, NOTICE, REQUEST
from overt.periods import add_months, last_day_of
from overt.reliance import not_law_on, only_withholds

Values = Mapping[str, Any]
_DPA = "Data Protection Act 2018"
_RANKS = AUTHORITY.granted_by_rank.codes
# In London two ranks have a name of their own, and are as high as these (SI 2013/2788).
_AS_HIGH = {"commander": "assistant_chief_constable", "assistant_commissioner": "chief_constable"}


class CharterRules:
    """The rules of the charter in force on one day; without a charter everything is refused."""

    def __init__(self, charter: Charter | None, day: dt.date) -> None:
        self.charter = charter
        self.day = day
        self._of: dict[str, Callable[[Charter, Values, str], Iterator[Reason]]] = {
            ENTRY.name: self._entry,
            ITEM.name: self._item,
            AUTHORITY.name: self._authority,
            DISCLOSURE.name: self._disclosure,
            REQUEST.name: _request,
            NOTICE.name: self._notice,
        }

    def reasons(self, table: str, values: Values, actor: str) -> Iterator[Reason]:
        """Everything in the charter that speaks against the record."""
        if self.charter is None:
            remedy = "adopt a charter, and wait until the date it takes effect"
            yield refuse("charter-not-in-force", table, f"no charter is in force on {self.day}", remedy)
        elif table in self._of:
            yield from self._of[table](self.charter, values, actor)

    def sending(self, recipient: str | None, role: str | None) -> Iterator[Reason]:
        """What speaks against sending an entry of a role to a recipient."""
        agreed = self.charter.recipients.get(recipient or "") if self.charter else None
        if agreed is not None and role not in agreed.roles:
            says = "the charter does not allow sharing entries with this role with this recipient"
            yield refuse("role-not-agreed", DISCLOSURE.recipient.path, says, ", ".join(agreed.roles))

    def _entry(self, charter: Charter, values: Values, actor: str) -> Iterator[Reason]:
        role, purpose = values[ENTRY.role], values[ENTRY.purpose]
        if role is not None and role not in charter.roles:
            wanted = f"one of {', '.join(charter.roles)}"
            yield refuse(
                "role-not-chartered",
                ENTRY.role.path,
                "the charter does not allow this role",
                wanted,
                f"{_DPA}, s.38(3)",
            )
        if purpose is None or purpose not in charter.purposes:
            wanted = f"one of {', '.join(charter.purposes)}"
            says = "the charter does not list this purpose"
            yield refuse("purpose-not-chartered", ENTRY.purpose.path, says, wanted, f"{_DPA}, s.36(1)")
        yield from self._approval(values, actor)
        if values[ENTRY.status] == "active":
            yield from self._retention(charter, values)

    def _approval(self, values: Values, actor: str) -> Iterator[Reason]:
        approver = values[ENTRY.approved_by]
        if approver is None:
            remedy = "ask a decider to admit it"
            yield hold("approver-missing", ENTRY.approved_by.path, "no one has approved the entry", remedy)
        elif approver in (actor, values[ENTRY.opened_by]):
            remedy = "have another person approve it"
            yield refuse(
                "approver-is-recorder",
                ENTRY.approved_by.path,
                "the same person recorded and approved the entry",
                remedy,
            )

    def _retention(self, charter: Charter, values: Values) -> Iterator[Reason]:
        group = charter.retention.get(values[ENTRY.retention_group] or "")
        review, delete, opened = values[ENTRY.review_due_on], values[ENTRY.delete_due_on], values[ENTRY.opened_on]
        law = f"{_DPA}, s.39(2)"
        if review is None:
            remedy = "set the date of the next review"
            yield refuse("review-date-missing", ENTRY.review_due_on.path, "there is no review date", remedy, law)
        if delete is None:
            remedy = "set the date by which the entry must be deleted"
            yield refuse(
                "delete-date-missing", ENTRY.delete_due_on.path, "there is no deletion date", remedy, f"{_DPA}, s.39(1)"
            )
        if group is None:
            wanted = f"one of {', '.join(charter.retention)}"
            yield refuse(
                "retention-group-unknown",
                ENTRY.retention_group.path,
                "the charter does not list this retention group",
                wanted,
            )
            return
        latest_review = (self.day + dt.timedelta(days=group.review_days)).isoformat()
        if review is not None and review > latest_review:
            says = f"later than the {group.review_days} days its retention group allows"
            yield refuse("review-date-late", ENTRY.review_due_on.path, says, f"{latest_review} at the latest", law)
        if delete is not None and opened is not None:
            latest = add_months(dt.date.fromisoformat(opened), 12 * group.limit_years).isoformat()
            if delete > latest:
                says = f"later than the {group.limit_years} years its retention group allows"
                wanted = f"{latest} at the latest"
                yield refuse("delete-date-late", ENTRY.delete_due_on.path, says, wanted, f"{_DPA}, s.39(1)")

    def _item(self, charter: Charter, values: Values, _: str) -> Iterator[Reason]:
        category = charter.categories.get(values[ITEM.category] or "")
        if category is None or not category.in_force(self.day):
            says = f"the charter in force on {self.day} does not list this category"
            wanted = ", ".join(charter.categories_in_force(self.day))
            yield refuse("category-not-in-force", ITEM.category.path, says, wanted, f"{_DPA}, s.37")

    def _authority(self, charter: Charter, values: Values, _: str) -> Iterator[Reason]:
        kind = charter.authorities.get(values[AUTHORITY.kind] or "")
        if kind is None:
            wanted = ", ".join(charter.authorities) or "none: the charter lists no authorisations"
            yield refuse(
                "authority-not-chartered",
                AUTHORITY.kind.path,
                "the charter does not list this type of authorisation",
                wanted,
            )
            return
        rank = values[AUTHORITY.granted_by_rank]
        least = kind.urgent_minimum_rank if values[AUTHORITY.urgent] and kind.urgent_minimum_rank else kind.minimum_rank
        if rank in _RANKS and _height(rank) < _height(least):
            says = "granted by a rank below the charter's minimum"
            yield refuse("authority-rank", AUTHORITY.granted_by_rank.path, says, f"at least {least}")
        granted, expires = values[AUTHORITY.granted_on], values[AUTHORITY.expires_on]
        if granted is not None and expires is not None and (kind.days or kind.months):
            start = dt.date.fromisoformat(granted)
            latest = start + dt.timedelta(days=kind.days) if kind.days else last_day_of(start, kind.months or 0)
            if expires > latest.isoformat():
                says = "longer than the charter allows for this type of authorisation"
                yield refuse("authority-too-long", AUTHORITY.expires_on.path, says, f"{latest} at the latest")

    def _notice(self, _: Charter, values: Values, __: str) -> Iterator[Reason]:
        """An exemption has no day of its own: where it is not law today, a human says when it was relied on."""
        for section in not_law_on(values[NOTICE.exemption] or "", self.day):
            remedy = "name a provision in force on that date, or admit it if it was relied on while it was law"
            says = f"{section} is not law on {self.day}"
            yield hold("exemption-not-law", NOTICE.exemption.path, says, remedy, "SI 2025/996, regs 3 and 4")

    def _disclosure(self, charter: Charter, values: Values, _: str) -> Iterator[Reason]:
        recipient = charter.recipients.get(values[DISCLOSURE.recipient] or "")
        if recipient is None:
            wanted = ", ".join(charter.recipients) or "none: the charter lists no recipients"
            yield refuse(
                "recipient-not-chartered", DISCLOSURE.recipient.path, "the charter does not list this recipient", wanted
            )
            return
        yield from _sending(recipient, values)


def _height(rank: str) -> int:
    return _RANKS.index(_AS_HIGH.get(rank, rank))


def _request(_: Charter, values: Values, __: str) -> Iterator[Reason]:
    """What a request was answered on was law on the day it came in, and lets what was asked be refused."""
    ground, received_on = values[REQUEST.ground] or "", values[REQUEST.received_on]
    if values[REQUEST.kind] == "information":
        return
    for section in not_law_on(ground, dt.date.fromisoformat(received_on)) if received_on else ():
        says = f"{section} was not law for a request received on {received_on}"
        remedy = "name a section that `overt rights grounds` shows"
        yield refuse("ground-not-law", REQUEST.ground.path, says, remedy, "SI 2025/996, regs 3 and 4")
    if values[REQUEST.kind] != "access" and values[REQUEST.outcome] in ("refused", "partly") and only_withholds(ground):
        says = "s.48(3) allows reasons to be withheld, and is not a ground to refuse"
        remedy = "name the ground beside it: ss.46, 47 or 53"
        yield refuse("ground-withholds-only", REQUEST.ground.path, says, remedy, f"{_DPA}, s.48(3)")


def _sending(recipient: Recipient, values: Values) -> Iterator[Reason]:
    if values[DISCLOSURE.agreement_id] != recipient.agreement:
        says = "this is not the charter's agreement with this recipient"
        yield refuse("agreement-not-chartered", DISCLOSURE.agreement_id.path, says, recipient.agreement)
    if values[DISCLOSURE.recipient_kind] != recipient.kind:
        says = "the charter gives a different type of organisation for this recipient"
        yield refuse("recipient-kind", DISCLOSURE.recipient_kind.path, says, recipient.kind)
    if values[DISCLOSURE.purpose] not in recipient.purposes:
        says = "the charter does not allow sharing with this recipient for this purpose"
        yield refuse("purpose-not-agreed", DISCLOSURE.purpose.path, says, ", ".join(recipient.purposes))
