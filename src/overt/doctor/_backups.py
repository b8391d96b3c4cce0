"""The backups of a register, and the room on its disks."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

from overt.doctor._diagnosis import HealthCheck, HealthState
from overt.pages import day
from overt.refusals import Refusal, Refusals
from overt.register import BACKUP_FILE, Backup, read_backup, read_settings

_MIB = 1 << 20
# Below the first, a writer may stop at any moment. Below the second, or this share of the disk, it is time to act.
_LEAST_FREE, _LITTLE_FREE, _LITTLE_SHARE = 200 * _MIB, 2048 * _MIB, 0.05


def check_backups(folder: Path, backups: Path | None, now: dt.datetime, days: int) -> Iterator[HealthCheck]:
    """How old the newest backup of this register is. Its files are not read: a restore does that."""
    if backups is None:
        problem = "Backups were not looked at, because it was not said where they are."
        yield HealthCheck("backups", HealthState.NOTE, problem, "Give --backups FOLDER.")
        return
    try:
        origin = read_settings(folder).origin
    except (Refusal, Refusals):
        # The check of the settings says so.
        return
    made = sorted(_of_register(backups, origin), key=lambda pair: pair[0])
    remedy = f"overt register backup {folder} --out {backups / f'{now:%Y-%m-%d}'}"
    if not made:
        yield HealthCheck("backups", HealthState.WARNING, f"{backups} has no backup of {origin}.", remedy)
        return
    at, backup = made[-1]
    words = f"The newest of {len(made)} backups is of {day(at)} and holds {backup.leaves:,} ledger entries."
    if now - at > dt.timedelta(days=days):
        yield HealthCheck("backups", HealthState.WARNING, f"{words} It is older than {days} days.", remedy)
    else:
        yield HealthCheck("backups", HealthState.OK, words)


def _of_register(backups: Path, origin: str) -> Iterator[tuple[dt.datetime, Backup]]:
    for path in backups.glob(f"*/{BACKUP_FILE}"):
        try:
            backup = read_backup(path.parent)
        except Refusal:
            continue
        if backup.origin == origin:
            yield dt.datetime.fromtimestamp(path.stat().st_mtime, dt.UTC), backup


def check_disk(folders: Iterable[Path]) -> Iterator[HealthCheck]:
    """How much room is left on the disk of each folder."""
    for folder in sorted(folders):
        if not folder.is_dir():
            yield HealthCheck("disk", HealthState.WARNING, f"{folder} is not there.", "Make it, or correct its name.")
            continue
        usage = shutil.disk_usage(folder)
        words = f"{usage.free / _MIB:,.0f} MiB of {usage.total / _MIB:,.0f} MiB are free for {folder}."
        if usage.free < _LEAST_FREE:
            yield HealthCheck("disk", HealthState.FAULT, words, "Free space now: a full disk records nothing.")
        elif usage.free < _LITTLE_FREE or usage.free < _LITTLE_SHARE * usage.total:
            yield HealthCheck("disk", HealthState.WARNING, words, "Free space, or move the folder to a larger disk.")
        else:
            yield HealthCheck("disk", HealthState.OK, words)
