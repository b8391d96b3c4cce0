#!/bin/sh
# Runs all checks: style, types, layers, then the tests.
set -eu
cd "$(dirname "$0")/.."
sh scripts/checks.sh
# One more than there are processors, since many tests wait for servers and browsers.
processes=$(.venv/bin/python -c "import os; print(min(4, 1 + (os.cpu_count() or 1)))")
exec .venv/bin/pytest -n "$processes" --no-loadscope-reorder "$@"
