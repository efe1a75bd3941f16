"""Drives Debian's chromium through chromedriver, as far as the tests need it: the W3C protocol over HTTP."""

import base64
import contextlib
import json
import shutil
import urllib.request

from running import PATIENCE, Process, wait_for

ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
ARGUMENTS = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
             "--disable-background-networking", "--disable-component-update", "--disable-sync", "--hide-scrollbars",
             "--force-color-profile=srgb", "--lang=en", "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1"]


class Browser:
    """One window. What it starts, it stops."""

    def __init__(self, folder):
        self.folder = folder

    def __enter__(self):
        self.stack = contextlib.ExitStack()
        driver = self.stack.enter_context(Process([shutil.which("chromedriver"), "--port=0"], self.folder / "chromedriver.log"))
        self.url = "http://127.0.0.1:" + driver.find(r"started successfully on port (\d+)").group(1)
        options = {"binary": shutil.which("chromium"), "args": [*ARGUMENTS, f"--user-data-dir={self.folder}/profile"]}
        wanted = {"browserName": "chrome", "goog:chromeOptions": options, "goog:loggingPrefs": {"browser": "ALL"}}
        session = self.call("POST", "/session", {"capabilities": {"alwaysMatch": wanted}})
        self.url += "/session/" + session["sessionId"]
        self.stack.callback(self.call, "DELETE", "")
        return self

    def __exit__(self, *error):
        self.stack.__exit__(*error)

    def call(self, method, path, body=None):
        data = None if method in ("GET", "DELETE") else json.dumps(body or {}).encode()
        request = urllib.request.Request(self.url + path, data, {"Content-Type": "application/json"}, method=method)
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as error:
            raise RuntimeError(json.load(error)["value"]["message"]) from None

    def devtools(self, command, **parameters):
        return self.call("POST", "/goog/cdp/execute", {"cmd": command, "params": parameters})

    def open(self, url):
        self.call("POST", "/url", {"url": url})

    def run(self, script, *arguments):
        return self.call("POST", "/execute/sync", {"script": script, "args": list(arguments)})

    def until(self, script, *arguments):
        return wait_for(script, lambda: self.run("return " + script, *arguments))

    def find(self, css):
        return self.call("POST", "/element", {"using": "css selector", "value": css})[ELEMENT]

    def click(self, css):
        """The page may draw the element anew between looking for it and clicking it: then the new one is clicked."""
        wait_for("a click on " + css, lambda: self.clicked(css))

    def clicked(self, css):
        try:
            self.call("POST", f"/element/{self.find(css)}/click")
        except RuntimeError as error:
            if "stale element" not in str(error):
                raise
            return False
        return True

    def type(self, css, text):
        self.call("POST", f"/element/{self.find(css)}/value", {"text": text})

    def press(self, keys):
        """To whatever has the focus."""
        downs = [{"type": kind, "value": key} for key in keys for kind in ("keyDown", "keyUp")]
        self.call("POST", "/actions", {"actions": [{"type": "key", "id": "keyboard", "actions": downs}]})

    def texts(self, css):
        return self.run("return [...document.querySelectorAll(arguments[0])].map((e) => e.innerText.trim())", css)

    def complaints(self):
        """What the browser had to say: errors of scripts, refused styles, failed requests."""
        return [entry["message"] for entry in self.call("POST", "/se/log", {"type": "browser"}) if entry["level"] == "SEVERE"]

    def size(self, width, height):
        self.devtools("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 600)

    def prefer(self, scheme):
        self.devtools("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])

    def picture(self, file, height, top=0):
        shot = self.devtools("Page.captureScreenshot", captureBeyondViewport=True, clip={
            "x": 0, "y": top, "width": self.run("return innerWidth"), "height": height, "scale": 1})
        file.write_bytes(base64.b64decode(shot["data"]))

    def paper(self, file):
        """The first sheet, as far as a picture can show it."""
        self.size(794, 1123)
        self.devtools("Emulation.setEmulatedMedia", media="print")
        self.picture(file, 1123)
        self.devtools("Emulation.setEmulatedMedia", media="")

    def print(self, file):
        paper = {"page": {"width": 21.0, "height": 29.7}, "background": True, "shrinkToFit": True}
        file.write_bytes(base64.b64decode(self.call("POST", "/print", paper)))
