#!/usr/bin/env python3
"""Holds the API's description against the real answers of the real exporter, and the answers against it.

    openapi_test.py EXPORTER SIMULATOR
"""

import json
import sys
import unittest
from pathlib import Path
from urllib.parse import urlencode

import jsonschema

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "support"))
from running import Site, fetch  # noqa: E402

# A value that is good for each parameter that has no fixed words.
SAMPLES = {"from": "2026-01-01", "to": "2026-01-07", "limit": "2", "fields": "guid", "q": "a", "cursor": None}
ABSENT = "00000000-0000-0000-0000-000000000000"


class OpenApi(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.site = cls.enterClassContext(Site(*sys.argv[-2:], "--scenario", "demo", "--speed", "0"))
        cls.document = json.loads(fetch(cls.site.url + "/api/v1/openapi.json")[2])
        vms = json.loads(fetch(cls.site.url + "/api/v1/vms?limit=1&sort=-kept_backups")[2])
        cls.guid = vms["items"][0]["guid"]

    def path_of(self, path, guid=None):
        return path.replace("{guid}", guid or self.guid)

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

    def test_a_vm_that_is_not_there_is_not_found(self):
        for path, operation in self.gets():
            if "{guid}" not in path:
                continue
            with self.subTest(path):
                answer = self.get(path, guid=ABSENT)
                self.assertEqual(answer[0], 404)
                self.hold(operation, answer)

    def test_the_description_has_every_path_that_is_served(self):
        self.assertTrue({"/", "/metrics", "/report", "/-/healthy", "/-/ready", "/-/reload", "/-/cardinality", "/api/v1/report",
                         "/api/v1/vms", "/api/v1/vms/{guid}", "/api/v1/vms/{guid}/backups", "/api/v1/tasks", "/api/v1/policies",
                         "/api/v1/schedules", "/api/v1/openapi.json"} <= set(self.document["paths"]))


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
