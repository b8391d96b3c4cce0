#!/bin/sh
# Compares Overt with plain DuckDB and with other tools, each in its own environment. Slow: see bench/README.md.
#   sh scripts/bench.sh [--rows N]… [--runs N] [--only NAMES] …
set -eu
cd "$(dirname "$0")/.."
sh scripts/setup.sh run
uv=$(command -v uv || echo .tools/bin/uv)
venvs=bench/.venvs
mkdir -p "$venvs"

# Each process is to start from compiled modules, as it does wherever Python was installed as usual.
unset PYTHONDONTWRITEBYTECODE
UV_PROJECT_ENVIRONMENT="$venvs/overt" "$uv" sync --quiet --compile-bytecode --locked --no-dev --extra postgres
for packages in bench/audit/requirements-*.txt; do
    peer=${packages#bench/audit/requirements-}
    peer=${peer%.txt}
    [ -x "$venvs/$peer/bin/python" ] || "$uv" venv --quiet --python 3.11 "$venvs/$peer"
    "$uv" pip install --quiet --compile-bytecode --python "$venvs/$peer/bin/python" --requirements "$packages"
done
exec "$venvs/overt/bin/python" bench/audit/run.py "$@"
