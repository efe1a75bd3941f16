"""The real exporter, the simulated vProtect server and a real Prometheus, started on loopback for one test and stopped after it."""

import json
import os
import re
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

PATIENCE = 60  # seconds; only reached when something is broken
INTERVALS = ("interval", "tasks_interval", "slow_interval", "snapshot_interval")


def wait_for(what, condition):
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if value := condition():
            return value
        time.sleep(0.05)
    raise TimeoutError(what)


class Process:
    """A program that is stopped, by its process id, when the block ends. Its output is in `log`."""

    def __init__(self, argv, log):
        self.log = Path(log)
        with open(log, "wb") as output:
            self.process = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def find(self, pattern):
        def found():
            if self.process.poll() is not None:
                raise RuntimeError(f"{self.process.args[0]} ended:\n{self.log.read_text()}")
            return re.search(pattern, self.log.read_text(errors="replace"))

        return wait_for(pattern, found)


def fetch(url, headers=None, method="GET", body=None):
    """(status, headers, body) of one request; no status is an exception."""
    request = urllib.request.Request(url, headers=headers or {}, method=method, data=body)
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read()


class Site:
    """A simulated server and the exporter that watches it: `url` is where the exporter serves."""

    def __init__(self, exporter, simulator, *world, config="", collection=""):
        self.exporter, self.simulator, self.world, self.config = exporter, simulator, world, config
        self.collection = "".join(f"  {key}: 1s\n" for key in INTERVALS) + collection

    def __enter__(self):
        self.folder = tempfile.TemporaryDirectory(prefix="vprotect-test.")
        here = Path(self.folder.name)
        self.parts = []
        ports = here / "ports"
        self.start([self.simulator, "--listen", "127.0.0.1:0", "--control", "127.0.0.1:0", "--port-file", ports, *self.world],
                   here / "simulator.log")
        wait_for("the simulator's ports", lambda: ports.exists() and ports.read_text().endswith("\n"))
        api, control = re.findall(r"\d+", ports.read_text())
        self.control = f"http://127.0.0.1:{control}"
        file = here / "config.yaml"
        file.write_text(f"collection:\n{self.collection}"
                        f"servers:\n  - name: prod\n    url: http://127.0.0.1:{api}\n    username: monitoring\n"
                        f"    password: secret\n{self.config}")
        running = self.start([self.exporter, f"--config.file={file}", f"--storage=sqlite://{here}/exporter.db",
                              "--web.listen-address=127.0.0.1:0"], here / "exporter.log")
        self.pid = running.process.pid
        self.url = "http://127.0.0.1:" + running.find(r"listening.* port=(\d+)").group(1)
        wait_for("the exporter to be ready", lambda: fetch(self.url + "/-/ready")[0] == 200)
        return self

    def start(self, argv, log):
        part = Process([str(word) for word in argv], log)
        self.parts.insert(0, part)
        return part

    def __exit__(self, *_):
        for part in self.parts:
            part.__exit__()
        self.folder.cleanup()


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


class Prometheus:
    """A real one (VPROTECT_PROMETHEUS) with this configuration and the files of these rules; what it stored is gone when the block ends."""

    binary = os.environ.get("VPROTECT_PROMETHEUS")

    def __init__(self, config, rules=()):
        self.config = config + f"\nrule_files: {json.dumps([str(file) for file in rules])}\n"

    def __enter__(self):
        self.folder = tempfile.TemporaryDirectory(prefix="vprotect-test.")
        here, address = Path(self.folder.name), f"127.0.0.1:{free_port()}"
        file = here / "prometheus.yml"
        file.write_text(self.config)
        self.process = Process([self.binary, f"--config.file={file}", f"--storage.tsdb.path={here}/data",
                                f"--web.listen-address={address}"], here / "prometheus.log")
        self.url = f"http://{address}"
        self.process.find("Server is ready to receive web requests")
        return self

    def __exit__(self, *error):
        self.process.__exit__(*error)
        self.folder.cleanup()

    def ask(self, path, **parameters):
        """The `data` of an answer of its HTTP API; ValueError with its own words when it refuses."""
        answer = json.loads(fetch(f"{self.url}/api/v1/{path}?{urllib.parse.urlencode(parameters, doseq=True)}")[2])
        if answer["status"] != "success":
            raise ValueError(answer["error"])
        return answer["data"]

    def query(self, expr, at=None):
        """[{"metric": labels, "value": [time, text]}] at a time in seconds since 1970, now without one; a scalar has no labels."""
        data = self.ask("query", query=expr, **({} if at is None else {"time": at}))
        return [{"metric": {}, "value": data["result"]}] if data["resultType"] == "scalar" else data["result"]

    def query_range(self, expr, start, end, step):
        """[{"metric": labels, "values": [[time, text], ...]}] between two times, every so many seconds."""
        return self.ask("query_range", query=expr, start=start, end=end, step=step)["result"]
