"""Our exporter against the simulator: what it costs to be ready, to poll, to publish and to be scraped."""
import contextlib
import http.client
import json
import pathlib
import re
import signal
import subprocess
import threading
import time

import measure

QUIET = 3600  # seconds between polls, and between snapshots, while something else is measured
SNAPSHOT = "vprotect_snapshot_timestamp_seconds"
BACKUPS_READ = 'vprotect_collector_last_success_timestamp_seconds{server="bench",collector="backups"}'
VM_GUID = "3c1b7a52-0d5e-4a44-9e0b-{:012x}"
FEWEST_CYCLES, MOST_CYCLES = 3, 30


class Site:
    """A simulated server with so many VMs."""

    def __init__(self, stack, folder, build, vms, days):
        self.vms, ports = vms, folder / "ports"
        stack.enter_context(measure.running(build / "tests/simulator/vprotect_simulator", f"--vms={vms}",
                                            f"--history-days={days}", "--speed=0", f"--port-file={ports}",
                                            log=folder / "simulator.log"))
        found = measure.wait_for("the simulator", lambda: re.search(r"api=(\d+) control=(\d+)\s", ports.read_text("utf-8")))
        self.api, self.control = int(found[1]), int(found[2])


class Exporter:
    """The exporter of a site, in a folder that is its own."""

    def __init__(self, stack, folder, build, site, *arguments):
        self.vms, self.folder, self.api, self.control = site.vms, folder, site.api, site.control
        self.write_config(QUIET, QUIET)
        begun = time.monotonic()
        self.process = stack.enter_context(measure.running(
            build / "src/vprotect_exporter", f"--config.file={folder}/config.yaml", "--web.listen-address=127.0.0.1:0",
            f"--storage=sqlite://{folder}/exporter.db", *arguments, log=folder / "exporter.log"))
        self.pid, self.port = self.process.pid, self.listening_port()
        measure.wait_for("/-/ready", lambda: measure.body_of(self.port, "/-/ready"))
        self.ready = {"seconds": time.monotonic() - begun, "cpu": measure.cpu_seconds(self.pid)}

    def listening_port(self):
        log = self.folder / "exporter.log"

        def found():
            if self.process.poll() is not None:
                raise SystemExit(log.read_text("utf-8"))
            return re.search(r" port=(\d+)", log.read_text("utf-8"))
        return int(measure.wait_for("the exporter", found)[1])

    def write_config(self, poll, snapshot):
        (self.folder / "config.yaml").write_text(
            f"collection: {{interval: {poll}s, tasks_interval: {poll}s, slow_interval: {poll}s, snapshot_interval: {snapshot}s, "
            f"stale_after: 7d}}\n"
            f"servers:\n  - {{name: bench, url: 'http://127.0.0.1:{self.api}', username: monitoring, password: secret}}\n",
            encoding="utf-8")

    def reload(self, poll, snapshot):
        """Until what is read when the collectors begin anew is in a snapshot."""
        known = self.value_of(BACKUPS_READ)
        self.write_config(poll, snapshot)
        self.process.send_signal(signal.SIGHUP)
        measure.wait_for("the first read", lambda: self.value_of(BACKUPS_READ) != known, pause=0.2)

    def value_of(self, sample):
        text = measure.body_of(self.port, f"/metrics?name[]={sample.partition('{')[0]}").decode()
        return re.search(rf"^{re.escape(sample)} (\S+)$", text, re.M)[1]

    def snapshot(self):
        return self.value_of(SNAPSHOT)

    def next_snapshot(self, interval=0):
        """Asks rarely, since an answer has its cost: first when the interval since the last one is nearly over."""
        known = self.snapshot()
        time.sleep(0.95 * interval)
        measure.wait_for("the next snapshot", lambda: self.snapshot() != known)

    def save_text(self):
        file = self.folder / "metrics.txt"
        file.write_bytes(measure.body_of(self.port, "/metrics"))
        return file

    def a_tenant(self):
        text = measure.body_of(self.port, "/metrics?name[]=vprotect_tenant_protected_bytes").decode()
        return re.search(r'tenant="([^"]+)"', text)[1]


def settled(exporter):
    """What it does after it is ready, too, is over: it uses no CPU."""
    def rests():
        before = measure.cpu_seconds(exporter.pid)
        time.sleep(1)
        return measure.cpu_seconds(exporter.pid) - before < 0.02
    measure.wait_for("the exporter's rest", rests)


def cycles(exporter, interval, before_each=lambda: None):
    """CPU seconds from one snapshot to the next with one gzip scrape of each, when they are so many seconds apart."""
    exporter.next_snapshot()
    cpu, count = measure.cpu_seconds(exporter.pid), 0
    while count < MOST_CYCLES and (count < FEWEST_CYCLES or measure.cpu_seconds(exporter.pid) - cpu < measure.ENOUGH_CPU):
        begun = time.monotonic()
        before_each()
        measure.scrape(exporter.port, "gzip")
        exporter.next_snapshot(max(0, interval - (time.monotonic() - begun)))
        count += 1
    return {"cpu": (measure.cpu_seconds(exporter.pid) - cpu) / count, "count": count}


def poll_seconds(vms):
    return max(1, vms // 10_000)


def publish_cycles(exporter):
    # A new interval of snapshots counts from the next one on: another one of polls brings that about.
    interval = max(1, exporter.vms // 40000)
    exporter.reload(QUIET - 1, interval)
    return cycles(exporter, interval)


def poll_cycles(exporter):
    exporter.reload(poll_seconds(exporter.vms), QUIET)
    return cycles(exporter, poll_seconds(exporter.vms))


def scrapes_while_polling(exporter, polls=3):
    """The worst and the usual first byte of gzip scrapes, one after the other, during so many polls."""
    first, over = [], threading.Event()

    def scrape_on():
        while not over.is_set():
            first.append(measure.scrape(exporter.port, "gzip")[1])

    scraper = threading.Thread(target=scrape_on)
    scraper.start()
    for _ in range(polls):
        exporter.next_snapshot()
    over.set()
    scraper.join()
    return {"worst": max(first), "most": sorted(first)[len(first) * 99 // 100], "middle": measure.middle(first),
            "count": len(first)}


def back_up(control, numbers):
    """Each of these VMs has a new backup, of another size."""
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", control, timeout=measure.PATIENCE)) as connection:
        for number in numbers:
            body = json.dumps({"type": "INCREMENTAL", "size": 1 << 30 | number << 8})
            connection.request("POST", f"/vms/{VM_GUID.format(number)}/backups", body)
            answer = connection.getresponse()
            if answer.read() and answer.status != 200:
                raise SystemExit(f"the simulator answered {answer.status}")


def churn_cycles(exporter, per_cent):
    """As poll_cycles(), with new backups of so many of the VMs before each poll."""
    stride = 100 // per_cent
    rounds = iter(range(10**6))

    def change():
        at = next(rounds)
        back_up(exporter.control, [n for n in range(1, exporter.vms + 1) if n % stride == at % stride])

    begun = time.monotonic()
    change()
    seconds = time.monotonic() - begun
    interval = max(poll_seconds(exporter.vms), round(1.5 * seconds))
    exporter.reload(interval, QUIET)
    return cycles(exporter, interval, change) | {"seconds_to_change": seconds}


@contextlib.contextmanager
def ready(build, folder, vms, days):
    with contextlib.ExitStack() as stack:
        folder = pathlib.Path(folder)
        exporter = Exporter(stack, folder, build, Site(stack, folder, build, vms, days))
        settled(exporter)
        yield exporter


def scraped(exporter):
    pid, port, result = exporter.pid, exporter.port, {}
    for encoding in ("identity", "gzip"):
        result[encoding] = measure.scrapes(port, pid, encoding)
        result[f"raw_{encoding}"] = measure.raw_write(result[encoding]["bytes"])
    result["tenant"] = measure.scrapes(port, pid, "gzip", f"/metrics?tenant={exporter.a_tenant()}")
    result["at_once"] = measure.at_once(port, pid)
    return result


def polled(exporter):
    result = {"publish": publish_cycles(exporter), "poll": poll_cycles(exporter)}
    return result | {"while_polling": scrapes_while_polling(exporter)}


def ingested(exporter, build):
    """The list of VMs, from the socket to the records: CPU seconds, and the most MiB beside the records."""
    said = subprocess.run([build / "tests/bench/ingest_bench", f"http://127.0.0.1:{exporter.api}", "monitoring", "secret"],
                          check=True, capture_output=True, text=True, timeout=measure.PATIENCE).stdout
    found = re.search(r"(\S+) CPU seconds, records of (\S+) MiB, at most (\S+) MiB", said)
    return {"cpu": float(found[1]), "records_mib": float(found[2]), "beyond_mib": float(found[3])}


def measured(exporter, build, churn):
    """All figures, and the file with what it serves. Its most memory is that of scrapes and polls without churn."""
    pid = exporter.pid
    result = {"vms": exporter.vms, "ready": exporter.ready, "rss_ready_mib": measure.memory_mib(pid, "VmRSS"),
              "peak_ready_mib": measure.memory_mib(pid, "VmHWM")}
    text = exporter.save_text()
    result["series"] = measure.count_series(text.read_bytes())
    result |= scraped(exporter)
    result["ingest"] = ingested(exporter, build)
    measure.forget_peak(pid)
    result |= polled(exporter)
    result["rss_mib"] = measure.memory_mib(pid, "VmRSS")
    result["peak_mib"] = max(result["peak_ready_mib"], measure.memory_mib(pid, "VmHWM"))
    result["churn"] = {str(part): churn_cycles(exporter, part) for part in churn}
    return result, text
