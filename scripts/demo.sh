#!/bin/sh
# Audits real data if it is next to the checkout, and otherwise a synthetic register.
set -eu
cd "$(dirname "$0")/.."
sh scripts/setup.sh run
exec .venv/bin/python scripts/demo.py "$@"
