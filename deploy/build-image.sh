#!/bin/sh
# Builds the container image `overt` on a Debian machine with mmdebstrap, buildah and this project's .tools.
#
#   sudo deploy/build-image.sh [FOLDER]     FOLDER is for what is made on the way; default: a temporary one
#
# The root comes from the package sources of this machine, the wheels from uv.lock with their digests.
set -eu
cd "$(dirname "$0")/.."
work=${1:-$(mktemp -d)}
mkdir -p "$work/wheels"
: "${STORAGE_DRIVER:=vfs}" "${BUILDAH_ISOLATION:=chroot}"
export STORAGE_DRIVER BUILDAH_ISOLATION
. /etc/os-release

echo "Root of Debian $VERSION_CODENAME" >&2
if [ ! -f "$work/root.tar" ]; then
  cat /etc/apt/sources.list /etc/apt/sources.list.d/*.list /etc/apt/sources.list.d/*.sources 2>/dev/null \
    | mmdebstrap --variant=minbase --include=python3,python3-venv,ca-certificates,tzdata,libpq5 \
        "$VERSION_CODENAME" "$work/root.tar" -
fi

echo "Wheels" >&2
extras="--extra web --extra postgres --extra rights --extra traces"
# shellcheck disable=SC2086
.tools/bin/uv export --quiet --locked --no-dev --no-emit-project $extras --output-file "$work/requirements.txt"
python3 -m venv "$work/pip"
"$work/pip/bin/pip" download --quiet --require-hashes --only-binary :all: \
  --requirement "$work/requirements.txt" --dest "$work/wheels"
.tools/bin/uv build --quiet --wheel --out-dir "$work/wheels"

echo "Image" >&2
buildah build --tag overt --file deploy/Containerfile "$work"
echo "Built: overt. To look at it: buildah from overt" >&2
