#!/usr/bin/env bash
# scripts/packages.sh GROUP...: installs what is missing of a group's Debian packages (Debian 12 and 13), asking nothing.
# scripts/packages.sh libraries-of BINARY: the same for the libraries of a program that scripts/unpack.sh unpacked.
# Nothing but the distribution's packages is ever installed, and nothing at all when all of them are there.
set -euo pipefail

build=(
  g++                     # C++20
  cmake                   # 3.25 or newer: the presets
  ninja-build             # the presets' generator
  pkg-config              # libraries without a CMake package
  libboost-dev            # libsoci-dev's headers include it, and bring none
  libcpp-httplib-dev      # our HTTP server; brings brotli, OpenSSL and zlib, which its header and .pc name
  libcrypt-dev            # bcrypt
  libcurl4-openssl-dev    # the vendor's API
  libpq-dev               # PostgreSQL's client: as libboost-dev
  libre2-dev              # matchers' patterns
  libsoci-dev             # the ledger: one SQL code over SQLite and PostgreSQL
  libspdlog-dev           # the log; brings fmt
  libsqlite3-dev          # SQLite: as libboost-dev
  libssl-dev              # TLS
  libyaml-cpp-dev         # the configuration file
  nlohmann-json3-dev      # JSON
  prometheus-cpp-dev      # the exporter's own metrics
  zlib1g-dev              # gzip of the exposition
)
case $(dpkg --print-architecture 2>/dev/null) in
  amd64 | arm64) build+=(libisal-dev) ;; # the same, in a quarter of the time
esac
test=(
  chromium                # the report's page in a real browser,
  chromium-driver         # which this drives
  curl                    # run.sh waits for the exporter with it, and the README's examples use it
  libfaketime             # the golden files: the exporter at the moment in which their scenario takes place
  libgtest-dev            # unit and integration tests
  openssl                 # the tests' certificates
  util-linux              # setpriv: PostgreSQL refuses to run as root
  python3                 # layering_test.py and its neighbours
  python3-jsonschema      # the API's description against its answers
  python3-yaml            # the alerts, as Prometheus reads them
  valgrind                # counts what an exposition costs
)
lint=(
  clang-format            # the layout
  clang-tidy              # the mistakes a compiler lets pass
  shellcheck              # these scripts
)

die() {
  printf 'packages.sh: %s\n' "$*" >&2
  exit 1
}

is_installed() { [[ $(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null) == installed ]]; }

missing_of() {
  local package
  for package in "$@"; do
    is_installed "$package" || printf '%s\n' "$package"
  done
}

# The shared libraries, and the time zones, that the unpacked package of the program depends on; without LLVM, which
# PostgreSQL loads only when it is there.
libraries_of() { # BINARY
  local tree=${1%/usr/*}
  tr ',' '\n' <"$tree/depends" | sed -n 's/^ *\(lib[^ :]*\|tzdata\)\b.*/\1/p' | grep -v llvm
}

# Runs the command as root, or says what to do by hand.
as_root() {
  local by_hand="apt-get install --no-install-recommends ${missing[*]}"
  if ((EUID == 0)); then "$@"; return; fi
  command -v sudo >/dev/null || die "neither root nor sudo; let root run: $by_hand"
  sudo -n true 2>/dev/null || die "sudo asks for a password; first run: sudo $by_hand"
  sudo -n "$@"
}

apt() {
  as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o Acquire::Retries=3 -o DPkg::Lock::Timeout=120 "$@"
}

main() {
  (($# > 0)) || die "usage: scripts/packages.sh build|test|lint..."
  command -v apt-get >/dev/null || die "needs Debian's apt-get"
  local group wanted=()
  if [[ $1 == libraries-of ]]; then
    (($# == 2)) || die "usage: scripts/packages.sh libraries-of BINARY"
    mapfile -t wanted < <(libraries_of "$2")
    ((${#wanted[@]} > 0)) || die "$2 is no program that scripts/unpack.sh unpacked"
    set --
  fi
  for group in "$@"; do
    case $group in
      build) wanted+=("${build[@]}") ;;
      test) wanted+=("${test[@]}") ;;
      lint) wanted+=("${lint[@]}") ;;
      *) die "unknown group '$group': build, test or lint" ;;
    esac
  done
  mapfile -t missing < <(missing_of "${wanted[@]}")
  ((${#missing[@]} > 0)) || return 0
  printf 'packages.sh: installing %s\n' "${missing[*]}"
  apt update </dev/null || printf 'packages.sh: the package lists could not be renewed; trying with the present ones\n' >&2
  apt install --no-install-recommends "${missing[@]}" </dev/null
}

main "$@"
