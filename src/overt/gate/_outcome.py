"""What is proposed to the gate, and what it answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from overt.controls import Effect


@dataclass(frozen=True)
class Proposed:
    """A record that somebody wants admitted.

    `change` is `collect` for a new row and `alter` for a new version of one that is there, given whole.
    Records with the same `bundle` are decided together, and admitted together or not at all. What stands
    in `values` is never shown. `of_rights` says that it comes from the work of this program on requests: no record
    that is read from a file, a page or the network can say so.
    """

    table: str
    values: Mapping[str, Any] = field(repr=False)
    change: str = "collect"
    bundle: str | None = None
    idempotency_key: str | None = None
    place: str = ""
    of_rights: bool = False


@dataclass(frozen=True)
class Reason:
    """One thing that speaks against a record: a control's number or a rule's code, what it does, and what to do.

    `where` is the table or `table.column`; `unknown` says that the control could not tell, and `stood`
    that the register breached it before this change. No value of a record is in it.
    """

    code: str
    effect: Effect
    where: str
    says: str
    remedy: str = ""
    law: tuple[str, ...] = ()
    unknown: bool = False
    stood: bool = False

    def as_json(self) -> dict[str, Any]:
        """As results and problems show it."""
        shown = {**self.__dict__, "effect": self.effect.value, "law": list(self.law)}
        return {name: value for name, value in shown.items() if value not in ("", [], False)}


@dataclass(frozen=True)
class Admitted:
    """The record is in the register, and is leaf `seq` of its ledger."""

    seq: int
    recorded_at: str
    reasons: tuple[Reason, ...] = ()
    repeated: bool = False

    word = "admitted"


@dataclass(frozen=True)
class Refused:
    """The record is not in the register, for all these reasons."""

    reasons: tuple[Reason, ...]
    repeated: bool = False

    word = "refused"


@dataclass(frozen=True)
class Held:
    """The record waits for a named human with the power to decide."""

    hold_id: str
    reasons: tuple[Reason, ...]
    repeated: bool = False

    word = "held"


@dataclass(frozen=True)
class Permitted:
    """Work on a request that was held may be done: whoever proposed it gives the same command again."""

    hold_id: str
    reasons: tuple[Reason, ...]
    repeated: bool = False

    word = "permitted"


Outcome = Admitted | Refused | Held | Permitted


@dataclass(frozen=True)
class Staged:
    """A proposed record with its values in the form of the register; `faulty` are columns that could not be read."""

    proposed: Proposed
    values: dict[str, Any] = field(repr=False)
    faulty: frozenset[str] = frozenset()

    @property
    def table(self) -> str:
        """The table it is for."""
        return self.proposed.table


def refuse(code: str, where: str, says: str, remedy: str = "", *law: str) -> Reason:
    """A reason to refuse."""
    return Reason(code, Effect.REFUSE, where, says, remedy, law)


def hold(code: str, where: str, says: str, remedy: str = "", *law: str) -> Reason:
    """A reason to let a human decide."""
    return Reason(code, Effect.HOLD, where, says, remedy, law)


def outcome_as_json(outcome: Outcome) -> dict[str, Any]:
    """As results show it."""
    shown: dict[str, Any] = {"outcome": outcome.word}
    if isinstance(outcome, Admitted):
        shown |= {"seq": outcome.seq, "recorded_at": outcome.recorded_at}
    elif isinstance(outcome, Held | Permitted):
        shown |= {"hold_id": outcome.hold_id}
    shown["reasons"] = [reason.as_json() for reason in outcome.reasons]
    if outcome.repeated:
        shown["repeated"] = True
    return shown


def outcome_from_json(kept_json: Mapping[str, Any]) -> Outcome:
    """An outcome that was kept, given again."""
    reasons = tuple(map(reason_from_json, kept_json["reasons"]))
    if kept_json["outcome"] == Admitted.word:
        return Admitted(kept_json["seq"], kept_json["recorded_at"], reasons, repeated=True)
    if kept_json["outcome"] == Held.word:
        return Held(kept_json["hold_id"], reasons, repeated=True)
    return Refused(reasons, repeated=True)


def reason_from_json(kept_json: Mapping[str, Any]) -> Reason:
    """A reason that was kept."""
    shown = {"where": "", "says": "", **kept_json}
    return Reason(**{**shown, "effect": Effect(kept_json["effect"]), "law": tuple(kept_json.get("law", ()))})
