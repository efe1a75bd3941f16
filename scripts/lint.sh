#!/usr/bin/env bash
# scripts/lint.sh [FILE...]: clang-format, clang-tidy and shellcheck over our files, or over those named.
# Layout and checks are those of clang 14 (Debian 12); with another version it does nothing and exits 77, as a skipped test does.
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname "$0")/lib.sh"

sources() { find src tests \( -name '*.cc' -o -name '*.cpp' -o -name '*.h' \) -print | sort; }

main() {
  scripts/packages.sh build test lint
  [[ $(clang-format --version) == *' version 14.'* ]] || { say 'lint: skipped, clang-format is not version 14' && exit 77; }
  (($# > 0)) || mapfile -t files < <(sources)
  local failed=0
  # SC2317: functions called by a trap or by name look unreachable to it.
  shellcheck -x -e SC2317 scripts/*.sh .ci/run || failed=1
  printf '%s\0' "${files[@]}" | xargs -0 clang-format --dry-run -Werror || failed=1
  configure release
  printf '%s\0' "${files[@]}" | grep -zv '\.h$' | xargs -0 -r scripts/tidy.py || failed=1
  return "$failed"
}

files=("$@")
main "$@"
