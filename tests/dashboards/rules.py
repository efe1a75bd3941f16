"""The rules for a dashboard: those of Grafana's dashboard-linter that are about Prometheus, by its names, and ours.

    Shelf(dashboards, metrics).breaches(dashboard)   [(rule, what is wrong where)]
"""

import re

from promql import Aggregation, Call, Ranged, Selector, breaches, entry, labels_of, parse, walk

SOURCE = {"type": "prometheus", "uid": "${datasource}"}
KINDS = {"stat", "timeseries", "table", "bargauge", "state-timeline", "text", "row"}
WITHOUT_QUERIES = {"text", "row"}
# Of Grafana's, those that we have a use for.
UNITS = {"none", "short", "percentunit", "bytes", "s", "dateTimeAsIso", "reqps", "ops"}
SETTINGS = {"id": None, "graphTooltip": 1, "refresh": "1m", "schemaVersion": 39, "tags": ["vprotect"], "timezone": "browser"}
# Counted by each exporter on its own, so that the sum over exporters is right.
COUNTED_APART = re.compile(r"^(vprotect_exporter_|vprotect_runbook_(operation|refusal)\w*_(total|bucket|sum|count)$|process_)")

RULES = []  # (name, what it is of, function)


def rule(name, of):
    def enter(function):
        RULES.append((name, of, function))
        return function
    return enter


class Shelf:
    """What a dashboard is held against: the others, {uid: dashboard}, and the metrics that there are."""

    def __init__(self, dashboards, metrics):
        self.dashboards, self.metrics = dashboards, metrics

    def breaches(self, d):
        """[(rule, what is wrong where)]"""
        return [(name, f"{d.get('uid')}: {text}") for name, of, function in RULES for text in of(function, d, self)]


def of_dashboard(function, d, shelf):
    yield from function(d, shelf)


def of_panel(function, d, shelf):
    for p in d["panels"]:
        if p["type"] not in WITHOUT_QUERIES:
            yield from (f"{p['title']}: {text}" for text in function(d, p, shelf))


def of_query(function, d, shelf):
    """Of each query of a panel that is PromQL; whether it is, is another rule."""
    for p in d["panels"]:
        for t in p.get("targets", []):
            if is_promql(t["expr"]):
                yield from (f"{p['title']} {t['refId']}: {text}" for text in function(d, p, t, shelf))


def is_promql(expr):
    try:
        return bool(parse(expr))
    except SyntaxError:
        return False


def selectors_of(t):
    return [(node, above) for node, above in walk(parse(t["expr"])) if isinstance(node, Selector)]


def variables(d):
    return {v["name"]: v for v in d["templating"]["list"]}


def result_labels(p, shelf):
    """The labels that one of the panel's queries has at least. None: any."""
    found = [labels_of(t["expr"], shelf.metrics) for t in p["targets"] if is_promql(t["expr"])]
    return None if None in found else set().union(*found)


# The rules of dashboard-linter.


@rule("template-datasource-rule", of_dashboard)
def template_datasource(d, _):
    sources = [v for v in d["templating"]["list"] if v["type"] == "datasource"]
    if [(v["name"], v["label"], v["query"]) for v in sources] != [("datasource", "Data source", "prometheus")]:
        yield "there has to be one variable of type datasource: datasource, of prometheus, labeled Data source"


def template(d, name):
    wanted = {"allValue": ".+", "datasource": SOURCE, "label": name.title(), "multi": True, "type": "query"}
    found = variables(d).get(name, {})
    if {key: found.get(key) for key in wanted} != wanted:
        yield f"there has to be a variable {name} with {wanted}"


@rule("template-job-rule", of_dashboard)
def template_job(d, _):
    yield from template(d, "job")


@rule("template-instance-rule", of_dashboard)
def template_instance(d, _):
    yield from template(d, "instance")


def asked_by(v):
    """(expression, label) of label_values(expression, label)"""
    found = re.fullmatch(r"label_values\((.+), (\w+)\)", v["query"]["query"])
    return found.groups() if found else ("", "")


@rule("template-label-promql-rule", of_dashboard)
def template_label_promql(d, _):
    for v in d["templating"]["list"]:
        if v["type"] == "query" and not is_promql(asked_by(v)[0]):
            yield f"variable {v['name']}: {v['query']['query']} is no label_values(PromQL, label)"


@rule("template-on-time-change-reload-rule", of_dashboard)
def template_on_time_change_reload(d, _):
    for v in d["templating"]["list"]:
        if v["type"] == "query" and v["refresh"] != 2:
            yield f"variable {v['name']}: refresh is {v['refresh']}, not 2"


@rule("panel-datasource-rule", of_panel)
def panel_datasource(_, p, shelf):
    if p.get("datasource") != SOURCE:
        yield f"has the data source {p.get('datasource')}"


@rule("panel-title-description-rule", of_panel)
def panel_title_description(_, p, shelf):
    if not p["title"] or not re.search(r"^[A-Z].*\.$", p.get("description", "")):
        yield "needs a title and a sentence that describes it"


@rule("panel-units-rule", of_panel)
def panel_units(_, p, shelf):
    for defaults in [p["fieldConfig"]["defaults"], *columns_of(p).values()]:
        if defaults.get("unit") not in UNITS:
            yield f"unit {defaults.get('unit')} is none of {sorted(UNITS)}"


@rule("panel-no-targets-rule", of_panel)
def panel_no_targets(_, p, shelf):
    if not p.get("targets"):
        yield "asks for nothing"


@rule("target-promql-rule", of_panel)
def target_promql(_, p, shelf):
    for t in p.get("targets", []):
        if not is_promql(t["expr"]):
            yield f"{t['expr']} is no PromQL"


@rule("target-rate-interval-rule", of_query)
def target_rate_interval(_, p, t, shelf):
    for node, above in walk(parse(t["expr"])):
        if isinstance(node, Ranged):
            of_the_time_shown = isinstance(above[-1], Call) and above[-1].function == "increase" and node.range == "$__range"
            if node.range != "$__rate_interval" and not of_the_time_shown:
                yield f"[{node.range}] is not [$__rate_interval]"


def required(t, label):
    for selector, _ in selectors_of(t):
        if (label, "=~", f"${label}") not in selector.matchers:
            yield f'{selector.name} without {label}=~"${label}"'


@rule("target-job-rule", of_query)
def target_job(_, p, t, shelf):
    yield from required(t, "job")


@rule("target-instance-rule", of_query)
def target_instance(_, p, t, shelf):
    yield from required(t, "instance")


@rule("target-counter-agg-rule", of_query)
def target_counter_agg(_, p, t, shelf):
    for selector, above in selectors_of(t):
        kind, _ = entry(selector.name, shelf.metrics) or ("", [])
        functions = [node.function for node in above if isinstance(node, Call)]
        if kind == "counter" and not {"rate", "increase", "irate"} & set(functions[-1:]):
            yield f"{selector.name} is a counter, of which rate, increase or irate tell"


@rule("uneditable-dashboard", of_dashboard)
def uneditable_dashboard(d, _):
    if d.get("editable") is not False:
        yield "is editable"


# Ours.


@rule("identity", of_dashboard)
def identity(d, shelf):
    if not re.fullmatch(r"vprotect-[a-z]+", d.get("uid") or "") or shelf.dashboards.get(d["uid"]) is None:
        yield "uid has to be the file's name, vprotect-something"
    if "__inputs" in d:
        yield "has __inputs, which no provisioned dashboard may have"


@rule("settings", of_dashboard)
def settings(d, _):
    for key, value in SETTINGS.items():
        if d.get(key, "absent") != value:
            yield f"{key} is {d.get(key, 'absent')}, not {value}"


def everything_in(value, key):
    """The values of all members of this name, however deep."""
    if isinstance(value, dict):
        yield from ([value[key]] if key in value else [])
    for part in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from everything_in(part, key)


@rule("one-datasource", of_dashboard)
def one_datasource(d, _):
    """Also of annotations and queries; that of panels and of two variables is the linter's."""
    elsewhere = [d["annotations"], [p.get("targets", []) for p in d["panels"]],
                 [v for v in d["templating"]["list"] if v["name"] not in ("job", "instance")]]
    for source in everything_in(elsewhere, "datasource"):
        if source != SOURCE:
            yield f"asks the data source {source}"


@rule("grid", of_dashboard)
def grid(d, _):
    """Each cell of the grid, to the last line, has one panel."""
    places = [p["gridPos"] for p in d["panels"]]
    taken = [(x, y) for g in places for x in range(g["x"], g["x"] + g["w"]) for y in range(g["y"], g["y"] + g["h"])]
    wanted = {(x, y) for x in range(24) for y in range(max((g["y"] + g["h"] for g in places), default=0))}
    if sorted(taken) != sorted(wanted):
        yield "the grid has a gap or an overlap"


@rule("panels", of_dashboard)
def panels(d, _):
    shown = [p for p in d["panels"] if p["type"] not in WITHOUT_QUERIES]
    for p in d["panels"]:
        if p["type"] not in KINDS:
            yield f"{p['title']}: {p['type']} is none of {sorted(KINDS)}"
    if len({p["id"] for p in d["panels"]}) < len(d["panels"]) or len({p["title"] for p in shown}) < len(shown):
        yield "two panels have one id, or one title"


@rule("metrics", of_dashboard)
def metrics(d, shelf):
    """Of queries, variables and annotations: each metric and label is in docs/metrics.md."""
    asked = [(p["title"], t["expr"]) for p in d["panels"] for t in p.get("targets", []) if is_promql(t["expr"])]
    asked += [(a["name"], a["expr"]) for a in d["annotations"]["list"]]
    asked += [(v["name"], f"count by ({asked_by(v)[1]}) ({asked_by(v)[0]})")
              for v in d["templating"]["list"] if v["type"] == "query" and is_promql(asked_by(v)[0])]
    for where, expr in asked:
        yield from (f"{where}: {text}" for text in breaches(expr, shelf.metrics))


@rule("narrowed", of_query)
def narrowed(d, _, t, shelf):
    """By server and tenant, where the metric and the dashboard have them; of a VM by its guid."""
    wanted = [(label, "=~", f"${{{label}:regex}}") for label in ("server", "tenant")]  # names hold quotes, too
    for selector, _ in selectors_of(t):
        _, labels = entry(selector.name, shelf.metrics) or ("", [])
        of_vm = [("guid", "=", "$guid")] if "vm" in (labels or []) else []
        for matcher in wanted + of_vm:
            if matcher[0] in variables(d) and matcher[0] in (labels or []) and matcher not in selector.matchers:
                yield f"{selector.name} without {''.join(matcher)}"


@rule("known-variables", of_dashboard)
def known_variables(d, _):
    """Those that Grafana makes, and those of the dashboard; a variable may ask for those before it."""
    known, unknown = {"__rate_interval", "__range"}, set()
    for v in d["templating"]["list"]:
        unknown |= names_in([v["query"]["query"]] if v["type"] == "query" else []) - known
        known.add(v["name"])
    texts = [t["expr"] for p in d["panels"] for t in p.get("targets", [])] + [a["expr"] for a in d["annotations"]["list"]]
    for name in sorted(unknown | names_in(texts) - known):
        yield f"there is no variable {name} where it is used"


def names_in(texts):
    return {name for text in texts for name in re.findall(r"\$\{?(\w+)", text)}


@rule("counted-once", of_query)
def counted_once(_, p, t, shelf):
    """Several exporters may watch one server: what is added up is first brought down to one series of each thing."""
    for selector, above in selectors_of(t):
        operators = [(node.operator, node.labels) for node in above if isinstance(node, Aggregation)]
        within = operators[::-1]
        if COUNTED_APART.match(selector.name) or not {"sum", "count", "avg"} & {name for name, _ in within}:
            continue
        if within[0][0] not in ("max", "min") or "instance" in within[0][1]:
            yield f"{selector.name} is added up over exporters"


@rule("legends", of_query)
def legends(_, p, t, shelf):
    legend, labels = t.get("legendFormat", ""), labels_of(t["expr"], shelf.metrics)
    if p["type"] in ("timeseries", "state-timeline", "bargauge") and not legend:
        yield "has no legend"
    for label in re.findall(r"\{\{(\w+)\}\}", legend):
        if labels is not None and label not in labels:
            yield f"the legend's {label} is no label of the result"


@rule("links", of_dashboard)
def links(d, shelf):
    by_tag = [link for link in d["links"] if link["type"] == "dashboards" and link["tags"] == ["vprotect"]]
    if not by_tag or not all(link["keepTime"] and link["includeVars"] for link in by_tag):
        yield "has no links to the others that keep time and variables"
    for p in d["panels"]:
        for url in everything_in(p, "url"):
            yield from (f"{p['title']}: {text}" for text in broken(url, d, result_labels(p, shelf), shelf))


def broken(url, d, labels, shelf):
    """What is wrong with the address of one of the dashboards."""
    uid = re.match(r"(?:https://grafana\.example)?/d/([\w-]+)", url)
    if not uid or uid[1] not in shelf.dashboards:
        yield f"{url} leads nowhere"
        return
    for name in re.findall(r"[?&]var-(\w+)=|\$\{(\w+):queryparam\}", url):
        if "".join(name) not in variables(shelf.dashboards[uid[1]]):
            yield f"{uid[1]} has no variable {''.join(name)}"
    for name in set(re.findall(r"\$\{(\w+):queryparam\}", url)) - set(variables(d) if d else ()):
        yield f"there is no variable {name} to hand on"
    for name in set(re.findall(r"__data\.fields\.(\w+)", url)) - (labels if labels is not None else set()):
        yield f"no query has the label {name}"


def fields_of(p):
    """(what a table's organize transformation leaves out, {field: its title})"""
    for change in p.get("transformations", []):
        if change["id"] == "organize":
            return change["options"]["excludeByName"], change["options"]["renameByName"]
    return {}, {}


def columns_of(p):
    """{title: its properties} of a table's values."""
    _, titles = fields_of(p)
    properties = {o["matcher"]["options"]: {one["id"]: one["value"] for one in o["properties"]}
                  for o in p["fieldConfig"]["overrides"]}
    return {title: properties.get(title, {}) for field, title in titles.items() if field.startswith("Value")}


@rule("tables", of_panel)
def tables(_, p, shelf):
    if p["type"] != "table":
        return
    left_out, titles = fields_of(p)
    refs = [t["refId"] for t in p.get("targets", [])]
    values = {f"Value #{ref}" for ref in refs} if len(refs) > 1 else {"Value"}
    if not values <= {*left_out, *titles} or "Time" not in left_out:
        yield "a value has no title, or the time is shown"
    labels = result_labels(p, shelf)
    hidden = {o["matcher"]["options"] for o in p["fieldConfig"]["overrides"]
              if {"id": "custom.hidden", "value": True} in o["properties"]}
    named = set(titles) - values | hidden | set(left_out) - values - {"Time"}
    for name in sorted(named ^ labels if labels is not None else ()):
        yield f"{name} is no label of a query, or has no title and is in sight"
    for title in {o["matcher"]["options"] for o in p["fieldConfig"]["overrides"]} - set(titles.values()) - hidden:
        yield f"{title} is no column"


@rule("ratios", of_panel)
def ratios(_, p, shelf):
    defaults = p["fieldConfig"]["defaults"]
    if defaults.get("unit") == "percentunit" and (defaults.get("min"), defaults.get("max")) != (0, 1):
        yield "a share is of 0 to 1"


@rule("dates", of_panel)
def dates(_, p, shelf):
    """Grafana's dates are in milliseconds, the metrics in seconds."""
    units = {t["refId"]: p["fieldConfig"]["defaults"].get("unit") for t in p.get("targets", [])}
    _, titles = fields_of(p)
    columns = columns_of(p)
    units |= {field[-1]: columns[title].get("unit") for field, title in titles.items() if field.startswith("Value #")}
    if "Value" in titles:
        units = {"A": columns[titles["Value"]].get("unit")}
    for t in p.get("targets", []):
        if (units[t["refId"]] == "dateTimeAsIso") != ("1000 *" in t["expr"]):
            yield f"{t['expr']} is no date, or not in milliseconds"


@rule("stats", of_panel)
def stats(_, p, shelf):
    """A number has colours, and what is 0 or 1 has words."""
    defaults = p["fieldConfig"]["defaults"]
    if p["type"] == "stat" and not defaults.get("thresholds", {}).get("steps"):
        yield "has no thresholds"
    if p["type"] == "stat" and defaults.get("unit") == "none" and not defaults.get("mappings"):
        yield "has neither a unit nor words for its values"


@rule("annotations", of_dashboard)
def annotations(d, _):
    if [a["name"] for a in d["annotations"]["list"]] != ["Triggered backups", "Alerts"]:
        yield "has to show triggered backups and alerts"
