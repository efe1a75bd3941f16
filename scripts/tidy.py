#!/usr/bin/env python3
"""scripts/tidy.py FILE...: clang-tidy over these sources, as build/release compiles them, on all processors.

What was found to be good is not looked at again, in this or another clone: a file is known by what the compiler reads for it,
comments included, by .clang-tidy and by the tool's version. What is known is in ~/.cache/vprotect_exporter/tidy.
"""

import hashlib
import json
import os
import re
import shlex
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
KNOWN = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "vprotect_exporter" / "tidy"
VERSION = subprocess.run(["clang-tidy", "--version"], capture_output=True, check=True).stdout
COMMANDS = {entry["file"]: entry["command"] for entry in json.loads((ROOT / "build/release/compile_commands.json").read_text())}


def read_by_compiler(file):
    """All of it, its headers' text in its place. A file that no target has is its own text."""
    command = shlex.split(re.sub(r"^\S*ccache ", "", COMMANDS.get(str(file), "cat " + shlex.quote(str(file)))))
    if "-o" in command:
        at = command.index("-o")
        command[at:at + 2] = ["-E", "-P", "-C"]
    return subprocess.run(command, cwd=ROOT / "build/release", capture_output=True).stdout


def mark_of(file):
    parts = [VERSION, (ROOT / ".clang-tidy").read_bytes(), file.read_bytes(), read_by_compiler(file)]
    return KNOWN / hashlib.sha256(b"\0".join(parts).replace(str(ROOT).encode(), b"")).hexdigest()


def is_good(name):
    file = (ROOT / name).resolve()
    mark = mark_of(file)
    if mark.exists():
        return True
    done = subprocess.run(["clang-tidy", "--quiet", "-p", ROOT / "build/release", file], capture_output=True, text=True)
    sys.stdout.write(re.sub(r"^\d+ warnings? generated\.\n", "", done.stdout + done.stderr, flags=re.MULTILINE))
    if done.returncode == 0:
        mark.touch()
    return done.returncode == 0


if __name__ == "__main__":
    KNOWN.mkdir(parents=True, exist_ok=True)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        sys.exit(not all(list(pool.map(is_good, sys.argv[1:]))))
