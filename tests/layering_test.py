#!/usr/bin/env python3
"""Holds every #include of src/ against the add_module lines of src/CMakeLists.txt.

    layering_test.py [ROOT]        checks the project, by default the one this file lies in
    layering_test.py --self-test   checks the checker, on small trees that each break one rule

Standard library only. Prints one line per breach and exits 1 when there is one.
"""

import re
import sys
import tempfile
import unittest
from pathlib import Path

# Where a third-party header may be included, and the library that the module's add_module line then has to name.
# None: the module gets it through the library that brings it along.
THIRD_PARTY = {
    "curl/": ("PkgConfig::CURL", {"vprotect"}),
    "nlohmann/": ("nlohmann_json::nlohmann_json", {"vprotect", "report", "runbook", "web"}),
    "httplib.h": ("PkgConfig::HTTPLIB", {"web"}),
    "openssl/": ("OpenSSL::SSL", {"base", "web"}),
    "re2/": ("PkgConfig::RE2", {"runbook"}),
    "crypt.h": ("PkgConfig::CRYPT", {"web"}),
    "prometheus/": (None, {"exposition", "web"}),
    "isa-l.h": (None, {"exposition"}),  # not on every processor: src/CMakeLists.txt links it where it is
    "zlib.h": ("ZLIB::ZLIB", {"exposition", "web"}),
    "yaml-cpp/": ("yaml-cpp::yaml-cpp", {"config"}),
    "soci/": ("SOCI::SOCI", {"ledger"}),
    "libpq-fe.h": (None, {"ledger"}),
    "spdlog/": ("spdlog::spdlog", {"base"}),
}
# Headers of the C library and the kernel that std has no name for.
SYSTEM = re.compile(r"^(sys/|net/|netinet/|arpa/|linux/)|^(unistd|signal|fcntl|malloc|poll|pthread|netdb|termios)\.h$")
STANDARD = re.compile(r"^[a-z0-9_]+$")
# What others may see of a module, where that is not all of it: (who, whose) -> headers.
NARROW = {("collector", "vprotect"): {"api.h"}, ("collector", "ledger"): {"ledger.h"},
          ("runbook", "vprotect"): {"control.h"}, ("runbook", "ledger"): {"journal.h"}, ("web", "ledger"): {"journal.h"},
          ("config", "ledger"): {"location.h"}}
# config puts together the options of these; it needs nothing else of them.
OPTIONS_ONLY = ("config", {"vprotect", "exposition", "collector", "web"})

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.MULTILINE)
MODULE = re.compile(r"^add_module\((\w+)\s*([^)]*)\)", re.MULTILINE)


def modules_of(cmake):
    """{name: (what it uses, the libraries it names)}, in the order of the file."""
    modules = {}
    for name, rest in MODULE.findall(re.sub(r"#.*", "", cmake)):
        uses, _, libraries = rest.partition("LIBRARIES")
        modules[name] = (uses.replace("USES", " ").split(), libraries.split())
    return modules


def sources(folder):
    return sorted(p for p in folder.rglob("*") if p.suffix in (".h", ".cc", ".cpp")) if folder.is_dir() else []


def includes_of(path):
    return INCLUDE.findall(path.read_text(encoding="utf-8"))


class Checker:
    def __init__(self, root):
        self.root = root
        self.src = root / "src"
        self.modules = modules_of((self.src / "CMakeLists.txt").read_text(encoding="utf-8"))
        self.breaches = []

    def run(self):
        self.check_declarations()
        for path in sources(self.src):
            self.check_source(path)
        for path in sources(self.root / "tests"):
            self.check_everywhere(path)
        self.check_simulator()
        self.check_map()
        return self.breaches

    def breach(self, path, text):
        self.breaches.append(f"{path.relative_to(self.root)}: {text}")

    def check_declarations(self):
        """Bottom to top: a module uses what stands above it in the file, so there are no cycles; each folder is declared."""
        cmake = self.src / "CMakeLists.txt"
        declared = set()
        for name, (uses, _) in self.modules.items():
            for used in sorted(set(uses) - declared):
                self.breach(cmake, f"{name} uses {used}, which is not declared before it")
            declared.add(name)
        folders = {p.name for p in self.src.iterdir() if sources(p)}
        for name in sorted(folders ^ declared):
            self.breach(cmake, f"{name} is a folder or an add_module line, but not both")

    def check_source(self, path):
        self.check_everywhere(path)
        parts = path.relative_to(self.src).parts
        module = parts[0] if len(parts) > 1 else None  # None: main
        for bracket, header in includes_of(path):
            if bracket == '"':
                self.check_own(path, module, header)
            elif not STANDARD.match(header) and not SYSTEM.match(header):
                self.check_third_party(path, module, header)

    def check_everywhere(self, path):
        if path.suffix == ".h" and not re.search(r"^#pragma once$", path.read_text(encoding="utf-8"), re.MULTILINE):
            self.breach(path, "has no #pragma once")
        for _, header in includes_of(path):
            if ".." in header.split("/"):
                self.breach(path, f"includes {header}; name it from src/ or tests/")

    def check_own(self, path, module, header):
        used, _, rest = header.partition("/")
        if used not in self.modules:
            self.breach(path, f'includes "{header}", which is in no module')
        elif not (self.src / header).is_file():
            self.breach(path, f'includes "{header}", which does not exist')
        elif module not in (None, used):
            self.check_use(path, module, used, rest)

    def check_use(self, path, module, used, rest):
        if used not in self.modules[module][0]:
            self.breach(path, f"includes {used}/{rest}, but {module} does not USE {used}")
        if rest not in NARROW.get((module, used), {rest}):
            self.breach(path, f"includes {used}/{rest}; {module} may see only {', '.join(NARROW[module, used])} of {used}")
        if module == OPTIONS_ONLY[0] and used in OPTIONS_ONLY[1] and rest != "options.h":
            self.breach(path, f"includes {used}/{rest}; {module} may see only options.h of {used}")

    def check_third_party(self, path, module, header):
        home = next((v for k, v in THIRD_PARTY.items() if header.startswith(k)), None)
        if home is None:
            self.breach(path, f"includes <{header}>, which has no home in layering_test.py")
        elif module not in home[1]:
            self.breach(path, f"includes <{header}>, whose home is {' and '.join(sorted(home[1]))}")
        elif home[0] is not None and home[0] not in self.modules[module][1]:
            self.breach(path, f"includes <{header}>, but {module} does not name {home[0]} among its LIBRARIES")

    def check_simulator(self):
        """It shares nothing with src/: an encoder and a decoder with the same mistake would agree with each other."""
        simulator = self.root / "tests" / "simulator"
        for path in sources(simulator):
            for bracket, header in includes_of(path):
                if bracket == '"' and header.split("/")[0] in self.modules:
                    self.breach(path, f'includes "{header}": the simulator knows nothing of src/')
        cmake = simulator / "CMakeLists.txt"
        if cmake.is_file():
            linked = " ".join(re.findall(r"target_link_libraries\(([^)]*)\)", cmake.read_text(encoding="utf-8"))).split()
            for name in sorted(set(linked) & set(self.modules)):
                self.breach(cmake, f"links {name}: the simulator knows nothing of src/")

    def check_map(self):
        page = self.src / "README.md"
        text = page.read_text(encoding="utf-8") if page.is_file() else None
        for name in self.modules if text is not None else ():
            if not re.search(rf"\b{name}\b", text):
                self.breach(page, f"does not name the module {name}")


# A tree without a breach; each self-test changes one file of it.
SOUND = {
    "src/CMakeLists.txt": "add_module(base LIBRARIES spdlog::spdlog)\n"
    "add_module(domain USES base)\n"
    "add_module(vprotect USES domain base\n           LIBRARIES PkgConfig::CURL)\n"
    "add_module(collector USES vprotect domain base)\n"
    "add_module(config USES collector vprotect base LIBRARIES yaml-cpp::yaml-cpp)\n",
    "src/README.md": "base, domain, vprotect, collector and config",
    "src/main.cc": '#include <sys/types.h>\n#include <vector>\n\n#include "config/file.h"\n#include "vprotect/client.h"\n',
    "src/base/log.h": "#pragma once\n#include <spdlog/spdlog.h>\n",
    "src/domain/vm.h": '#pragma once\n#include "base/log.h"\n',
    "src/vprotect/api.h": '#pragma once\n#include "domain/vm.h"\n',
    "src/vprotect/options.h": "#pragma once\n",
    "src/vprotect/client.h": '#pragma once\n#include <curl/curl.h>\n#include "vprotect/api.h"\n',
    "src/collector/options.h": "#pragma once\n",
    "src/collector/pass.cc": '#include "collector/options.h"\n#include "vprotect/api.h"\n',
    "src/config/file.h": '#pragma once\n#include "collector/options.h"\n#include "vprotect/options.h"\n',
    "tests/simulator/CMakeLists.txt": "target_link_libraries(simulator PRIVATE PkgConfig::HTTPLIB)\n",
    "tests/simulator/server.cc": '#include <httplib.h>\n#include "simulator/server.h"\n',
    "tests/simulator/server.h": "#pragma once\n",
}


class SelfTest(unittest.TestCase):
    def breaches(self, changes):
        with tempfile.TemporaryDirectory() as folder:
            for name, text in {**SOUND, **changes}.items():
                path = Path(folder, name)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8")
            return Checker(Path(folder)).run()

    def expect(self, name, text, *breaches):
        self.assertEqual(self.breaches({name: text}), list(breaches))

    def test_a_sound_tree_passes(self):
        self.assertEqual(self.breaches({}), [])

    def test_an_include_upwards(self):
        self.expect("src/base/clock.cc", '#include "domain/vm.h"\n',
                    "src/base/clock.cc: includes domain/vm.h, but base does not USE domain")

    def test_an_include_of_what_is_used_only_indirectly(self):
        self.expect("src/config/limits.cc", '#  include "domain/vm.h"\n',
                    "src/config/limits.cc: includes domain/vm.h, but config does not USE domain")

    def test_a_look_behind_the_interface(self):
        self.expect("src/collector/pass.cc", '#include "vprotect/client.h"\n',
                    "src/collector/pass.cc: includes vprotect/client.h; collector may see only api.h of vprotect")

    def test_more_than_options_in_config(self):
        self.expect("src/config/limits.cc", '#include "vprotect/api.h"\n',
                    "src/config/limits.cc: includes vprotect/api.h; config may see only options.h of vprotect")

    def test_a_third_party_header_away_from_home(self):
        self.expect("src/domain/parse.cc", "#include <yaml-cpp/yaml.h>\n",
                    "src/domain/parse.cc: includes <yaml-cpp/yaml.h>, whose home is config")

    def test_a_third_party_header_in_main(self):
        self.expect("src/main.cc", "#include <curl/curl.h>\n", "src/main.cc: includes <curl/curl.h>, whose home is vprotect")

    def test_a_third_party_header_without_its_library(self):
        self.expect("src/vprotect/decode.cc", "#include <nlohmann/json.hpp>\n",
                    "src/vprotect/decode.cc: includes <nlohmann/json.hpp>, "
                    "but vprotect does not name nlohmann_json::nlohmann_json among its LIBRARIES")

    def test_an_unknown_third_party_header(self):
        self.expect("src/base/text.cc", "#include <boost/any.hpp>\n",
                    "src/base/text.cc: includes <boost/any.hpp>, which has no home in layering_test.py")

    def test_an_include_by_a_relative_path(self):
        self.expect("tests/unit/vm_test.cc", '#include "../src/domain/vm.h"\n',
                    "tests/unit/vm_test.cc: includes ../src/domain/vm.h; name it from src/ or tests/")

    def test_a_header_without_pragma_once(self):
        self.expect("src/base/log.h", "// #pragma once\n", "src/base/log.h: has no #pragma once")

    def test_an_include_that_names_no_module(self):
        self.expect("src/base/text.cc", '#include "text.h"\n', 'src/base/text.cc: includes "text.h", which is in no module')

    def test_an_include_of_a_missing_header(self):
        self.expect("src/base/text.cc", '#include "base/text.h"\n',
                    'src/base/text.cc: includes "base/text.h", which does not exist')

    def test_a_simulator_that_includes_ours(self):
        self.expect("tests/simulator/server.cc", '#include "domain/vm.h"\n',
                    'tests/simulator/server.cc: includes "domain/vm.h": the simulator knows nothing of src/')

    def test_a_simulator_that_links_ours(self):
        self.expect("tests/simulator/CMakeLists.txt", "target_link_libraries(simulator PRIVATE\n  domain)\n",
                    "tests/simulator/CMakeLists.txt: links domain: the simulator knows nothing of src/")

    def test_a_folder_that_is_not_declared(self):
        self.expect("src/report/page.cc", "\n",
                    "src/CMakeLists.txt: report is a folder or an add_module line, but not both")

    def test_a_cycle(self):
        self.expect("src/CMakeLists.txt", SOUND["src/CMakeLists.txt"].replace("base LIBRARIES", "base USES domain LIBRARIES"),
                    "src/CMakeLists.txt: base uses domain, which is not declared before it")

    def test_a_module_missing_from_the_map(self):
        self.expect("src/README.md", "base, domain, vprotect and config", "src/README.md: does not name the module collector")


def main(arguments):
    if arguments == ["--self-test"]:
        return 0 if unittest.main(argv=[sys.argv[0]], exit=False).result.wasSuccessful() else 1
    breaches = Checker(Path(arguments[0] if arguments else Path(__file__).parent.parent).resolve()).run()
    print("\n".join(breaches) or "layering: nothing to say")
    return 1 if breaches else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
