"""What the look-up of a request found: the entries that the request may touch, and no other.

A look is recorded in the register's access log (DPA 2018 s.62): a line for the look itself, and one for each entry that
it found. Those lines are what binds a request. An answer, a correction, an erasure or a recall for a request is refused
for an entry that the newest look-up of that very request did not find: otherwise a slip in a number would correct or
erase another person's entry, and tell the wrong person of it. No one else can write such a line: the gate refuses it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from overt.gate import LOOK_LINE, Proposed, in_turn
from overt.pseudonym import PseudonymKey
from overt.refusals import Refusal
from overt.register import Register
from overt.rights._decision import PARTS
from overt.rights._find import Listing, Requester, find
from overt.rights._requests import RightsRequest, admit, open_request, requests, whole

_UNSURE = "-unsure"


@dataclass(frozen=True)
class LookUp:
    """What the newest look-up of a request found and the register still has. What was erased since is not in it."""

    number: str
    sure: tuple[str, ...]
    unsure: tuple[str, ...]

    @property
    def entries(self) -> tuple[str, ...]:
        """Every entry that the request may touch."""
        return (*self.sure, *self.unsure)

    def check(self, entry_ids: Sequence[str], where: str = "--entry") -> None:
        """Refuses an entry that the look-up did not find, and says no more of it."""
        other = [entry_id for entry_id in entry_ids if entry_id not in self.entries]
        if other:
            raise Refusal("entry-not-theirs", where, ", ".join(sorted(set(other))), self._wanted())

    def check_same(self, listings: Sequence[Listing]) -> None:
        """Refuses where a person's own entries are not those of the look-up: another person, or a newer entry."""
        if {listing.entry_id for listing in listings} != set(self.entries):
            remedy = "overt rights work again, with the file of the person who asks"
            problem = "the person given has other entries now than the look-up found"
            raise Refusal("look-up-differs", self.number, problem, "the person for whom the search was made", remedy)

    def chosen(self, named: Sequence[str]) -> list[str]:
        """The entries that are the person's: those that agree without doubt, and those that an officer named.

        `none` says that no uncertain match is theirs. Refuses while one is undecided: an officer has to decide on it.
        """
        self.check([entry_id for entry_id in named if entry_id != "none"])
        open_ = [entry_id for entry_id in self.unsure if entry_id not in named]
        if open_ and "none" not in named:
            remedy = (
                "compare the entry with the request. Give --entry NUMBER if it is the same person, or --entry none if "
                "it is not"
            )
            problem = f"{', '.join(open_)} may be the person's"
            raise Refusal("entry-unsure", self.number, problem, "a decision on each", remedy)
        return [*self.sure, *(entry_id for entry_id in self.unsure if entry_id in named)]

    def _wanted(self) -> str:
        return f"an entry that overt rights work found for {self.number}: {', '.join(self.entries) or 'it found none'}"


@in_turn
def work(
    register: Register,
    number: str,
    key: PseudonymKey,
    who: Requester,
    *,
    by: str,
    now: dt.datetime,
    where: str = "the person",
) -> list[Listing]:
    """Finds the entries of the person who asks, and records the look (s.62); the newest look-up is the one that binds.

    Refuses a request that is closed, and a name, birth date or account that cannot be read.
    """
    request = open_request(register, number)
    listings = find(register, key, who, where)
    turn = 1 + max((line.turn for line in _lines(register, number)), default=0)
    ids = [f"{number}-look-{turn}-0"]
    for place, listing in enumerate(listings, start=1):
        ids.append(f"{number}-look-{turn}-{place}{'' if listing.sure else _UNSURE}")
    entries: list[str | None] = [None, *(listing.entry_id for listing in listings)]
    records = [_record(request, *pair, by=by, now=now) for pair in zip(ids, entries, strict=True)]
    admit(register, records, by, now)
    return listings


def checked(register: Register, number: str) -> RightsRequest:
    """An open request whose identity was checked and for which a search was made; refuses any other.

    The check is the same for everyone, and reads no row of any person: an answer that neither confirms nor denies
    must not depend on what the look-up found.
    """
    request = open_request(register, number)
    if request.identity is None:
        remedy = f"check the person's identity, then run `overt rights identity REGISTER {number} --how HOW --by STAFF`"
        raise Refusal("identity-not-noted", number, "no identity check has been recorded", "", remedy)
    check_worked(register, number)
    return request


def check_worked(register: Register, number: str) -> None:
    """Refuses a request for which the person's entries have not been searched for."""
    if not register.store.rows("select 1 from access_version where access_id = ? limit 1", (f"{number}-look-1-0",)):
        remedy = f"overt rights work REGISTER {number} --person FILE finds the person's entries, and records the look"
        problem = "nobody has looked for the person's entries"
        raise Refusal("request-not-worked", number, problem, "a request for which `overt rights work` was run", remedy)


def look_up(register: Register, request: RightsRequest) -> LookUp:
    """What the request's newest search found; refuses a request for which no search was made."""
    check_worked(register, request.number)
    lines = _lines(register, request.number)
    newest = max(line.turn for line in lines)
    latest = [line for line in lines if line.turn == newest and line.entry_id and stands(register, line.entry_id)]
    sure = tuple(str(line.entry_id) for line in latest if line.is_sure)
    return LookUp(request.number, sure, tuple(str(line.entry_id) for line in latest if not line.is_sure))


@dataclass(frozen=True)
class _Line:
    turn: int
    place: int
    is_sure: bool
    entry_id: str | None


def _lines(register: Register, number: str) -> list[_Line]:
    rows = register.store.rows(
        "select access_id, entry_id from access_version where access_id like ? and closed_seq is null",
        (f"{number}-look-%",),
    )
    lines = []
    for access_id, entry_id in rows:
        read = LOOK_LINE.fullmatch(str(access_id))
        if read and read["number"] == number:
            lines.append(_Line(int(read["turn"]), int(read["place"]), not read["unsure"], entry_id))
    return sorted(lines, key=lambda line: (line.turn, line.place))


def stands(register: Register, entry_id: str) -> bool:
    """Whether any version of an entry is in the register."""
    return bool(register.store.rows("select 1 from entry_version where entry_id = ? limit 1", (entry_id,)))


def _record(request: RightsRequest, access_id: str, entry_id: str | None, *, by: str, now: dt.datetime) -> Proposed:
    values = whole(
        "access",
        access_id=access_id,
        occurred_at=now.isoformat(),
        actor=by,
        action="consult",
        entry_id=entry_id,
        reason=f"to answer request {request.number}",
    )
    return Proposed("access", values, bundle=f"{request.number}-look", of_rights=True)


def held_before(register: Register, request: RightsRequest, entry_ids: Sequence[str]) -> dict[str, str]:
    """The parts that earlier answers about these entries held back, each with the number of such an answer."""
    answer_by_part: dict[str, str] = {}
    for other in requests(register):
        if other.number == request.number or (other.kind, other.outcome) != ("access", "partly"):
            continue
        if not set(look_up(register, other).entries) & set(entry_ids):
            continue
        # As the answer recorded them: each part with its reasons.
        for sentence in (other.reasons or "").split("; "):
            part = sentence.partition(": ")[0]
            if part in PARTS:
                answer_by_part[part] = other.number
    return answer_by_part
