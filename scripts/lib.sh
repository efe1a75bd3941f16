# shellcheck shell=bash
# What the scripts share; sourced, and leaves the caller in the project's folder.
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1

say() { printf '\n== %s\n' "$*"; }

die() {
  printf '%s: %s\n' "${0##*/}" "$*" >&2
  exit 1
}

# Where there is a ccache, it knows a file again in another clone.
export CCACHE_BASEDIR=$PWD CCACHE_NOHASHDIR=true

# Silent unless it fails; with ccache where there is one.
configure() { # PRESET
  local output
  output=$(cmake --preset "$1" -DCMAKE_CXX_COMPILER_LAUNCHER="$(command -v ccache)" 2>&1) && return
  printf '%s\n' "$output" >&2
  return 1
}

build() { # PRESET [TARGET...]
  local preset=$1
  shift
  configure "$preset" && cmake --build --preset "$preset" --parallel "$(nproc)" ${1:+--target "$@"}
}
