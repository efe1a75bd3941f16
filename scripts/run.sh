#!/usr/bin/env bash
# scripts/run.sh: installs what is missing, builds, and runs the exporter against a simulated vProtect server until Ctrl-C.
# Everything it starts and writes is gone when it ends.
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname "$0")/lib.sh"

usage() {
  cat <<'USAGE'
scripts/run.sh [--port PORT] [--vms N] [--no-build]
  --port PORT   where the exporter listens, on 127.0.0.1 (9777)
  --vms N       a simulated server with so many virtual machines instead of the small demonstration
  --no-build    run what is built
Ends with 0 when stopped by Ctrl-C or TERM, with 1 when something could not start or ended by itself.
USAGE
}

port=9777
world=(--scenario demo)
must_build=yes
parse_arguments() {
  while (($# > 0)); do
    case $1 in
      --port) port=$(number "$@") || exit 2; shift ;;
      --vms) world=(--vms "$(number "$@")") || exit 2; shift ;;
      --no-build) must_build=no ;;
      --help) usage && exit ;;
      *) usage >&2 && exit 2 ;;
    esac
    shift
  done
}

number() { # OPTION VALUE
  [[ ${2-} =~ ^[1-9][0-9]{0,5}$ ]] || die "$1 takes a positive number"
  printf '%s' "$2"
}

require_free_port() {
  ! (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || die "port $port is taken; --port chooses another"
}

folder=
started=()
start() { # LOG COMMAND...
  local log=$1
  shift
  "$@" >"$folder/$log" 2>&1 </dev/null &
  started=("$!" "${started[@]}")
}

# Ends what was started, the last first, each by its process id: politely, and for good after five seconds.
stop() {
  trap - EXIT
  trap '' INT TERM HUP
  local pid tries
  for pid in "${started[@]}"; do
    kill "$pid" 2>/dev/null || true
    for ((tries = 0; tries < 50; ++tries)); do
      kill -0 "$pid" 2>/dev/null || break
      sleep 0.1
    done
    kill -KILL "$pid" 2>/dev/null || true
    wait "$pid" 2>/dev/null || true
  done
  [[ -z $folder ]] || rm -rf "$folder"
}

on_exit() {
  local status=$?
  stop
  exit "$status"
}

on_signal() {
  stop
  printf '\nrun.sh: stopped\n'
  exit 0
}

# Until the command succeeds, for at most 30 seconds; the newest process has to live.
wait_for() { # WHAT LOG COMMAND...
  local what=$1 log=$2 tries
  shift 2
  for ((tries = 0; tries < 300; ++tries)); do
    "$@" && return
    kill -0 "${started[0]}" 2>/dev/null || break
    sleep 0.1
  done
  cat "$folder/$log" >&2
  die "$what"
}

start_simulator() {
  printf 'demo' >"$folder/password"
  start simulator.log build/release/tests/simulator/vprotect_simulator --username demo --password demo \
    --listen 127.0.0.1:0 --control 127.0.0.1:0 --port-file "$folder/ports" "${world[@]}"
  wait_for 'the simulated server did not start' simulator.log has_ports
  mapfile -t ports < <(grep -o '[0-9]*' "$folder/ports")
}

# "api=PORT control=PORT", there as a whole or not at all.
has_ports() { [[ -s $folder/ports ]]; }

token=
# Everybody may read, and who has the token may start things.
write_configuration() {
  local made
  made=$(build/release/src/vprotect_exporter --token.new)
  token=${made%%$'\n'*}
  cat >"$folder/config.yaml" <<YAML
collection:
  interval: 15s
  tasks_interval: 5s
servers:
  - name: demo
    url: http://127.0.0.1:${ports[0]}
    username: demo
    password_file: $folder/password
access:
  tokens:
    - name: demo
      $(grep -o 'sha256: .*' <<<"$made")
      verbs: [metrics, report, backup, restore, manage]
      tenants: ["*"]
  anonymous: {verbs: [metrics, report], tenants: ["*"]}
YAML
}

start_exporter() {
  start exporter.log build/release/src/vprotect_exporter --config.file="$folder/config.yaml" \
    --storage="sqlite://$folder/exporter.db" --web.listen-address="127.0.0.1:$port"
  wait_for 'the exporter did not become ready' exporter.log is_ready
}

is_ready() { curl -fsS -o /dev/null --max-time 2 "http://127.0.0.1:$port/-/ready" 2>/dev/null; }

say_where_to_look() {
  cat <<TEXT

The exporter watches a simulated vProtect server.
  landing page    http://127.0.0.1:$port/
  report          http://127.0.0.1:$port/report
  metrics         http://127.0.0.1:$port/metrics
  a question      curl -s http://127.0.0.1:$port/metrics | grep '^vprotect_vm_coverage.*overdue'
  a backup        curl -s http://127.0.0.1:$port/api/v1/backups -H 'Authorization: Bearer $token' \\
                    -H 'Content-Type: application/json' -d '{"vms": [{"name": "erp-db-01"}], "dry_run": true}'
  the server      http://127.0.0.1:${ports[0]}/api (user demo, password demo)
  its control     http://127.0.0.1:${ports[1]}/
  configuration   $folder/config.yaml
Ctrl-C stops both. The exporter's log follows.

TEXT
}

follow() {
  tail -n +1 -f "$folder/exporter.log" &
  local exporter=${started[0]} simulator=${started[1]}
  started=("$!" "${started[@]}")
  wait -n "$exporter" "$simulator" || true
  tail -n 3 "$folder/exporter.log" "$folder/simulator.log" >&2
  die 'the exporter or the simulated server ended by itself'
}

main() {
  parse_arguments "$@"
  require_free_port
  if [[ $must_build == yes ]]; then
    scripts/packages.sh build test
    build release vprotect_exporter vprotect_simulator
  fi
  folder=$(mktemp -d -t vprotect-demo.XXXXXX)
  trap on_exit EXIT
  trap on_signal INT TERM HUP
  start_simulator
  write_configuration
  start_exporter
  say_where_to_look
  follow
}

main "$@"
