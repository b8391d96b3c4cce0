"""Settings, database and clock of a register."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

from overt.doctor._diagnosis import HealthCheck, HealthState, fault_of
from overt.refusals import Refusal, Refusals, faults_of
from overt.register import (
    SETTINGS_FILE,
    DatabaseState,
    Register,
    database_state,
    differing,
    read_settings,
    unfinished_erasures,
)

# What a server's clock and ours may differ by before records of two machines get into the wrong order.
_APART = dt.timedelta(seconds=5)


def first_steps(folder: Path) -> Iterator[HealthCheck]:
    """What is to be done, in order, where there is no register yet."""
    is_used = folder.is_dir() and any(folder.iterdir())
    where = "is not empty and holds no register" if is_used else "holds no register yet"
    remedy = "Name another folder." if is_used else "Take the steps below, in this order."
    yield HealthCheck("set-up", HealthState.FAULT, f"{folder} {where}.", remedy)
    for found, step in (
        ("A charter says what may be recorded.", "overt charter new charter.toml, then edit it"),
        ("A key turns names into pseudonyms.", "overt pseudonym keygen pseudonym.key"),
        (
            "The register is created under the charter.",
            f"overt register init {folder} --charter charter.toml --key pseudonym.key --by STAFF --decider STAFF",
        ),
        ("Its log is begun and published.", f"overt ledger init {folder}, then overt ledger publish {folder}"),
        ("The portal is told its address and who may sign in.", f"Write {folder}/portal.toml: docs/guides/deploy.md"),
        ("Everything is checked again.", f"overt doctor {folder}"),
    ):
        yield HealthCheck("set-up", HealthState.NOTE, found, step)


def check_configuration(folder: Path) -> Iterator[HealthCheck]:
    """Whether register.toml can be read, and names a person who may decide."""
    faults = faults_of(lambda: read_settings(folder))
    yield from (fault_of("configuration", fault) for fault in faults)
    if faults:
        return
    settings = read_settings(folder)
    yield HealthCheck("configuration", HealthState.OK, f"{SETTINGS_FILE} of {settings.origin} can be read.")
    if not settings.deciders:
        remedy = f"overt register deciders {folder} --add STAFF"
        problem = "Nobody may decide about held records, so what is held stays held."
        yield HealthCheck("configuration", HealthState.WARNING, problem, remedy)


def check_database(register: Register) -> tuple[DatabaseState | None, list[HealthCheck]]:
    """What the database says; the state is none where its tables cannot be read by this Overt."""
    state = database_state(register)
    if state.revision is None:
        remedy = "put the database back, or make the register again: overt register restore BACKUP --out FOLDER"
        return None, [
            HealthCheck("database", HealthState.FAULT, f"{state.engine} has no tables of a register.", remedy)
        ]
    if state.revision != state.wanted:
        is_older = state.revision < state.wanted
        problem = f"The tables are of version {state.revision}; this Overt keeps version {state.wanted}."
        remedy = (
            f"Make a backup, then open the register once: overt register status {register.folder}"
            if is_older
            else "Use a newer version of Overt."
        )
        return None, [HealthCheck("database", HealthState.WARNING if is_older else HealthState.FAULT, problem, remedy)]
    return state, list(_database(register, state))


def _database(register: Register, state: DatabaseState) -> Iterator[HealthCheck]:
    words = f"{state.engine}, tables of version {state.revision}, {register.size():,} ledger entries."
    yield HealthCheck("database", HealthState.OK, words)
    for fault in state.faults:
        remedy = f"Have it removed, then: overt register check {register.folder}"
        yield HealthCheck("database", HealthState.FAULT, f"Something stands before the tables: {fault}.", remedy)
    if state.may_change_history:
        problem = "The database account can change and delete ledger entries."
        remedy = "Use an account with fewer rights: docs/guides/register-on-postgresql.md"
        yield HealthCheck("database", HealthState.NOTE, problem, remedy)
    for number in unfinished_erasures(register):
        problem = f"Erasure {number} is not finished."
        yield HealthCheck("database", HealthState.WARNING, problem, f"overt register tidy {register.folder}")
    for name, problem in differing(register):
        yield HealthCheck("configuration", HealthState.WARNING, f"{name}: {problem}.")


def check_clock(register: Register, state: DatabaseState, now: dt.datetime) -> Iterator[HealthCheck]:
    """Whether a record could be made now, and the server of the database has the same time."""
    try:
        register.check_clock(now)
    except (Refusal, Refusals) as refusal:
        first = refusal if isinstance(refusal, Refusal) else refusal.refusals[0]
        yield fault_of("clock", first)
        return
    apart = abs(state.now - now.replace(tzinfo=None)) if state.now else dt.timedelta()
    if apart > _APART:
        problem = f"This machine and the database server differ by {apart.total_seconds():,.0f} seconds."
        yield HealthCheck("clock", HealthState.WARNING, problem, "Set both by the same time server.")
    else:
        yield HealthCheck("clock", HealthState.OK, "The clock fits the last record.")
