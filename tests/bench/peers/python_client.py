#!/usr/bin/env python3
"""A peer of the exporter, on Python's prometheus_client: python_client.py FILE

Registers every sample of the vprotect_* families of FILE, a text of /metrics, and serves them on a free port. Prints
"port=N" when it is ready. On SIGUSR1 every value is set again, and "set" is printed.
"""
import os
import signal
import sys
import threading

os.environ["PROMETHEUS_DISABLE_CREATED_SERIES"] = "True"

# pylint: disable=wrong-import-position  # they read the variable
from wsgiref.simple_server import make_server

from prometheus_client import CollectorRegistry, Counter, Gauge, make_wsgi_app
from prometheus_client.exposition import ThreadingWSGIServer, _SilentHandler
from prometheus_client.parser import text_fd_to_metric_families

SIGNALS = {signal.SIGUSR1, signal.SIGTERM, signal.SIGINT}


def children_of(family, registry):
    """Each sample of the family with its value; a counter is increased by nothing when it is set again."""
    kind = Counter if family.type == "counter" else Gauge
    metric = None
    for sample in family.samples:
        if metric is None:
            metric = kind(sample.name, family.documentation, list(sample.labels), registry=registry)
        child = metric.labels(**sample.labels) if sample.labels else metric
        if kind is Counter:
            child.inc(sample.value)
            yield child.inc, 0
        else:
            child.set(sample.value)
            yield child.set, sample.value


def main():
    signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
    registry = CollectorRegistry()
    setters = []
    with open(sys.argv[1], encoding="utf-8") as text:
        for family in text_fd_to_metric_families(text):
            if family.name.startswith("vprotect_") and family.type in ("counter", "gauge"):
                setters.extend(children_of(family, registry))
    # As start_http_server does it, which does not tell its port.
    server = make_server("127.0.0.1", 0, make_wsgi_app(registry), ThreadingWSGIServer, handler_class=_SilentHandler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(f"port={server.server_port}", flush=True)
    while signal.sigwait(SIGNALS) == signal.SIGUSR1:
        for setter, value in setters:
            setter(value)
        print("set", flush=True)


if __name__ == "__main__":
    main()
