#!/bin/sh
# Everything that must hold: style, types, layers, then the tests.
set -eu
cd "$(dirname "$0")/.."
sh scripts/setup.sh test
.venv/bin/ruff check .
.venv/bin/ruff format --check .
.venv/bin/mypy
.venv/bin/lint-imports
exec .venv/bin/pytest -n auto --maxprocesses 4 --no-loadscope-reorder "$@"
