#!/usr/bin/env python3
"""Our exporter beside peers and a raw write, in one run: what each costs with the same series, and how many times ours that is.

    tests/bench/compare.py [--vms 1000,10000,100000] [--build build/release] [--results FILE] [--write-docs]

Wants, besides a build: prometheus-cpp-dev (target peer_prometheus_cpp), golang-go with golang-github-prometheus-client-golang-dev,
python3-prometheus-client, libbenchmark-dev (target pieces_bench); what is not there is left out. With --prometheus the
program that VPROTECT_PROMETHEUS names scrapes us, too; scripts/unpack.sh prometheus prometheus tells where one is.
100,000 VMs take peers 10 GB; more, as in --vms 300000, are measured without them. --vms '' leaves all of that out.
--write-docs puts the tables between the markers of docs/performance.md, and draws docs/images/performance.svg;
--from FILE does that with the results of an earlier run. No test: times depend on the machine; read the ratios.
"""
import argparse
import json
import os
import pathlib
import platform
import re
import subprocess
import sys
import tempfile

import measure
import our_exporter
import peer
import plot
import real_prometheus
import shards
import tables

ROOT = pathlib.Path(__file__).resolve().parents[2]
DEFAULT_INTERVALS = (60, 15)  # seconds between polls, and between snapshots


def scraped_by_prometheus(exporter, options):
    program = os.environ.get("VPROTECT_PROMETHEUS")
    if not program:
        print("Prometheus: left out, VPROTECT_PROMETHEUS names none")
        return []
    exporter.reload(*DEFAULT_INTERVALS)
    return [real_prometheus.measured(program, exporter.folder, exporter.port, query, options.prometheus_interval)
            for query in options.prometheus]


def measured(build, vms, options):
    """The exporter has ended when the peers begin, so that the memory is theirs."""
    with tempfile.TemporaryDirectory() as name:
        folder, prometheus = pathlib.Path(name), []
        with our_exporter.ready(build, folder, vms, options.history_days) as exporter:
            ours, text = our_exporter.measured(exporter, build, options.churn)
            if options.prometheus and vms == max(options.vms):
                prometheus = scraped_by_prometheus(exporter, options)
        peers = peer.all_measured(build, folder, text, vms) if options.peers and vms <= options.most_for_peers else {}
    for other, result in peers.items():
        if result["series"] != ours["series"]:
            print(f"{other} serves {result['series']} series, we {ours['series']}")
    return {"ours": ours, "peers": peers, "prometheus": prometheus}


def pieces_measured(build):
    program = build / "tests/bench/pieces_bench"
    if not program.exists():
        print("pieces: left out, they need libbenchmark-dev, and the target pieces_bench")
        return []
    output = subprocess.run([program, "--benchmark_format=json"], check=True, capture_output=True, timeout=measure.PATIENCE)
    return json.loads(output.stdout)["benchmarks"]


def output_of(*argv):
    return subprocess.run(argv, check=False, capture_output=True, text=True, cwd=ROOT).stdout.strip()


def machine():
    processor = re.search(r"model name\s*: (.*)", pathlib.Path("/proc/cpuinfo").read_text("utf-8"))
    memory = re.search(r"MemTotal:\s+(\d+)", pathlib.Path("/proc/meminfo").read_text("utf-8"))
    system = re.search(r'PRETTY_NAME="(.*)"', pathlib.Path("/etc/os-release").read_text("utf-8"))
    versions = output_of("dpkg-query", "-W", "-f", "${Package} ${Version}, ", "prometheus-cpp-dev",
                         "golang-github-prometheus-client-golang-dev", "python3-prometheus-client", "libisal-dev")
    return {"processor": processor[1] if processor else platform.machine(), "cores": os.cpu_count(),
            "memory_gib": int(memory[1]) / 2**20, "system": system[1], "versions": versions.rstrip(", "),
            "commit": output_of("git", "rev-parse", "--short", "HEAD"), "load": os.getloadavg()[0]}


def keep(results, options):
    """After each number of VMs: what comes next may run out of time, or memory."""
    if options.results:
        options.results.write_text(json.dumps(results, indent=1), encoding="utf-8")


def run(options):
    build, results = ROOT / options.build, {"machine": machine(), "sites": [], "pieces": []}
    for vms in options.vms:
        print(f"{vms} VMs", file=sys.stderr, flush=True)
        results["sites"].append(measured(build, vms, options))
        keep(results, options)
    if options.shards:
        results["shards"] = shards.measured(build, options.history_days, *options.shards)
        keep(results, options)
    results["pieces"] = pieces_measured(build) if options.pieces else []
    keep(results, options)
    return results


def replaced(text, name, table):
    begin, end = f"<!-- bench:{name} -->", f"<!-- /bench:{name} -->"
    if begin not in text or end not in text:
        raise SystemExit(f"docs/performance.md has no place for {name}")
    return text[:text.index(begin) + len(begin)] + f"\n{table}\n" + text[text.index(end):]


def write_docs(made, results):
    page = ROOT / "docs/performance.md"
    text = page.read_text("utf-8")
    for name, table in made.items():
        text = replaced(text, name, table)
    page.write_text(text, encoding="utf-8")
    if results["sites"]:
        (ROOT / "docs/images/performance.svg").write_text(plot.drawn(tables.points(results["sites"])), encoding="utf-8")


def numbers(text):
    return [int(part) for part in text.split(",") if part]


def options_of(arguments):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", default="build/release")
    parser.add_argument("--vms", type=numbers, default=[1000, 10_000, 100_000], help="how many VMs, in turn")
    parser.add_argument("--most-for-peers", type=int, default=100_000, help="with more VMs than that, ours alone")
    parser.add_argument("--history-days", type=int, default=1)
    parser.add_argument("--churn", type=numbers, default=[1, 100], help="per cent of the VMs with a new backup before each poll")
    parser.add_argument("--no-peers", dest="peers", action="store_false")
    parser.add_argument("--no-pieces", dest="pieces", action="store_false")
    parser.add_argument("--shards", type=int, nargs=2, metavar=("COUNT", "VMS"), help="also so many exporters that share so many VMs")
    parser.add_argument("--prometheus", nargs="*", metavar="QUERY", default=[],
                        help="with the most VMs: once for each query string that Prometheus is to scrape with, such as ''")
    parser.add_argument("--prometheus-interval", type=int, default=60, help="seconds between its scrapes")
    parser.add_argument("--results", type=pathlib.Path, help="keep the figures there, as JSON")
    parser.add_argument("--from", dest="earlier", type=pathlib.Path, help="the figures of an earlier run, instead of one")
    parser.add_argument("--write-docs", action="store_true")
    return parser.parse_args(arguments)


def main():
    options = options_of(sys.argv[1:])
    results = json.loads(options.earlier.read_text("utf-8")) if options.earlier else run(options)
    made = tables.all_of(results)
    if options.write_docs:
        write_docs(made, results)
    for name, table in made.items():
        print(f"\n## {name}\n{table}")


if __name__ == "__main__":
    main()
