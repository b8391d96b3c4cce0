"""What `register check` cannot hold against anything: in which files, which part of them, and why.

SECURITY.md says the same in words. Whatever is not named here is covered: a byte of it that changes is a fault.
"""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase


@dataclass(frozen=True)
class Region:
    """A part of some files. `part` is empty where it is the whole of each; `tables` are those whose rows are meant."""

    files: str
    part: str
    why: str
    tables: tuple[str, ...] = ()


WORKING_TABLES = ("held", "idempotency", "tally", "noted", "bulk", "raised", "observation", "observation_note", "inbox")
UNCOVERED = (
    Region(
        "register.sqlite",
        "rows of what waits, also of notices still to be written, of letters, of what was counted at the gate, and "
        "of what oversight asked the unit",
        "nothing of it was recorded, so no leaf commits to it",
        WORKING_TABLES,
    ),
    Region(
        "register.sqlite",
        "the moment of a public leaf and of an erased one",
        "a public leaf says a digest and a name, an erased one nothing; the order of all moments is checked",
        ("leaf.recorded_at",),
    ),
    Region(
        "register.sqlite",
        "bytes that say nothing: the rest of a page, counters of SQLite's, another way of writing the same value",
        "every table reads the same with and without the change",
    ),
    Region(
        "register.sqlite-wal",
        "",
        "SQLite plays it back as far as its own checksums hold; what is cut off is missed by what was published",
    ),
    Region("register.sqlite-shm", "", "an index of the journal that SQLite makes again"),
    Region(
        "releases/*", "", "drafts and pages; what was published is named by a leaf, and `release verify` makes it again"
    ),
    Region("answers/*", "", "drafts and letters; what was sent is named by a leaf"),
    Region("snapshots/*", "", "copies of rows, made again at any time"),
    Region("portal/*", "", "work in progress of the portal; its access log is covered"),
    Region("portal.toml", "until somebody vouches for it", "whoever runs the portal writes it: `register confirm`"),
    Region("bulk-*/*", "", "the plan of an admission under way; what it admits passes the gate's checks"),
    Region("*.lock", "", "empty"),
    Region("*/.lock", "", "empty"),
    Region("*.part", "", "what a stopped command left behind; nothing reads it"),
    Region("*.new", "", "what a stopped command left behind; nothing reads it"),
    Region("public/.incoming/*", "", "what a stopped publisher left behind; nothing reads it"),
    Region("erasures.jsonl.damaged*", "", "a damaged journal that was set aside"),
    Region("duties.jsonl.damaged*", "", "a damaged journal that was set aside"),
    Region(
        "duties.jsonl",
        "lines that stand no longer, and how a body finds its copy",
        "the register went on from an older leaf when it was restored; no leaf commits to what waits for a notice",
    ),
)


def is_uncovered(path: str) -> bool:
    """Whether the whole of a file, by its path in the register's folder, is not covered."""
    return any(not region.part and fnmatchcase(path, region.files) for region in UNCOVERED)
