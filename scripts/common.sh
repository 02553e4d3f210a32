# What the scripts share; read with `source`, not run.

set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"

say() {
    if [ -t 2 ]; then printf '\033[1m==> %s\033[0m\n' "$*" >&2; else printf '==> %s\n' "$*" >&2; fi
}

fail() {
    printf 'error: %s\n' "$*" >&2
    exit 1
}

as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    elif command -v sudo > /dev/null; then
        sudo "$@"
    else
        fail "This needs root, and there is no sudo. Run as root: $*"
    fi
}

# Installs the Debian packages that are missing; asks for no password when none is.
need_packages() {
    local package missing=()
    command -v dpkg-query > /dev/null \
        || fail "This is not Debian or Ubuntu. Install what matches these packages, and build with 'swift build': $*"
    for package in "$@"; do
        dpkg-query --show --showformat='${db:Status-Status}' "$package" 2> /dev/null | grep -qx installed \
            || missing+=("$package")
    done
    [ "${#missing[@]}" -gt 0 ] || return 0
    say "Installing ${missing[*]}"
    as_root apt-get update -qq
    as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -qq --no-install-recommends "${missing[@]}" < /dev/null >&2
}

need_swift() {
    command -v swift > /dev/null || fail "Swift 6.3 is not on PATH. It is at https://www.swift.org/install"
    need_packages libcurl4-openssl-dev libssl-dev libyaml-dev pkg-config
}

# Swift's own library is linked in, as in the image: it runs faster, takes less memory, and starts without Swift.
build_release() {
    need_swift
    say "Building .build/release/bedrock-gateway (the first time takes some minutes)"
    swift build -c release --product bedrock-gateway --static-swift-stdlib < /dev/null >&2
}

# Makes .venv with the packages of requirement files, and puts it first on PATH. Arguments go to pip.
need_python() {
    local python=python3 wanted
    if ! python3 -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' 2> /dev/null; then
        need_packages python3 python3-venv
        python=/usr/bin/python3
    fi
    [ -x .venv/bin/python ] && .venv/bin/python -c '' 2> /dev/null || "$python" -m venv --clear .venv
    export PATH="$root/.venv/bin:$PATH" VIRTUAL_ENV="$root/.venv"
    # What was installed is remembered, so that a second run asks nobody.
    wanted=$({ printf '%s\n' "$@"; cat -- "$root"/Tests/ClientTests/requirements*.txt; } | sha256sum)
    if ! grep -qsxF "$wanted" .venv/installed; then
        say "Installing Python packages into .venv"
        .venv/bin/python -m pip install --quiet --disable-pip-version-check "$@" < /dev/null >&2
        printf '%s\n' "$wanted" >> .venv/installed
    fi
}
