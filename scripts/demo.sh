#!/bin/sh
# The main job on real data where it stands beside the checkout, else on a register made on the spot.
set -eu
cd "$(dirname "$0")/.."
sh scripts/setup.sh run
exec .venv/bin/python scripts/demo.py "$@"
