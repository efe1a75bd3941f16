#!/usr/bin/env python3
"""What a large site costs: the real exporter against the simulator, with as many VMs as you say.

    tests/bench/site_bench.py [--build build/release] [--vms 100000] [--history-days 1] [--scrapes 5]

Prints time to ready, CPU per poll, memory, the size of the ledger and when it was last written to, and size, time and
CPU of a plain and a gzip scrape beside a raw write of the same bytes through a socket. No test: the times depend on the machine; read the ratios.
"""
import argparse
import contextlib
import os
import pathlib
import re
import socket
import subprocess
import tempfile
import threading
import time
import urllib.request

TICKS = os.sysconf("SC_CLK_TCK")
PATIENCE = 900  # seconds, of every wait


def cpu_seconds(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def memory_mib(pid, key):
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    return int(re.search(rf"{key}:\s+(\d+)", status)[1]) / 1024


def wait_for(what, condition):
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError):
            if found := condition():
                return found
        time.sleep(0.02)
    raise SystemExit(f"ran out of time before {what}")


@contextlib.contextmanager
def running(*argv, log):
    with open(log, "w", encoding="utf-8") as output:
        process = subprocess.Popen(argv, stdout=output, stderr=output)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(PATIENCE)


def get(port, path, encoding="identity"):
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers={"Accept-Encoding": encoding})
    with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
        size, first = 0, None
        while piece := answer.read(1 << 20):
            first = first or time.monotonic()
            size += len(piece)
        return size, first


def scrape(port, pid, encoding):
    """Bytes, seconds in all, seconds to the first byte, CPU seconds of the exporter."""
    cpu, begun = cpu_seconds(pid), time.monotonic()
    size, first = get(port, "/metrics", encoding)
    return size, time.monotonic() - begun, first - begun, cpu_seconds(pid) - cpu


def raw_write(size):
    """Seconds and CPU seconds that a write loop takes for as many bytes: the limit of this machine."""
    server = socket.create_server(("127.0.0.1", 0))
    piece = b"x" * 65536
    result = {}

    def send():
        connection, _ = server.accept()
        begun = time.thread_time()
        for _ in range(size // len(piece) + 1):
            connection.sendall(piece)
        result["cpu"] = time.thread_time() - begun
        connection.close()

    sender = threading.Thread(target=send)
    sender.start()
    begun = time.monotonic()
    with socket.create_connection(server.getsockname()) as client:
        buffer = bytearray(1 << 20)
        while client.recv_into(buffer):
            pass
    sender.join()
    return time.monotonic() - begun, result["cpu"]


def middle(values):
    return sorted(values)[len(values) // 2]


def report_scrapes(port, pid, scrapes):
    for encoding in ("identity", "gzip"):
        scrape(port, pid, encoding)  # the first one makes the format
        runs = [scrape(port, pid, encoding) for _ in range(scrapes)]
        size = runs[-1][0]
        raw = [raw_write(size) for _ in range(scrapes)]
        seconds, first, cpu = (middle([run[i] for run in runs]) for i in (1, 2, 3))
        raw_seconds, raw_cpu = (middle([run[i] for run in raw]) for i in (0, 1))
        print(f"{encoding:8} scrape: {size / 1e6:8.2f} MB, {seconds * 1e3:7.1f} ms, first byte {first * 1e3:6.1f} ms, "
              f"CPU {cpu * 1e3:6.0f} ms; raw write {raw_seconds * 1e3:7.1f} ms, CPU {raw_cpu * 1e3:6.0f} ms: "
              f"{seconds / raw_seconds:.2f} times")


def requests_so_far(port):
    body = urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics?name[]=vprotect_exporter_api_requests_total",
                                  timeout=PATIENCE).read().decode()
    return sum(float(line.rsplit(" ", 1)[1]) for line in body.splitlines() if not line.startswith("#"))


def report_polls(port, pid, seconds):
    cpu, requests = cpu_seconds(pid), requests_so_far(port)
    time.sleep(seconds)
    print(f"polling for {seconds} s: {cpu_seconds(pid) - cpu:.2f} CPU s, {requests_so_far(port) - requests:.0f} requests")


def report_ledger(folder, begun):
    """The file with its log, and how long after the start the newest of them was written to."""
    files = [file.stat() for file in folder.glob("exporter.db*")]
    print(f"ledger: {sum(file.st_size for file in files) / 1e6:.1f} MB, last written to "
          f"{max(file.st_mtime for file in files) - begun:.1f} s after the start")


def report_memory(when, pid):
    print(f"memory {when} {memory_mib(pid, 'VmRSS'):.0f} MiB, at most {memory_mib(pid, 'VmHWM'):.0f} MiB")


def config(api):
    return (f"collection: {{interval: 20s, tasks_interval: 20s, slow_interval: 20s, snapshot_interval: 20s}}\n"
            f"servers:\n  - name: bench\n    url: http://127.0.0.1:{api}\n    username: monitoring\n    password: secret\n")


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--build", default="build/release")
    arguments.add_argument("--vms", type=int, default=100_000)
    arguments.add_argument("--history-days", type=int, default=1)
    arguments.add_argument("--scrapes", type=int, default=5)
    options = arguments.parse_args()
    build = pathlib.Path(options.build)
    with tempfile.TemporaryDirectory() as name, contextlib.ExitStack() as stack:
        folder = pathlib.Path(name)
        ports = folder / "ports"
        stack.enter_context(running(build / "tests/simulator/vprotect_simulator", f"--vms={options.vms}",
                                    f"--history-days={options.history_days}", "--speed=0", f"--port-file={ports}",
                                    log=folder / "simulator.log"))
        api = wait_for("the simulator", lambda: ports.exists() and re.search(r"api=(\d+)", ports.read_text()))[1]
        (folder / "config.yaml").write_text(config(api), encoding="utf-8")
        begun, started = time.monotonic(), time.time()
        exporter = stack.enter_context(running(build / "src/vprotect_exporter", f"--config.file={folder}/config.yaml",
                                               "--web.listen-address=127.0.0.1:0",
                                               f"--storage=sqlite://{folder}/exporter.db", log=folder / "exporter.log"))
        log = folder / "exporter.log"
        port = int(wait_for("the exporter", lambda: re.search(r" port=(\d+)", log.read_text()))[1])
        wait_for("/-/ready", lambda: get(port, "/-/ready"))
        print(f"{options.vms} VMs, {options.history_days} days of backups: ready after "
              f"{time.monotonic() - begun:.2f} s, {cpu_seconds(exporter.pid):.2f} CPU s")
        report_memory("when ready", exporter.pid)
        report_polls(port, exporter.pid, 40)
        report_ledger(folder, started)
        report_memory("before scrapes", exporter.pid)
        report_scrapes(port, exporter.pid, options.scrapes)
        report_polls(port, exporter.pid, 40)
        report_memory("at last", exporter.pid)


if __name__ == "__main__":
    main()
