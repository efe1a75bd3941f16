"""The demonstration, watched: a simulated server, the exporter and a real Prometheus that scrapes it and evaluates the alerts."""

import contextlib
import hashlib
import json
import re
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "tests" / "support"))
from running import Prometheus, Site, fetch, wait_for  # noqa: E402

TOKEN = "runner"
MANAGER = "c2f0e7d2-77a1-4e0c-9d3e-000000000001"  # of the demonstration's hypervisors
CONFIG = f"""access:
  tokens:
    - name: runner
      sha256: {hashlib.sha256(TOKEN.encode()).hexdigest()}
      verbs: [report, backup, restore]
      tenants: ["*"]
  anonymous: {{verbs: [metrics, report], tenants: ["*"]}}
coverage: {{grace: 0s}}
runbooks:
  guard: {{cool_down: 0s, recent_success: 0s}}
  follow: {{interval: 1s}}
"""
SCRAPES = """global: {scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s}
scrape_configs:
  - job_name: vprotect
    static_configs: [{targets: ["%s"]}]
"""


class Demo:
    """`patient` alerts wait as long as their rules say before they fire, others fire at once."""

    def __init__(self, exporter, simulator, speed, patient=False):
        self.exporter, self.simulator, self.speed, self.patient = exporter, simulator, speed, patient

    def __enter__(self):
        with contextlib.ExitStack() as stack:
            world = ("--scenario", "demo", "--speed", str(self.speed))
            self.site = stack.enter_context(Site(self.exporter, self.simulator, *world, config=CONFIG))
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="vprotect-rules.")))
            config = SCRAPES % self.site.url.removeprefix("http://")
            self.prometheus = stack.enter_context(Prometheus(config, list(self.rules(folder))))
            self.stack = stack.pop_all()
        return self

    def __exit__(self, *error):
        self.stack.__exit__(*error)

    def rules(self, folder):
        for file in sorted((ROOT / "alerts").glob("*.yaml")):
            copy = folder / file.name
            text = file.read_text()
            copy.write_text(text if self.patient else re.sub(r"\n *for: .*", "", text))
            yield copy

    def api(self, path, body=None, token=TOKEN):
        """What GET of a path below /api/v1 says; POST with a body. RuntimeError when it is refused."""
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        answer = fetch(f"{self.site.url}/api/v1/{path}", headers, *(("POST", json.dumps(body).encode()) if body else ()))
        if answer[0] >= 300:
            raise RuntimeError(f"{path}: {answer[0]} {answer[2].decode()[:500]}")
        return json.loads(answer[2])

    def control(self, path, body):
        answer = fetch(self.site.control + path, method="POST", body=json.dumps(body).encode())
        assert answer[0] == 200, answer

    def guid(self, name):
        return next(vm["guid"] for vm in self.api(f"vms?q={name}")["items"] if vm["name"] == name)

    def begin_backup(self, name):
        """The operation's id."""
        return self.api("backups?wait=0s", {"vms": [{"name": name}]})["id"]

    def begin_restore(self, name):
        return self.api("restores?wait=0s", {"vm": {"name": name}, "hypervisorManager": MANAGER, "name": f"{name}-drill"})["id"]

    def await_end(self, operation):
        wait_for("the end of an operation", lambda: self.api(f"operations/{operation}")["state"] == "ended")

    def be_refused(self):
        """A backup of a VM without a policy, and a token that nobody has."""
        for body, token in (({"vms": [{"name": "scratch-01"}]}, TOKEN), ({"vms": [{"name": "erp-db-01"}]}, "wrong")):
            with contextlib.suppress(RuntimeError):
                self.api("backups", body, token)

    def let_fail(self, name):
        """From now on, whatever is tried."""
        self.control(f"/vms/{self.guid(name)}", {"fail_next": 100000})
