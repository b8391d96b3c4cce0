"""How far the ledger is published, since when it is not, and who cosigned it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from overt.doctor._diagnosis import DoctorLimits, HealthCheck, HealthState
from overt.doctor._keys import policy_of
from overt.doctor._portal import PortalPlaces
from overt.ledger import DAY, FolderStore, Policy, Reader, SignedCheckpoint, open_checkpoint, read_published
from overt.pages import day
from overt.refusals import Refusal
from overt.register import Register, RegisterLog, recorded_at


def check_publication(
    register: Register, places: PortalPlaces, published: Reader | None, now: dt.datetime, limits: DoctorLimits
) -> Iterator[HealthCheck]:
    """Whether what is recorded is published, and witnesses cosigned it lately."""
    policy = places.policy or policy_of(register)
    if policy is None:
        problem = "No log was begun, so nobody outside can verify the register."
        yield HealthCheck("ledger", HealthState.WARNING, problem, f"overt ledger init {register.folder}")
        return
    reader = published or (FolderStore(places.ledger) if places.ledger else RegisterLog(register, now).store)
    try:
        data = read_published(reader)
    except Refusal as refusal:
        if refusal.code != "no-checkpoint":
            raise
        yield HealthCheck("ledger", HealthState.WARNING, "Nothing was ever published.", _publish(register))
        return
    signed = open_checkpoint(data, policy.keys())
    yield _size(register, signed.checkpoint.size, now, limits.unpublished_hours)
    yield from _witnesses(policy, signed, now, limits.cosigned_days)


def _size(register: Register, published: int, now: dt.datetime, hours: int) -> HealthCheck:
    size = register.size()
    if published > size:
        problem = f"{published:,} entries are published, and the register has {size:,}: it is an older copy."
        remedy = f"overt register replay {register.folder} --log LOG, before anything else is recorded"
        return HealthCheck("ledger", HealthState.FAULT, problem, remedy)
    oldest = recorded_at(register, published)
    if oldest is None:
        return HealthCheck("ledger", HealthState.OK, f"All {size:,} ledger entries are published.")
    since = dt.datetime.fromisoformat(oldest)
    problem = (
        f"{size - published:,} of {size:,} ledger entries are not published; the oldest of them was recorded on "
        f"{day(since)} at {since:%H:%M} UTC."
    )
    is_late = now.replace(tzinfo=None) - since > dt.timedelta(hours=hours)
    return HealthCheck("ledger", HealthState.WARNING if is_late else HealthState.OK, problem,
                       _publish(register) if is_late else "")  # fmt: skip


def _publish(register: Register) -> str:
    return f"overt ledger publish {register.folder}, every hour by a timer: docs/guides/deploy.md"


def _witnesses(policy: Policy, signed: SignedCheckpoint, now: dt.datetime, days: int) -> Iterator[HealthCheck]:
    """When each witness of the policy cosigned what is published now, and whether they are enough."""
    if not policy.witnesses:
        problem = "The policy names no witness, so only the keeper vouches that the log was never rewritten."
        remedy = "Ask another organisation to run `overt ledger witness`, and add it to the policy."
        yield HealthCheck("witnesses", HealthState.NOTE, problem, remedy)
        return
    seconds = int(now.timestamp())
    last = {cosignature.witness: cosignature for cosignature in policy.cosignatures(signed.note, seconds)}
    for name, party in policy.witnesses.items():
        cosignature = last.get(name)
        where = f" at {party.url}" if party.url else ""
        if cosignature is None:
            problem = f"{name}{where} has not cosigned what is published."
        elif not cosignature.counts:
            problem = f"The cosignature of {name}{where} does not count: {cosignature.fault}."
        elif seconds - cosignature.time > days * DAY:
            problem = f"{name}{where} cosigned last on {day(dt.datetime.fromtimestamp(cosignature.time, dt.UTC))}."
        else:
            at = dt.datetime.fromtimestamp(cosignature.time, dt.UTC)
            yield HealthCheck("witnesses", HealthState.OK, f"{name} cosigned on {day(at)} at {at:%H:%M} UTC.")
            continue
        remedy = "Look whether the witness can be reached, then run `overt ledger publish` again."
        yield HealthCheck("witnesses", HealthState.WARNING, problem, remedy)
    if not policy.is_quorum(signed.note, seconds):
        problem = "The cosignatures are not the quorum of the policy, so readers refuse what is published."
        yield HealthCheck("witnesses", HealthState.FAULT, problem, "Get the witnesses above to cosign it.")
