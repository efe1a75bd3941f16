#!/usr/bin/env bash
# scripts/unpack.sh BINARY PACKAGE...: prints where BINARY is, out of the first of these Debian packages that has it.
# The package is unpacked into .cache/<package>-<version>, not installed: no service starts, no root is needed,
# and its dependencies are left out: scripts/packages.sh `libraries-of` installs those of the libraries that one needs.
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname "$0")/lib.sh"
export LC_ALL=C

candidate() { apt-cache policy "$1" | sed -n 's/^ *Candidate: \([^(].*\)$/\1/p'; }

update_lists() {
  local before=()
  ((EUID == 0)) || before=(sudo -n)
  "${before[@]}" apt-get -q update >&2 </dev/null || true
}

download() { # PACKAGE FOLDER
  local sandbox=()
  ((EUID != 0)) || sandbox=(-o APT::Sandbox::User=root)
  (cd "$2" && apt-get -q "${sandbox[@]}" -o Acquire::Retries=3 download "$1" >&2)
}

unpack() { # PACKAGE
  local package=$1 version folder
  [[ -n $(candidate "$package") ]] || update_lists
  [[ -n $(candidate "$package") ]] || return 1
  mkdir -p .cache
  folder=$(mktemp -d ".cache/$package.XXXXXX")
  # A list older than the archive names files that are gone: once more with a new one.
  download "$package" "$folder" || { update_lists && download "$package" "$folder"; } || { rm -rf "$folder" && return 1; }
  version=$(dpkg-deb -f "$folder"/*.deb Version)
  dpkg-deb -x "$folder"/*.deb "$folder/root"
  dpkg-deb -f "$folder"/*.deb Depends >"$folder/root/depends"
  rm -rf ".cache/$package-$version"
  mv "$folder/root" ".cache/$package-$version"
  rm -rf "$folder"
}

unpacked() { # BINARY PACKAGE
  local file
  for file in "$PWD/.cache/$2"-[0-9]*/usr/{bin,lib/postgresql/*/bin}/"$1"; do
    [[ ! -x $file ]] || { printf '%s\n' "$file" && return; }
  done
  return 1
}

main() {
  (($# > 1)) || die "usage: scripts/unpack.sh BINARY PACKAGE..."
  local binary=$1 package
  shift
  for package in "$@"; do
    unpacked "$binary" "$package" && return
    compgen -G ".cache/$package-[0-9]*" >/dev/null || unpack "$package" || continue
    unpacked "$binary" "$package" && return
  done
  die "no $binary in Debian's packages: $*"
}

main "$@"
