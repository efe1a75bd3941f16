#!/usr/bin/env python3
"""Holds the API's description against the real answers of the real exporter, and the answers against it.

    openapi_test.py EXPORTER SIMULATOR
"""

import hashlib
import json
import re
import shlex
import sys
import unittest
from pathlib import Path
from urllib.parse import urlencode

import jsonschema

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "support"))
from running import Site, fetch  # noqa: E402

# A value that is good for each parameter that has no fixed words.
SAMPLES = {"from": "2026-01-01", "to": "2026-01-07", "limit": "2", "fields": "guid", "q": "a", "cursor": None, "wait": "0s", "server": "prod"}
ABSENT = "00000000-0000-0000-0000-000000000000"
TOKEN = "runner"
MAY_CHANGE = {"Authorization": f"Bearer {TOKEN}"}
CONFIG = f"""access:
  tokens:
    - name: runner
      sha256: {hashlib.sha256(TOKEN.encode()).hexdigest()}
      verbs: [metrics, report, backup, restore, manage]
      tenants: ["*"]
  anonymous: {{verbs: [metrics, report], tenants: ["*"]}}
runbooks:
  requests_per_second: 1000
  request_burst: 1000
  guard: {{cool_down: 0s, recent_success: 0s}}
"""
DOCS = Path(__file__).resolve().parent.parent.parent / "docs"


def commands_in(page):
    """(name of the page, method, path and query, body) of each curl that asks the API."""
    text = re.sub(r"\\\n\s*", "", page.read_text())
    for line in re.findall(r"^curl [^`]*?(?=\ncurl|\nTOKEN|\n```|    #)", text, re.MULTILINE):
        words = shlex.split(line)
        url = next((word for word in words if word.startswith("https://exporter.example:9777/")), "")
        if "/api/v1/" not in url:
            continue
        body = words[words.index("-d") + 1] if "-d" in words else None
        method = words[words.index("-X") + 1] if "-X" in words else "GET" if body is None else "POST"
        yield page.name, method.lower(), url.removeprefix("https://exporter.example:9777"), body


class OpenApi(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.site = cls.enterClassContext(Site(*sys.argv[-2:], "--scenario", "demo", "--speed", "0",
                                           config=CONFIG))
        cls.document = json.loads(fetch(cls.site.url + "/api/v1/openapi.json")[2])
        vms = json.loads(fetch(cls.site.url + "/api/v1/vms?limit=1&sort=-kept_backups")[2])
        cls.guid = vms["items"][0]["guid"]
        cls.guids = {"vms": cls.guid} | {plans: cls.first_of(plans) for plans in ("policies", "schedules")}
        cls.operation, cls.begun = cls.back_up_any()

    @classmethod
    def first_of(cls, plans):
        return json.loads(fetch(f"{cls.site.url}/api/v1/{plans}?limit=1")[2])["items"][0]["guid"]

    @classmethod
    def back_up_any(cls):
        for vm in json.loads(fetch(cls.site.url + "/api/v1/vms?state=covered&state=overdue")[2])["items"]:
            answer = cls.send("/api/v1/backups?wait=0s", {"vms": [{"guid": vm["guid"]}]})
            if answer[0] == 202:
                return json.loads(answer[2])["id"], answer
        raise AssertionError("no VM of the demo can be backed up")

    @classmethod
    def send(cls, path, body, method="POST", headers=None):
        """With a credential that may change everything."""
        text = body if isinstance(body, bytes) else json.dumps(body).encode()
        return fetch(cls.site.url + path, MAY_CHANGE | {"Content-Type": "application/json"} | (headers or {}), method, text)

    def path_of(self, path, guid=None):
        kind = path.split("/")[3] if path.count("/") > 2 else ""
        return path.replace("{guid}", guid or self.guids.get(kind, "")).replace("{id}", guid or self.operation)

    def get(self, path, parameters=(), guid=None):
        query = "?" + urlencode(parameters) if parameters else ""
        return fetch(self.site.url + self.path_of(path, guid) + query)

    def gets(self):
        return [(path, methods["get"]) for path, methods in self.document["paths"].items() if "get" in methods]

    def hold(self, operation, answer):
        status, headers, body = answer
        kind = headers.get_content_type()
        self.assertIn(str(status), operation["responses"], body[:500])
        content = operation["responses"][str(status)]["content"]
        self.assertIn(kind, content)
        if "schema" in content[kind]:
            schema = content[kind]["schema"] | {"components": self.document["components"]}
            jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker()).validate(json.loads(body))

    def sample(self, operation, parameter):
        schema = parameter["schema"].get("items", parameter["schema"])
        if "enum" in schema:
            return schema["enum"][0]
        return {"boolean": "true"}.get(schema["type"]) or SAMPLES.get(parameter["name"], "x")

    def test_every_schema_is_one(self):
        for name, schema in self.document["components"]["schemas"].items():
            with self.subTest(name):
                jsonschema.Draft202012Validator.check_schema(schema)

    def test_every_operation_says_what_it_is_for(self):
        for path, methods in self.document["paths"].items():
            for method, operation in methods.items():
                with self.subTest(f"{method} {path}"):
                    self.assertTrue(operation["summary"].endswith("."))
                    self.assertTrue(operation["responses"])

    def test_answers_are_as_described(self):
        for path, operation in self.gets():
            with self.subTest(path):
                answer = self.get(path)
                self.assertEqual(answer[0], 200)
                self.hold(operation, answer)

    def test_every_parameter_is_taken(self):
        for path, operation in self.gets():
            for parameter in operation["parameters"]:
                value = self.sample(operation, parameter)
                if parameter["in"] != "query" or value is None:
                    continue
                with self.subTest(f"{path} {parameter['name']}={value}"):
                    more = [("to", "2026-01-07")] if parameter["name"] == "from" else []
                    value = "guid" if parameter["name"] == "sort" and path.startswith("/api") else value
                    answer = self.get(path, [(parameter["name"], value), *more])
                    self.hold(operation, answer)
                    self.assertIn(answer[0], (200, 404) if "{guid}" in path and parameter["name"] == "server" else (200,))

    def test_what_is_no_parameter_is_named(self):
        for path, operation in self.gets():
            if not path.startswith("/api/v1/") or not operation["parameters"]:
                continue
            with self.subTest(path):
                answer = self.get(path, [("no_such", "1")])
                self.assertEqual(answer[0], 400)
                self.hold(operation, answer)
                self.assertEqual(json.loads(answer[2])["errors"][0]["parameter"], "no_such")

    def test_what_is_not_there_is_not_found(self):
        for path, operation in self.gets():
            if "{" not in path:
                continue
            with self.subTest(path):
                answer = self.get(path, guid=ABSENT)
                self.assertEqual(answer[0], 404)
                self.hold(operation, answer)

    def test_the_description_has_every_path_that_is_served(self):
        self.assertTrue({"/", "/metrics", "/report", "/-/healthy", "/-/ready", "/-/reload", "/-/cardinality", "/api/v1/report",
                         "/api/v1/vms", "/api/v1/vms/{guid}", "/api/v1/vms/{guid}/backups", "/api/v1/tasks", "/api/v1/policies",
                         "/api/v1/policies/{guid}", "/api/v1/schedules", "/api/v1/schedules/{guid}", "/api/v1/backups",
                         "/api/v1/restores", "/api/v1/alertmanager", "/api/v1/operations", "/api/v1/operations/{id}",
                         "/api/v1/killswitch", "/api/v1/audit", "/api/v1/openapi.json"} <= set(self.document["paths"]))

    def requests(self):
        """(path, method, operation, schema of its body) of all that take one."""
        for path, methods in self.document["paths"].items():
            for method, operation in methods.items():
                if "requestBody" in operation:
                    schema = operation["requestBody"]["content"]["application/json"]["schema"]
                    yield path, method, operation, schema | {"components": self.document["components"]}

    def example_of(self, schema):
        return self.document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]["examples"][0]

    def validate(self, body, schema):
        jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker()).validate(body)

    def test_every_example_of_a_request_is_one(self):
        for path, method, _, schema in self.requests():
            with self.subTest(f"{method} {path}"):
                self.validate(self.example_of(schema), schema)

    def test_every_example_is_answered_as_described(self):
        self.addCleanup(self.send, "/api/v1/killswitch", {"on": False})
        for path, method, operation, schema in self.requests():
            with self.subTest(f"{method} {path}"):
                answer = self.send(self.path_of(path), self.example_of(schema), method.upper())
                self.assertIn(answer[0], (200, 201, 202, 409), answer[2][:500])
                self.hold(operation, answer)

    def test_commands_of_the_documentation_are_understood(self):
        schemas = {(path, method): schema for path, method, _, schema in self.requests()}
        commands = [command for page in (DOCS / "runbooks.md", *sorted((DOCS / "runbooks").glob("*.md")))
                    for command in commands_in(page)]
        self.assertGreater(len(commands), 80)
        for page, method, url, body in commands:
            path, _, query = self.with_what_is_there(url).partition("?")
            with self.subTest(f"{page} {method} {url} {body}"):
                if method == "get":
                    self.assertEqual(fetch(self.site.url + path + "?" + query, MAY_CHANGE)[0], 200)
                elif method != "delete":
                    self.validate(json.loads(body), schemas[re.sub(r"/[0-9a-f-]{36}$", "/{guid}", path), method])

    def with_what_is_there(self, url):
        url = re.sub(r"(/(vms|policies|schedules)/)[0-9a-f-]{36}", lambda m: m[1] + self.guids[m[2]], url)
        return url.replace("$ID", self.operation).replace("wait=60s", "wait=0s")

    def test_bodies_that_are_wrong_are_answered_as_described(self):
        for path, method, operation, _ in self.requests():
            for status, body, headers in ((400, {"no_such": 1}, {}), (400, b"{", {}), (400, b"[" * 100000, {}),
                                          (415, {}, {"Content-Type": "text/plain"})):
                with self.subTest(f"{method} {path} {status} {body[:9] if isinstance(body, bytes) else body}"):
                    answer = self.send(self.path_of(path), body, method.upper(), headers)
                    self.assertEqual(answer[0], status, answer[2][:500])
                    self.hold(operation, answer)

    def test_a_backup_is_answered_as_described(self):
        operation = self.document["paths"]["/api/v1/backups"]["post"]
        self.hold(operation, self.begun)
        self.assertEqual(self.begun[1]["Location"], "/api/v1/operations/" + self.operation)
        absent = {"vms": [{"guid": ABSENT}]}
        for status, body, key in ((409, absent, "1"), (202, {"vms": [{"guid": ABSENT}, {"guid": self.other_vm()}]}, "2"),
                                  (422, absent, "2")):
            with self.subTest(status):
                answer = self.send("/api/v1/backups", body, headers={"Idempotency-Key": key})
                self.assertEqual(answer[0], status, answer[2][:500])
                self.hold(operation, answer)

    def other_vm(self):
        """One that may be backed up, and is not."""
        for vm in json.loads(fetch(self.site.url + "/api/v1/vms?state=covered&state=overdue")[2])["items"]:
            body = {"vms": [{"guid": vm["guid"]}], "dry_run": True}
            if json.loads(self.send("/api/v1/backups", body)[2])["jobs"][0]["verdict"] == "accepted":
                return vm["guid"]
        raise AssertionError("no other VM of the demo can be backed up")

    def test_a_notification_is_answered_as_described(self):
        operation = self.document["paths"]["/api/v1/alertmanager"]["post"]
        alert = {"status": "firing", "labels": {"guid": self.guid}, "startsAt": "2026-01-01T02:00:05Z", "fingerprint": "f"}
        answer = self.send("/api/v1/alertmanager", {"version": "4", "alerts": [alert, alert | {"status": "resolved"}]})
        self.assertEqual(answer[0], 200)
        self.hold(operation, answer)

    def test_a_cancellation_is_answered_as_described(self):
        operation = self.document["paths"]["/api/v1/operations/{id}"]["delete"]
        begun = json.loads(self.send("/api/v1/backups?wait=0s", {"vms": [{"guid": self.other_vm()}]})[2])["id"]
        for status, path in ((202, begun), (404, ABSENT)):
            with self.subTest(status):
                answer = fetch(f"{self.site.url}/api/v1/operations/{path}", MAY_CHANGE, "DELETE")
                self.assertEqual(answer[0], status)
                self.hold(operation, answer)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
