"""Writes the settings of the DuckDB connection that an audit's controls run on.

python settings.py MEMORY TARGET.json [THREADS]
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

from overt.audits import SourceOptions, open_source


def main() -> None:
    threads = int(sys.argv[3]) if len(sys.argv) > 3 else None
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "entry.csv"
        source.write_text("entry_id\n1\n")
        options = SourceOptions(str(source), memory=sys.argv[1], threads=threads)
        with open_source(options, Path(folder) / "register.duckdb") as opened:
            rows = opened.connection.execute("select name, value from duckdb_settings()").fetchall()
    Path(sys.argv[2]).write_text(json.dumps(dict(rows)))


main()
