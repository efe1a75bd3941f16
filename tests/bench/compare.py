#!/usr/bin/env python3
"""Our exporter beside peers and a raw write, in one run: what each costs with the same series, and how many times ours that is.

    tests/bench/compare.py [--vms 1000,10000,100000] [--build build/release] [--results FILE] [--write-docs]

Wants, besides a build: prometheus-cpp-dev (target peer_prometheus_cpp), golang-go with golang-github-prometheus-client-golang-dev,
python3-prometheus-client, libbenchmark-dev (target pieces_bench); what is not there is left out. With --prometheus the
program that VPROTECT_PROMETHEUS names scrapes us, too; scripts/unpack.sh prometheus prometheus tells where one is.
--write-docs puts the tables between the markers of docs/performance.md, and draws docs/images/performance.svg;
--from FILE does that with the results of an earlier run. No test: times depend on the machine; read the ratios.
"""
import argparse
import json
import pathlib
import sys
import tempfile

import our_exporter
import peer
import tables

ROOT = pathlib.Path(__file__).resolve().parents[2]


def measured(build, vms, options):
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        ours, text = our_exporter.measured(build, folder, vms, options.history_days, options.churn)
        peers = peer.all_measured(build, folder, text, vms) if options.peers else {}
    for other, result in peers.items():
        if result["series"] != ours["series"]:
            print(f"{other} serves {result['series']} series, we {ours['series']}")
    return {"ours": ours, "peers": peers}


def run(options):
    build, results = ROOT / options.build, {"sites": []}
    for vms in options.vms:
        print(f"{vms} VMs", file=sys.stderr, flush=True)
        results["sites"].append(measured(build, vms, options))
    return results


def numbers(text):
    return [int(part) for part in text.split(",") if part]


def options_of(arguments):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", default="build/release")
    parser.add_argument("--vms", type=numbers, default=[1000, 10_000, 100_000], help="how many VMs, in turn")
    parser.add_argument("--most", type=int, help="one more number of VMs, without peers")
    parser.add_argument("--history-days", type=int, default=1)
    parser.add_argument("--churn", type=numbers, default=[1, 100], help="per cent of the VMs with a new backup before each poll")
    parser.add_argument("--no-peers", dest="peers", action="store_false")
    parser.add_argument("--results", type=pathlib.Path, help="keep the figures there, as JSON")
    parser.add_argument("--from", dest="earlier", type=pathlib.Path, help="the figures of an earlier run, instead of one")
    parser.add_argument("--write-docs", action="store_true")
    return parser.parse_args(arguments)


def main():
    options = options_of(sys.argv[1:])
    results = json.loads(options.earlier.read_text("utf-8")) if options.earlier else run(options)
    if options.results:
        options.results.write_text(json.dumps(results, indent=1), encoding="utf-8")
    made = tables.all_of(results)
    for name, table in made.items():
        print(f"\n## {name}\n{table}")


if __name__ == "__main__":
    main()
