# shellcheck shell=bash disable=SC2154  # port, ports, folder and token are run.sh's
# The Prometheus and the Alertmanager of run.sh, which sources this: with the project's rules and its example
# configurations, whose addresses are replaced and whose times pass sixty times as fast.

prometheus_port() { printf '%d' $((port + 1)); }
alertmanager_port() { printf '%d' $((port + 2)); }

unpack_prometheus() {
  prometheus=$(scripts/unpack.sh prometheus prometheus)
  alertmanager=$(scripts/unpack.sh prometheus-alertmanager prometheus-alertmanager)
}

# Debian's programs look for their templates and pages below /usr/share, where they are not when a package is merely
# unpacked: a copy of the program looks into our folder instead, whose path is made as long by slashes.
copy_program() { # PROGRAM THEIR-FOLDER OUR-FOLDER
  local ours=$3
  while ((${#ours} < ${#2})); do ours+=/; done
  ((${#ours} == ${#2})) || die "the temporary folder's path is too long: $folder"
  cp -r "${1%/usr/bin/*}$2" "$3"
  LC_ALL=C sed "s|$2|$ours|g" "$1" >"$folder/${1##*/}"
  chmod +x "$folder/${1##*/}"
}

# The simulated clock runs ahead, of which there is an alert.
write_rules() {
  local file
  mkdir "$folder/rules"
  for file in alerts/*.yaml; do
    sed -E 's/for: ([0-9]+)m$/for: \1s/; s/for: ([0-9]+)h$/for: \1m/; s/for: 1d$/for: 24m/' "$file" >"$folder/rules/${file##*/}"
  done
  sed -i -e 's/vector(600)/vector(60)/' -e '/clock_skew/{n;s/vector(.*)/vector(1e9)/}' "$folder/rules/thresholds.yaml"
}

write_prometheus_configurations() {
  sed -e 's/interval: 60s/interval: 5s/' -e 's/scrape_timeout: 30s/scrape_timeout: 5s/' \
    -e "s|/etc/prometheus/vprotect|$folder/rules|" -e "s/alertmanager.example:9093/127.0.0.1:$(alertmanager_port)/" \
    -e "s/exporter.example:9777/127.0.0.1:$port/" alerts/examples/prometheus.yaml >"$folder/prometheus.yml"
  sed -e 's/group_wait: 1m/group_wait: 2s/' -e 's/group_interval: 5m/group_interval: 10s/' -e 's/repeat_interval: 4h/repeat_interval: 1m/' \
    -e "s|https://exporter.example:9777|http://127.0.0.1:$port|" -e "s|/etc/alertmanager|$folder|" \
    alerts/examples/alertmanager.yaml >"$folder/alertmanager.yml"
  (umask 077 && printf '%s' "$token" >"$folder/runbook-token")
}

start_prometheus() {
  copy_program "$alertmanager" /usr/share/prometheus/alertmanager "$folder/templates"
  copy_program "$prometheus" /usr/share/prometheus/web "$folder/web"
  write_rules
  write_prometheus_configurations
  start alertmanager.log "$folder/prometheus-alertmanager" --config.file="$folder/alertmanager.yml" --storage.path="$folder/alertmanager.data" \
    --web.listen-address="127.0.0.1:$(alertmanager_port)" --cluster.listen-address=
  wait_for 'Alertmanager did not start' alertmanager.log answers "$(alertmanager_port)"
  start prometheus.log "$folder/prometheus" --config.file="$folder/prometheus.yml" --storage.tsdb.path="$folder/prometheus.data" \
    --web.listen-address="127.0.0.1:$(prometheus_port)"
  wait_for 'Prometheus did not start' prometheus.log answers "$(prometheus_port)"
}

# No schedule backs this VM up any more, so that it is overdue again and again.
neglect_a_vm() {
  curl -fsS -o /dev/null --max-time 10 "http://127.0.0.1:${ports[1]}/vms/3c1b7a52-0d5e-4a44-9e0b-000000000019" -d '{"frozen": true}'
}

say_what_to_watch() {
  cat <<TEXT

And Prometheus and Alertmanager watch the exporter; in this demonstration their times and the server's pass faster.
  alerts          http://127.0.0.1:$(prometheus_port)/classic/alerts (plain: its style sheets are other packages)
  notifications   curl -s http://127.0.0.1:$(alertmanager_port)/api/v2/alerts    # Debian's Alertmanager has no pages
  its age         curl -s 'http://127.0.0.1:$(prometheus_port)/api/v1/query?query=vprotect_vm_last_backup_age_seconds%7Bvm%3D%22orders-01%22%7D'
  operations      curl -s 'http://127.0.0.1:$port/api/v1/operations?origin=alertmanager' -H 'Authorization: Bearer $token'
  for Grafana     the folder dashboards, with http://127.0.0.1:$(prometheus_port) as data source
Nobody's schedule backs up orders-01 any more. In two minutes it is overdue, VprotectVmOverdue fires, Alertmanager notifies the
exporter, the exporter starts one backup, and the alert ends. It begins anew each time the backup has become too old.
TEXT
}
