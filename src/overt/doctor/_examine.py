"""Every check of a register in service, in order."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from pathlib import Path

from overt.doctor._backups import check_backups, check_disk
from overt.doctor._diagnosis import Diagnosis, DoctorLimits, HealthCheck, HealthState, fault_of, refused_as_fault
from overt.doctor._keys import check_keys, check_pseudonym_key_file
from overt.doctor._ledger import check_publication
from overt.doctor._portal import PortalPlaces, check_portal, portal_places
from overt.doctor._register import check_clock, check_configuration, check_database, first_steps
from overt.ledger import Reader
from overt.refusals import Refusal, Refusals
from overt.register import SETTINGS_FILE, looked_at


def examine_service(
    folder: Path,
    now: dt.datetime,
    environment: Mapping[str, str],
    *,
    limits: DoctorLimits | None = None,
    backups: Path | None = None,
    published: Reader | None = None,
    pseudonym_key: Path | None = None,
    log_passphrase: str | None = None,
) -> Diagnosis:
    """Looks at a register's settings, database, keys, clock, ledger, backups, disk and identity provider.

    `backups` is the folder of its backups, `published` where its log is published if not where portal.toml says, and
    `log_passphrase` opens the keys of the log. What is not given is not looked at, and a note says so. Nothing is
    changed. Of a folder that is no register yet, the steps to set one up are told.
    """
    if not (folder / SETTINGS_FILE).is_file():
        return Diagnosis(tuple(first_steps(folder)))
    limits = limits or DoctorLimits()
    places, of_portal = portal_places(folder, environment)
    checks = [*check_configuration(folder), *of_portal]
    with_database = _of_the_register(
        folder,
        now,
        environment,
        limits=limits,
        places=places,
        published=published,
        pseudonym_key=pseudonym_key,
        log_passphrase=log_passphrase,
    )
    checks += with_database
    checks += check_backups(folder, backups, now, limits.backup_days)
    checks += check_disk({folder, *([backups] if backups else []), *([places.ledger] if places.ledger else [])})
    checks += check_portal(places, now)
    return Diagnosis(tuple(checks))


def _of_the_register(
    folder: Path,
    now: dt.datetime,
    environment: Mapping[str, str],
    *,
    limits: DoctorLimits,
    places: PortalPlaces,
    published: Reader | None,
    pseudonym_key: Path | None,
    log_passphrase: str | None,
) -> Iterator[HealthCheck]:
    """What needs the database: it is opened once."""
    try:
        with looked_at(folder) as register:
            state, checks = check_database(register)
            yield from checks
            if not state:
                yield HealthCheck("ledger", HealthState.NOTE, "Not looked at, because of the database.")
                return
            yield from refused_as_fault("keys", lambda: check_keys(register, environment, log_passphrase))
            yield from refused_as_fault("keys", lambda: check_pseudonym_key_file(register, pseudonym_key, environment))
            yield from refused_as_fault("clock", lambda: check_clock(register, state, now))
            yield from refused_as_fault("ledger", lambda: check_publication(register, places, published, now, limits))
    except Refusal as refusal:
        yield fault_of("database", refusal)
    except Refusals as refusals:
        yield from (fault_of("database", refusal) for refusal in refusals.refusals)
