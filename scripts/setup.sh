#!/bin/sh
# Sets up a checkout: installs uv, and with it the locked packages in .venv.
#   setup.sh run    the packages that an audit needs
#   setup.sh release  the packages that the documents and the release check need, without other programs
#   setup.sh test   also the packages of the tests and, from Debian, PostgreSQL, Java, Go, Chromium and systemd
set -eu
cd "$(dirname "$0")/.."
wanted=${1:-run}

say() { printf '%s\n' "$*" >&2; }

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; elif command -v sudo >/dev/null; then sudo "$@"; else
        say "needs root: $*"
        return 1
    fi
}

debian_install() {
    say "installing from Debian: $*"
    as_root apt-get update -qq
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

find_uv() {
    if command -v uv >/dev/null; then command -v uv; return; fi
    if [ -x .tools/bin/uv ]; then echo .tools/bin/uv; return; fi
    if ! python3 -m venv .tools >/dev/null 2>&1; then
        rm -rf .tools
        debian_install python3-venv
        python3 -m venv .tools
    fi
    .tools/bin/python -m pip install --quiet --disable-pip-version-check uv
    echo .tools/bin/uv
}

uv=$(find_uv)
if [ "$wanted" = run ]; then
    "$uv" sync --quiet --locked --no-dev --inexact
    exit 0
fi

"$uv" sync --quiet --locked --all-extras
[ "$wanted" = test ] || exit 0
missing=
command -v java >/dev/null || missing="$missing openjdk-17-jre-headless"
command -v chromium >/dev/null || missing="$missing chromium fonts-liberation"
[ -d /usr/share/gocode/src/golang.org/x/mod ] && command -v go >/dev/null || missing="$missing golang-go golang-golang-x-mod-dev"
[ -n "$(ls -d /usr/lib/postgresql/*/bin/initdb 2>/dev/null)" ] || command -v initdb >/dev/null || missing="$missing postgresql"
command -v systemd-analyze >/dev/null || missing="$missing systemd"
if [ -n "$missing" ]; then
    # shellcheck disable=SC2086  a list of package names
    debian_install $missing || say "without$missing the tests that need them are skipped"
fi
