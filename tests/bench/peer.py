"""The peers: programs on other libraries that serve what our exporter serves. What one needs and is not there is told."""
import os
import pathlib
import shutil
import signal
import subprocess
import urllib.request

import measure

FOLDER = pathlib.Path(__file__).parent / "peers"
MOST_FOR_PYTHON = 10_000
MOST_AT_ONCE = 10_000  # VMs; with more, ten scrapes take these programs minutes and many GB


def built_by_cmake(build, _):
    program = build / "tests/bench/peer_prometheus_cpp"
    return [program] if program.exists() else None


def built_by_go(_, folder):
    if not shutil.which("go"):
        return None
    program = folder / "client_golang"
    built = subprocess.run(["go", "build", "-o", program, "client_golang.go"], cwd=FOLDER, check=False,
                           env=os.environ | {"GO111MODULE": "off", "GOPATH": "/usr/share/gocode", "GOFLAGS": ""})
    return None if built.returncode else [program]


def of_python(*_):
    python = "/usr/bin/python3"  # the distribution's, which has the distribution's packages
    known = subprocess.run([python, "-c", "import prometheus_client"], check=False, capture_output=True)
    return None if known.returncode else [python, FOLDER / "python_client.py"]


# Name, how its command is made, what is needed, and with how many VMs at most.
PEERS = (
    ("prometheus-cpp", built_by_cmake, "prometheus-cpp-dev, and the target peer_prometheus_cpp", 10**9),
    ("client_golang", built_by_go, "golang-go and golang-github-prometheus-client-golang-dev", 10**9),
    ("prometheus_client (Python)", of_python, "python3-prometheus-client", MOST_FOR_PYTHON),
)


def set_again(process):
    process.send_signal(signal.SIGUSR1)
    if measure.line_of(process) != "set":
        raise SystemExit(f"{process.args[0]} did not set its values")


def cycle(process, port):
    set_again(process)
    measure.scrape(port, "gzip")


def served(port):
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=measure.PATIENCE) as answer:
        return measure.count_series(answer.read())  # it may come in chunks, which cut lines


def measured(command, text, vms):
    with measure.running(*command, text) as process:
        pid, port = process.pid, int(measure.line_of(process).removeprefix("port="))
        measure.forget_peak(pid)
        result = {"load_cpu": measure.cpu_seconds(pid), "rss_ready_mib": measure.memory_mib(pid, "VmRSS")}
        for encoding in ("identity", "gzip"):
            result[encoding] = measure.scrapes(port, pid, encoding)
        result["set"] = measure.repeated(pid, lambda: set_again(process))[0]
        result["cycle"] = measure.repeated(pid, lambda: cycle(process, port))[0]
        result["rss_mib"], result["peak_mib"] = measure.memory_mib(pid, "VmRSS"), measure.memory_mib(pid, "VmHWM")
        result["at_once"] = measure.at_once(port, pid) if vms <= MOST_AT_ONCE else None
        result["series"] = served(port)
        return result


def all_measured(build, folder, text, vms):
    results = {}
    for name, made, needs, most in PEERS:
        if vms > most:
            print(f"{name}: not with more than {most} VMs")
        elif command := made(build, folder):
            results[name] = measured(command, text, vms)
        else:
            print(f"{name}: left out, it needs {needs}")
    return results
