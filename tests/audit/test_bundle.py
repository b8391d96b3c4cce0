"""The ZIP that repeats an audit: it holds no source, and what it says gives the same results."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

from overt.audits import FileReading, Heading, Reading, Request, SourceOptions, audit, bundle, parts_of
from tests.audit.conftest import AS_OF, Silent

LIST = """This line is a title
Ref;Nominal;Role;Reviewed by
E1;S1;suspect;Zebedee Quagmire
E2;S2;victim;Philomena Thistlewood
"""
MAPPING = """create view entry as
select "Ref" as entry_id, "Nominal" as subject_id, lower("Role") as role, 'active' as status from list;
"""
ACCEPTED = """[[accept]]
control = "OV-20"
owner = "Head of Information Rights"
reason = "Reviews are being caught up"
expires = 2026-12-31
"""


def test_what_is_in_the_zip_repeats_the_audit(tmp_path: Path) -> None:
    """With the source beside it, in an empty folder, by `sh`; twice the same bytes, and no name of a person."""
    (tmp_path / "list.csv").write_text(LIST)
    (tmp_path / "map.sql").write_text(MAPPING)
    (tmp_path / "accepted.toml").write_text(ACCEPTED)
    reading = Reading(files={"list.csv": FileReading(delimiter=";", header_row=2)})
    source = SourceOptions(str(tmp_path / "list.csv"), tmp_path / "map.sql", reading)
    heading = Heading("The unit's list; 'June' 2026", "A. Auditor", "Midshire")
    accepted = tmp_path / "accepted.toml"
    request = Request(source, ("core",), AS_OF, out=tmp_path / "out", accepted=accepted, heading=heading)
    run = audit(request, Silent())
    whole = b"".join(bundle("audit", parts_of(run, tmp_path / "out")))
    assert whole == b"".join(bundle("audit", reversed(parts_of(run, tmp_path / "out"))))
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        names = archive.namelist()
        assert names == sorted(names)
        assert {"audit/map.sql", "audit/accepted.toml", "audit/reading.toml", "audit/crosswalk.csv"} <= set(names)
        assert not [name for name in names if name.endswith("list.csv")]
        texts = b"".join(archive.read(name) for name in names)
        assert b"Zebedee" not in texts
        assert b"Thistlewood" not in texts
        archive.extractall(tmp_path / "empty")
    folder = tmp_path / "empty" / "audit"
    shutil.copy(tmp_path / "list.csv", folder)
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    again = subprocess.run(
        ["sh", "repeat.txt"], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert again.returncode in (0, 1), again.stderr
    result, repeated = folder / "result", folder / "again"
    files = sorted(path.relative_to(result) for path in result.rglob("*") if path.is_file())
    assert files == sorted(path.relative_to(repeated) for path in repeated.rglob("*") if path.is_file())
    assert not [name for name in files if (result / name).read_bytes() != (repeated / name).read_bytes()]
