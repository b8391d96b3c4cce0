#!/bin/sh
# Proves another version of DuckDB, and runs the tests that ask DuckDB on it:  sh scripts/duckdb.sh 2.0.1
# The environment is .venv-duckdb; what follows the version goes to pytest, in place of the tests named here.
set -eu
cd "$(dirname "$0")/.."
sh scripts/setup.sh run
version=$1
shift
uv=$(command -v uv || echo .tools/bin/uv)
UV_PROJECT_ENVIRONMENT=.venv-duckdb "$uv" sync --quiet --locked --all-extras
"$uv" pip install --quiet --python .venv-duckdb/bin/python "duckdb==$version"
.venv-duckdb/bin/overt engine prove duckdb
if [ $# = 0 ]; then
    set -- tests/controls tests/columns tests/disparity tests/gate/test_asking.py tests/packs/test_same_answers.py \
        tests/packs/test_packs.py tests/packs/test_without.py tests/publication/test_release.py tests/rows \
        tests/audit --ignore tests/audit/results
fi
exec .venv-duckdb/bin/pytest -n auto --maxprocesses 4 \
    -m "not slow and not postgres and not spark and not browser and not go and not data" "$@"
