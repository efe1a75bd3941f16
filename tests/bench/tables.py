"""Results as Markdown tables, by the name of their place in docs/performance.md."""


WITH_POLL = "and with its poll"


def digits(value):
    """Three significant ones, and no exponent."""
    if value == 0:
        return "0"
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def milliseconds(seconds):
    return digits(seconds * 1e3)


def times(value, ours):
    return f"{digits(value / ours)}x" if ours else ""


def markdown(head, rows):
    lines = [head, ["---"] + ["---:"] * (len(head) - 1), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def servers(site):
    """Ours first, with what it has in common with a peer."""
    ours = site["ours"]
    yield "vprotect_exporter", ours | {"cycle": ours["publish"]["cpu"]}
    yield from site["peers"].items()


def peers_of(site):
    ours = site["ours"]
    rows = []
    for name, one in servers(site):
        at_once = one["at_once"]
        rows.append([name, *(f"{milliseconds(one[e]['seconds'])} ({times(one[e]['seconds'], ours[e]['seconds'])})"
                             for e in ("identity", "gzip")),
                     *(milliseconds(one[e]["cpu"]) for e in ("identity", "gzip")), milliseconds(one["gzip"]["first_byte"]),
                     f"{milliseconds(one['cycle'])} ({times(one['cycle'], ours['publish']['cpu'])})",
                     milliseconds(at_once["seconds"]) if at_once else "not measured",
                     digits(one["rss_ready_mib"]), digits(one["peak_mib"])])
    head = ["server", "plain, ms", "gzip, ms", "CPU of plain, ms", "CPU of gzip, ms", "first byte of gzip, ms",
            "CPU of a cycle, ms", "10 gzip at once, ms", "RSS, MiB", "at most, MiB"]
    return f"{ours['vms']:,} VMs, {ours['series']:,} series:\n\n" + markdown(head, rows)


# What grows with the number of VMs, as its name, its unit, and where it is.
COSTS = (
    ("ready, CPU", "us", lambda o: o["ready"]["cpu"] * 1e6),
    ("poll, publish and gzip scrape, CPU", "us", lambda o: o["poll"]["cpu"] * 1e6),
    ("publish and gzip scrape, CPU", "us", lambda o: o["publish"]["cpu"] * 1e6),
    ("list of VMs, CPU", "us", lambda o: o["ingest"]["cpu"] * 1e6),
    ("poll with 1 % new backups, CPU", "us", lambda o: o["churn"]["1"]["cpu"] * 1e6),
    ("poll with 100 % new backups, CPU", "us", lambda o: o["churn"]["100"]["cpu"] * 1e6),
    ("plain scrape, CPU", "us", lambda o: o["identity"]["cpu"] * 1e6),
    ("gzip scrape, CPU", "us", lambda o: o["gzip"]["cpu"] * 1e6),
    ("RSS", "KiB", lambda o: o["rss_mib"] * 1024),
    ("RSS at most", "KiB", lambda o: o["peak_mib"] * 1024),
    ("plain text", "bytes", lambda o: o["identity"]["bytes"]),
    ("gzip", "bytes", lambda o: o["gzip"]["bytes"]),
)


def by_vms(sites):
    return {site["ours"]["vms"]: site["ours"] for site in sites}


def cost_per_vm(sites):
    ours = by_vms(sites)
    rows = []
    for name, unit, cost in COSTS:
        try:
            costs = {vms: cost(one) for vms, one in ours.items()}
        except KeyError:  # not measured
            continue
        per_vm = [digits(value / vms) for vms, value in costs.items()]
        ratio = times(costs[100_000], costs[10_000]) if {10_000, 100_000} <= costs.keys() else "not measured"
        rows.append([f"{name}, {unit}", *per_vm, ratio])
    return markdown(["per VM", *(f"{vms:,} VMs" for vms in ours), "100,000 to 10,000"], rows)


# What is measured of ours alone, as its name, its unit, and where it is.
FIGURES = (
    ("time to ready", "s", lambda o: o["ready"]["seconds"]),
    ("CPU until ready", "s", lambda o: o["ready"]["cpu"]),
    ("poll, publish and gzip scrape, CPU", "ms", lambda o: o["poll"]["cpu"] * 1e3),
    ("publish and gzip scrape, CPU", "ms", lambda o: o["publish"]["cpu"] * 1e3),
    ("list of VMs, from the socket to the records, CPU", "ms", lambda o: o["ingest"]["cpu"] * 1e3),
    ("memory of the records", "MiB", lambda o: o["ingest"]["records_mib"]),
    ("at most beside them while they are read", "MiB", lambda o: o["ingest"]["beyond_mib"]),
    ("plain scrape", "ms", lambda o: o["identity"]["seconds"] * 1e3),
    ("plain scrape, times a raw write", "", lambda o: o["identity"]["seconds"] / o["raw_identity"]["seconds"]),
    ("plain scrape, first byte", "ms", lambda o: o["identity"]["first_byte"] * 1e3),
    ("gzip scrape", "ms", lambda o: o["gzip"]["seconds"] * 1e3),
    ("gzip scrape, times a raw write", "", lambda o: o["gzip"]["seconds"] / o["raw_gzip"]["seconds"]),
    ("gzip scrape, first byte", "ms", lambda o: o["gzip"]["first_byte"] * 1e3),
    ("first byte during polls, middle", "ms", lambda o: o["while_polling"]["middle"] * 1e3),
    ("first byte during polls, 99 of 100", "ms", lambda o: o["while_polling"]["most"] * 1e3),
    ("first byte during polls, worst", "ms", lambda o: o["while_polling"]["worst"] * 1e3),
    ("gzip scrape of one tenant", "ms", lambda o: o["tenant"]["seconds"] * 1e3),
    ("ten gzip scrapes at once", "ms", lambda o: o["at_once"]["seconds"] * 1e3),
    ("memory they grew by", "MiB", lambda o: o["at_once"]["growth_mib"]),
    ("RSS when ready", "MiB", lambda o: o["rss_ready_mib"]),
    ("RSS after polls and scrapes", "MiB", lambda o: o["rss_mib"]),
    ("RSS at most, with reloads", "MiB", lambda o: o["peak_mib"]),
    ("plain text", "MB", lambda o: o["identity"]["bytes"] / 1e6),
    ("gzip", "MB", lambda o: o["gzip"]["bytes"] / 1e6),
)


def figures(sites):
    ours = by_vms(sites)
    rows = [[f"{name}, {unit}" if unit else name, *(digits(figure(one)) for one in ours.values())]
            for name, unit, figure in FIGURES]
    return markdown(["vprotect_exporter", *(f"{vms:,} VMs" for vms in ours)], rows)


def points(sites):
    """{server: [(VMs, its figures)]}, for the plot; ours once more with the reading of the vendor's API, which no peer does."""
    found = {"vprotect_exporter": [], WITH_POLL: []}
    for site in sites:
        ours = site["ours"]
        found[WITH_POLL].append((ours["vms"], {"cycle": ours["poll"]["cpu"]}))
        for name, one in servers(site):
            found.setdefault(name, []).append((site["ours"]["vms"], one))
    return found


def prometheus(sites):
    rows = [[f"`/metrics?{one['query']}`" if one["query"] else "`/metrics`", f"{site['ours']['vms']:,}", f"{one['samples']:,.0f}",
             digits(one["first"]["seconds"]), digits(one["seconds"]), digits(one["cpu"]), digits(one["rss_mib"]),
             digits(one["peak_mib"]), "yes" if one["up"] == 1 else "no"]
            for site in sites for one in site["prometheus"]]
    return markdown(["scraped", "VMs", "samples", "first scrape, s", "later scrapes, s", "CPU of a scrape, s",
                     "RSS, MiB", "at most, MiB", "up"], rows)


def shards(result):
    """In the order of their numbers, and all of them together."""
    parts = result["shards"]
    rows = [[f"{at}/{len(parts)}", f"{one['vms']:,}", digits(one["ready"]["cpu"]), milliseconds(one["poll"]["cpu"]),
             digits(one["gzip"]["bytes"] / 1e6), digits(one["peak_mib"])] for at, one in enumerate(parts)]
    rows.append(["all", f"{sum(one['vms'] for one in parts):,}", *(digits(sum(cost(one) for one in parts)) for cost in (
        lambda o: o["ready"]["cpu"], lambda o: o["poll"]["cpu"] * 1e3, lambda o: o["gzip"]["bytes"] / 1e6,
        lambda o: o["peak_mib"]))])
    head = ["shard", "VMs", "CPU until ready, s", "CPU of poll, publish and gzip scrape, ms", "gzip, MB", "RSS at most, MiB"]
    told = (f"{result['vms']:,} VMs of one server; the shards show {result['shown']:,} of them, "
            f"{result['shown_twice']:,} more than once:")
    return f"{told}\n\n{markdown(head, rows)}"


def pieces(benchmarks):
    rows = [[name.replace("_", " "), f"{int(vms):,}", digits(one["cpu_time"]), digits(1e9 / one["items_per_second"]),
             digits(one["bytes_per_second"] / 1e6) if "bytes_per_second" in one else ""]
            for one in benchmarks for name, vms in [one["name"].split("/")]]
    return markdown(["piece", "VMs", "CPU, ms", "ns per VM", "MB/s"], rows)


def machine(one):
    return (f"{one['system']}, {one['cores']} cores of {one['processor']}, {one['memory_gib']:.0f} GiB; {one['versions']}; "
            f"commit {one['commit']}; load before the run {one['load']:.1f}.")


def all_of(results):
    sites = results["sites"]
    made = {}
    if sites:
        made |= {"machine": machine(results["machine"]), "ours": figures(sites), "cost-per-vm": cost_per_vm(sites)}
    if any(site["peers"] for site in sites):
        made["peers"] = "\n\n".join(peers_of(site) for site in sites if site["peers"])
    if any(site["prometheus"] for site in sites):
        made["prometheus"] = prometheus(sites)
    if results.get("shards"):
        made["shards"] = shards(results["shards"])
    if results["pieces"]:
        made["pieces"] = pieces(results["pieces"])
    return made
