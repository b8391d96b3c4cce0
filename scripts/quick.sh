#!/bin/sh
# Quick checks: style, types, and the tests that need no server, browser or separate process.
set -eu
cd "$(dirname "$0")/.."
sh scripts/checks.sh
exec .venv/bin/pytest -n auto --maxprocesses 4 -m "not slow and not postgres and not spark and not browser and not go and not data" \
    tests/charter tests/controls tests/disparity tests/encoding tests/ledger tests/schemes tests/pseudonym/test_name.py \
    tests/audit/test_accepted.py tests/audit/test_compare.py tests/gate/test_rewrite.py tests/gate/test_reading.py \
    --ignore tests/charter/test_properties.py --ignore tests/disparity/test_public_data.py \
    --ignore tests/disparity/test_populations.py --ignore tests/disparity/test_measures.py \
    --ignore tests/disparity/test_report.py --ignore tests/disparity/test_command.py \
    --ignore tests/ledger/test_cli.py --ignore tests/ledger/test_check.py \
    --ignore tests/ledger/test_floods.py --ignore tests/controls/test_hostile_texts.py "$@"
