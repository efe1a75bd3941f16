#!/usr/bin/env bash
# scripts/test.sh: installs what is missing, builds as released and runs every test.
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname "$0")/lib.sh"

usage() {
  cat <<'USAGE'
scripts/test.sh [OPTION...] [-- CTEST-ARGUMENT...]
  --asan   also under the address and undefined-behaviour sanitizers
  --tsan   also under the thread sanitizer
  --lint   also clang-format, clang-tidy and shellcheck (scripts/lint.sh)
  --all    all of these, as CI does
  --long   the tests labelled `long` in their full length (VPROTECT_LONG=1)
VPROTECT_PROMETHEUS, VPROTECT_PROMTOOL and VPROTECT_ALERTMANAGER name the binaries to test against, VPROTECT_POSTGRES_BIN
the folder with postgres and initdb; unset, Debian's are unpacked into .cache/. Nothing is installed that would start a service.
USAGE
}

stages=(release)
ctest_arguments=()
parse_arguments() {
  while (($# > 0)); do
    case $1 in
      --asan) stages+=(asan) ;;
      --tsan) stages+=(tsan) ;;
      --lint) stages=(lint "${stages[@]}") ;;
      --all) stages=(lint release asan tsan) ;;
      --long) export VPROTECT_LONG=1 ;;
      --help) usage && exit ;;
      --) shift && ctest_arguments=("$@") && return ;;
      *) usage >&2 && exit 2 ;;
    esac
    shift
  done
}

prepare() {
  scripts/packages.sh build test
  VPROTECT_PROMETHEUS=${VPROTECT_PROMETHEUS:-$(scripts/unpack.sh prometheus prometheus)}
  VPROTECT_PROMTOOL=${VPROTECT_PROMTOOL:-$(scripts/unpack.sh promtool prometheus promtool)}
  VPROTECT_ALERTMANAGER=${VPROTECT_ALERTMANAGER:-$(scripts/unpack.sh prometheus-alertmanager prometheus-alertmanager)}
  [[ -n ${VPROTECT_POSTGRES_BIN:-} ]] || prepare_postgres
  export VPROTECT_PROMETHEUS VPROTECT_PROMTOOL VPROTECT_ALERTMANAGER VPROTECT_POSTGRES_BIN
}

prepare_postgres() {
  local postgres
  postgres=$(scripts/unpack.sh postgres postgresql-15 postgresql-17)
  scripts/packages.sh libraries-of "$postgres"
  VPROTECT_POSTGRES_BIN=${postgres%/*}
}

junit_of() { printf '%s/build/%s/junit.xml' "$PWD" "$1"; }

# `release` is what users run; asserts are on in the sanitizers' builds.
build_and_test() { # PRESET
  rm -f "$(junit_of "$1")"
  build "$1" && ctest --preset "$1" --timeout 600 --output-junit "$(junit_of "$1")" "${ctest_arguments[@]}"
}

results=()
run_stage() { # STAGE
  local started=$SECONDS result=passed status=0
  say "$1"
  if [[ $1 == lint ]]; then scripts/lint.sh || status=$?; else build_and_test "$1" || status=$?; fi
  case $status in 0) ;; 77) result=skipped ;; *) result=FAILED ;; esac
  results+=("$(printf '%-8s %-8s %5d s' "$1" "$result" $((SECONDS - started)))")
}

# How many tests, of all the stages, ctest counted under this attribute of its JUnit report.
count() { # tests|failures|skipped|disabled
  local stage sum=0 number
  for stage in "${stages[@]}"; do
    number=$(sed -n "s/.*\b$1=\"\([0-9]*\)\".*/\1/p;T;q" "$(junit_of "$stage")" 2>/dev/null || true)
    sum=$((sum + ${number:-0}))
  done
  printf '%d' "$sum"
}

# Closes with a line that says how many tests were run; fails when a stage did.
summarize() {
  local failed skipped
  failed=$(count failures)
  skipped=$(($(count skipped) + $(count disabled)))
  say "summary, $SECONDS s"
  printf '%s\n' "${results[@]}"
  printf 'tests: %d passed, %d failed, %d skipped\n' $(($(count tests) - failed - skipped)) "$failed" "$skipped"
  [[ ${results[*]} != *FAILED* ]]
}

parse_arguments "$@"
prepare
for stage in "${stages[@]}"; do run_stage "$stage"; done
summarize
