"""A real Prometheus that scrapes our exporter: how long a scrape takes it, and what it costs it."""
import json
import time
import urllib.parse
import urllib.request

import measure

SCRAPES = 3


def configuration(port, query, interval):
    parameters = json.dumps(urllib.parse.parse_qs(query, keep_blank_values=True))  # YAML, too
    return (f"global: {{scrape_interval: {interval}s, scrape_timeout: {interval}s}}\n"
            f"scrape_configs:\n  - job_name: bench\n    params: {parameters}\n"
            f"    static_configs: [{{targets: ['127.0.0.1:{port}']}}]\n")


def value_of(port, expression):
    """Absent before the first scrape."""
    url = f"http://127.0.0.1:{port}/api/v1/query?" + urllib.parse.urlencode({"query": expression})
    with urllib.request.urlopen(url, timeout=measure.PATIENCE) as answer:
        result = json.load(answer)["data"]["result"]
    return float(result[0]["value"][1]) if result else None


def measured(program, folder, port, query="", interval=60):
    """The exporter listens there. The first scrape, which makes all series, is told apart from the later ones."""
    own = measure.free_port()
    (folder / "prometheus.yml").write_text(configuration(port, query, interval), encoding="utf-8")
    with measure.running(program, f"--config.file={folder}/prometheus.yml", f"--storage.tsdb.path={folder}/prometheus{own}",
                         f"--web.listen-address=127.0.0.1:{own}", "--log.level=warn", log=folder / "prometheus.log") as process:
        pid = process.pid

        def scraped_after(moment):
            at = value_of(own, "timestamp(up)")
            return at if at and at > moment else None

        def next_scrape(moment):
            return measure.wait_for("Prometheus' scrape", lambda: scraped_after(moment), pause=0.5)

        at, duration = next_scrape(0), []
        first = {"seconds": value_of(own, "scrape_duration_seconds"), "up": value_of(own, "up"), "cpu": measure.cpu_seconds(pid)}
        at, cpu, begun = next_scrape(at), measure.cpu_seconds(pid), time.monotonic()
        for _ in range(SCRAPES):
            at = next_scrape(at)
            duration.append(value_of(own, "scrape_duration_seconds"))
        return {"query": query, "interval": interval, "first": first, "seconds": measure.middle(duration),
                "cpu": (measure.cpu_seconds(pid) - cpu) / SCRAPES, "between": (time.monotonic() - begun) / SCRAPES,
                "samples": value_of(own, "scrape_samples_scraped"), "up": value_of(own, "up"),
                "rss_mib": measure.memory_mib(pid, "VmRSS"), "peak_mib": measure.memory_mib(pid, "VmHWM")}
