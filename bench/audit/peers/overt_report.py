"""How large the report of an audit is, and how long it takes to render."""

from __future__ import annotations

import datetime as dt
import json
import sys
import tempfile
import time
from pathlib import Path

from overt.audits import Request, SourceOptions, audit
from overt.audits.results import show
from overt.audits.results._report import report

_TIMES = 5


class _Nobody:
    def reading(self, table: str, rows: int) -> None: ...

    def planned(self, controls: int, resumed: int) -> None: ...

    def finished(self, finding: object) -> None: ...

    def writing(self) -> None: ...


def main() -> None:
    task = json.loads(Path(sys.argv[1]).read_text())
    source = SourceOptions(task["folder"], memory=task["memory"])
    only = tuple(each["id"] for each in task["controls"])
    with tempfile.TemporaryDirectory(dir=Path(sys.argv[2]).parent) as folder:
        out = Path(folder) / "out"
        request = Request(source, (task["location"],), dt.date.fromisoformat(task["as_of"]), out=out, only=only)
        run = audit(request, _Nobody())
        folder_bytes = sum(path.stat().st_size for path in out.rglob("*") if path.is_file())
    seconds = []
    for _ in range(_TIMES):
        started = time.perf_counter()
        page = report(show(run))
        seconds.append(time.perf_counter() - started)
    answer = {"bytes": len(page), "seconds": seconds, "folder_bytes": folder_bytes}
    Path(sys.argv[2]).write_text(json.dumps(answer))


main()
