"""A mapping that takes more memory than was allowed ends its own process, and never that of the audit."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.audit.conftest import AS_OF

MIB = 2**20
LIMIT = 256
# What the process may take beside the engine, and what a system counts that belongs to files.
BESIDE = 1_024
# What an audit takes that asks nothing, with room to spare.
PARENT = 600

# Runs a command, and says how much memory it took and how much the greatest process that it began.
MEASURED = """
import json, re, resource, sys
from overt.cli import main
try:
    main()
finally:
    unit = 1 if sys.platform == "darwin" else 1024
    taken = {name: resource.getrusage(who).ru_maxrss * unit for name, who in
             (("parent", resource.RUSAGE_SELF), ("child", resource.RUSAGE_CHILDREN))}
    if sys.platform == "linux":
        # On Linux `ru_maxrss` begins with what the process that began this one had at that moment.
        taken["parent"] = int(re.search(r"VmHWM:\\s*(\\d+)", open("/proc/self/status").read())[1]) * 1024
    print(json.dumps(taken), file=sys.stderr)
"""

MAPPING = """
create view entry as
select
    "entry_id",
    regexp_replace(repeat("text", 5000000), 'x', repeat('y', 50), 'g') as "role"
from source.entries
"""


def audited(folder: Path, mapping: str, *, limit: int) -> tuple[subprocess.CompletedProcess[str], dict[str, int]]:
    (folder / "entries.csv").write_text("entry_id,text\n" + "".join(f"E{n},xxxxxxxx\n" for n in range(2)))
    (folder / "mapping.sql").write_text(mapping)
    words = ["audit", "entries.csv", "--map", "mapping.sql", "--as-of", str(AS_OF), "--out", "result", "-q"]
    done = subprocess.run(
        [sys.executable, "-c", MEASURED, *words, "--memory", f"{limit}MiB"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    return done, json.loads(done.stderr.splitlines()[-1])


@pytest.mark.skipif(sys.platform == "win32", reason="nothing there says what a process took")
def test_texts_without_end_in_a_mapping_are_refused_and_the_audit_stays_small(tmp_path: Path) -> None:
    """Which the engine does not count as memory of its own: it took 2.77 GiB under a limit of 1 GiB."""
    done, taken = audited(tmp_path, MAPPING, limit=LIMIT)
    assert (done.returncode, "memory-full: " in done.stderr) == (3, True), done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "result").exists()
    assert taken["parent"] < PARENT * MIB
    assert taken["child"] < (LIMIT + BESIDE) * MIB


def test_the_same_mapping_with_short_texts_is_answered(tmp_path: Path) -> None:
    """So that what is refused above is the memory, and nothing else about it."""
    done, _ = audited(tmp_path, MAPPING.replace("5000000", "3"), limit=LIMIT)
    assert done.returncode in (0, 1), done.stderr
