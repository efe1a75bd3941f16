#!/usr/bin/env bash
# scripts/run.sh: installs what is missing, builds, and runs the exporter against a simulated vProtect server until Ctrl-C.
# With --with-prometheus also a Prometheus and an Alertmanager, so that overdue VMs are backed up by their own alert.
# Everything it starts and writes is gone when it ends.
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname "$0")/lib.sh"
# shellcheck source=scripts/prometheus.sh
source scripts/prometheus.sh

usage() {
  cat <<'USAGE'
scripts/run.sh [--port PORT] [--vms N] [--with-prometheus] [--no-build]
  --port PORT         where the exporter listens, on 127.0.0.1 (9777)
  --vms N             a simulated server with so many virtual machines instead of the small demonstration
  --with-prometheus   Debian's Prometheus and Alertmanager with our alerts, too, at the next two ports; unpacked, not installed
  --no-build          run what is built
Ends with 0 when stopped by Ctrl-C or TERM, with 1 when something could not start or ended by itself.
USAGE
}

port=9777
world=(--scenario demo)
must_build=yes
with_prometheus=no
parse_arguments() {
  while (($# > 0)); do
    case $1 in
      --port) port=$(number "$@") || exit 2; shift ;;
      --vms) world=(--vms "$(number "$@")") || exit 2; shift ;;
      --with-prometheus) with_prometheus=yes ;;
      --no-build) must_build=no ;;
      -h | --help) usage && exit ;;
      *) printf 'run.sh: %s is no option\n' "$1" >&2 && usage >&2 && exit 2 ;;
    esac
    shift
  done
  [[ $with_prometheus == no || ${world[0]} == --scenario ]] || die '--with-prometheus shows the demonstration: not with --vms'
}

number() { # OPTION VALUE
  [[ ${2-} =~ ^[1-9][0-9]{0,5}$ ]] || die "$1 takes a positive number"
  printf '%s' "$2"
}

require_free_port() { # PORT
  ! (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null || die "port $1 is taken; --port chooses another"
}

require_free_ports() {
  local highest=65535
  [[ $with_prometheus == no ]] || highest=65533
  ((port <= highest)) || die "--port takes at most $highest here"
  require_free_port "$port"
  [[ $with_prometheus == no ]] || { require_free_port "$(prometheus_port)" && require_free_port "$(alertmanager_port)"; }
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
  [[ $with_prometheus == no ]] || world+=(--speed 10)
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
  slow_interval: 30s
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
  [[ $with_prometheus == no ]] || write_closed_loop >>"$folder/config.yaml"
}

# What is overdue is backed up by its alert, and may be every other minute.
write_closed_loop() {
  cat <<'YAML'
coverage: {grace: 1m}
runbooks:
  alerts:
    - match: ['alertname="VprotectVmOverdue"']
      action: backup
      type: INCREMENTAL
  guard: {cool_down: 1m, recent_success: 1m, tenant_budget: 1000, total_budget: 1000}
YAML
}

start_exporter() {
  start exporter.log build/release/src/vprotect_exporter --config.file="$folder/config.yaml" \
    --storage="sqlite://$folder/exporter.db" --web.listen-address="127.0.0.1:$port"
  wait_for 'the exporter did not become ready' exporter.log is_ready
}

is_ready() { answers "$port"; }
answers() { curl -fsS -o /dev/null --max-time 2 "http://127.0.0.1:$1/-/ready" 2>/dev/null; }

say_where_to_look() {
  cat <<TEXT

The exporter watches a simulated vProtect server.
  landing page    http://127.0.0.1:$port/
  report          http://127.0.0.1:$port/report
  metrics         http://127.0.0.1:$port/metrics
  a question      curl -s http://127.0.0.1:$port/metrics | grep '^vprotect_vm_coverage.*overdue'
  a backup        curl -s http://127.0.0.1:$port/api/v1/backups -H 'Authorization: Bearer $token' \\
                    -H 'Content-Type: application/json' -d '{"vms": [{"name": "erp-db-01"}], "dry_run": true}'
  the server      http://127.0.0.1:${ports[0]}/api (no page but the vendor's API; user demo, password demo)
  its control     http://127.0.0.1:${ports[1]} (tests/simulator/README.md)
  configuration   $folder/config.yaml
TEXT
}

follow() {
  local programs=("${started[@]}")
  tail -n +1 -f "$folder/exporter.log" &
  started=("$!" "${started[@]}")
  wait -n "${programs[@]}" || true
  tail -n 3 "$folder"/*.log >&2
  die 'one of the programs ended by itself'
}

main() {
  parse_arguments "$@"
  require_free_ports
  if [[ $must_build == yes ]]; then
    scripts/packages.sh build test
    build release vprotect_exporter vprotect_simulator
  fi
  [[ $with_prometheus == no ]] || unpack_prometheus
  folder=$(mktemp -d /tmp/vprotect.XXXXXX)
  trap on_exit EXIT
  trap on_signal INT TERM HUP
  start_simulator
  write_configuration
  start_exporter
  [[ $with_prometheus == no ]] || start_prometheus
  say_where_to_look
  [[ $with_prometheus == no ]] || { neglect_a_vm && say_what_to_watch; }
  printf '\nCtrl-C stops everything. The exporter'"'"'s log follows.\n\n'
  follow
}

main "$@"
