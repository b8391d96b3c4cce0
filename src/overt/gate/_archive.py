"""Moves old lines of the access log into an archive whose digest the ledger names."""

from __future__ import annotations

import datetime as dt
from hashlib import sha256

from overt.gate._gate import check_staff
from overt.ledger import public_leaf
from overt.register import ARCHIVE_KIND, AccessLog, AttemptArchive, Register, moment_text, write_archive


def archive_attempts(register: Register, before: dt.date, *, by: str, now: dt.datetime) -> AttemptArchive | None:
    """Archives the lines of the access log that are older than a day; none if there are none.

    1. The lines and their manifest are written to files. 2. The ledger names the manifest. 3. The lines are deleted but
    for the last. After an interruption, run it again: nothing is entered twice, and nothing is deleted that the
    ledger does not name.
    """
    check_staff("--by", by)
    log = AccessLog(register.folder)
    try:
        last = log.last_before(moment_text(dt.datetime.combine(before, dt.time())).replace(" ", "T"))
        if last <= log.first():
            return None
        archive = write_archive(register.folder, log.lines(last))
        leaf = public_leaf(ARCHIVE_KIND, sha256(archive.manifest()).hexdigest(), archive.name)
        with register.store.transaction():
            there = register.store.rows("select 1 from leaf where kind = 'public' and bytes = ?", (leaf,))
            if not there:
                with register.writing(now) as writer:
                    writer.publish(ARCHIVE_KIND, archive.manifest(), archive.name)
        log.forget_before(last)
        return archive
    finally:
        log.close()
