#!/bin/sh
# Runs all checks: style, types, layers, then the tests.
set -eu
cd "$(dirname "$0")/.."
sh scripts/checks.sh
exec .venv/bin/pytest -n auto --maxprocesses 4 --no-loadscope-reorder "$@"
