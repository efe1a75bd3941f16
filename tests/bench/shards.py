"""Several exporters that share one site, as with --shard: what each has, and what that costs it."""
import collections
import contextlib
import pathlib
import re
import tempfile

import measure
import our_exporter

AFTERWARDS = 30  # seconds between snapshots of one that is measured, so that the next one has the machine to itself


def guids_of(exporter):
    text = measure.body_of(exporter.port, "/metrics?name[]=vprotect_vm_info")
    return re.findall(rb'^vprotect_vm_info{.*?guid="([^"]+)"', text, re.M)


def part_measured(exporter):
    our_exporter.settled(exporter)
    pid = exporter.pid
    result = {"ready": exporter.ready, "gzip": measure.scrapes(exporter.port, pid, "gzip"),
              "poll": our_exporter.poll_cycles(exporter)}
    exporter.reload(our_exporter.QUIET, AFTERWARDS)
    return result | {"peak_mib": measure.memory_mib(pid, "VmHWM")}


def measured(build, days, count, vms):
    """All of them run; one after the other polls and is scraped."""
    with tempfile.TemporaryDirectory() as name, contextlib.ExitStack() as stack:
        folder, exporters = pathlib.Path(name), []
        site = our_exporter.Site(stack, folder, build, vms, days)
        for index in range(count):
            own = folder / str(index)
            own.mkdir()
            exporters.append(our_exporter.Exporter(stack, own, build, site, f"--shard={index}/{count}"))
        parts, shown = [], collections.Counter()
        for exporter in exporters:
            guids = guids_of(exporter)
            shown.update(guids)
            parts.append(part_measured(exporter) | {"vms": len(guids)})
        return {"vms": vms, "shards": parts, "shown": len(shown), "shown_twice": sum(one > 1 for one in shown.values())}
