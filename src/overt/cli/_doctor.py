"""`overt doctor`: what is wrong with a register in service, and what to do about it."""

from __future__ import annotations

import os
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from overt.cli._extras import doctor
from overt.cli._keys import LOG_PASSPHRASE_VARIABLE, KeyOption, LogPassphraseOption, log_passphrase
from overt.cli._logs import reader_of
from overt.cli._options import JsonOption, RegisterArgument, now
from overt.cli._output import say, say_json
from overt.refusals import Exit

_LIMITS = "When something needs attention"


def doctor_command(
    register: RegisterArgument,
    backups: Annotated[
        Path | None, typer.Option("--backups", metavar="FOLDER", help="Folder with the backups of the register.")
    ] = None,
    log: Annotated[
        str | None,
        typer.Option(
            "--log", metavar="LOG", show_default="as portal.toml says", help="Published log: a web address or folder."
        ),
    ] = None,
    key: KeyOption = None,
    passphrase: LogPassphraseOption = None,
    unpublished_hours: Annotated[
        int,
        typer.Option(
            "--unpublished-hours", min=1, rich_help_panel=_LIMITS, help="Hours that an entry may stay unpublished."
        ),
    ] = 24,
    cosigned_days: Annotated[
        int, typer.Option("--cosigned-days", min=1, rich_help_panel=_LIMITS, help="Days since each witness cosigned.")
    ] = 7,
    backup_days: Annotated[
        int, typer.Option("--backup-days", min=1, rich_help_panel=_LIMITS, help="Days since the newest backup.")
    ] = 7,
    as_json: JsonOption = False,
) -> int:
    """Check everything that a register in service depends on, and say what to do. Nothing is changed.

    Examples:
      overt doctor register/ --backups backups/
      overt doctor register/ --json

    It looks at the settings, the database, the keys, the clock, the publication of the ledger, its witnesses, the
    backups, the disks and the identity provider. What it could not look at, it says. To verify the records themselves,
    run `overt register check`.

    Exit status: 1 if anything needs attention.
    """
    has_words = passphrase is not None or LOG_PASSPHRASE_VARIABLE in os.environ
    diagnosis = doctor.examine_service(
        register,
        now(),
        os.environ,
        limits=doctor.DoctorLimits(unpublished_hours, cosigned_days, backup_days),
        backups=backups,
        published=reader_of(log) if log else None,
        pseudonym_key=key,
        log_passphrase=log_passphrase(passphrase, new=False) if has_words else None,
    )
    if as_json:
        checks = [asdict(check) for check in diagnosis.checks]
        say_json({"worst": diagnosis.worst, "needs_attention": diagnosis.needs_attention, "checks": checks})
    else:
        width = max(len(check.area) for check in diagnosis.checks)
        for check in diagnosis.checks:
            say(f"{check.state:8} {check.area:{width}}  {check.found}")
            if check.remedy:
                say(f"{'':{width + 11}}To fix: {check.remedy}")
    return Exit.BREACHES if diagnosis.needs_attention else Exit.CLEAR
