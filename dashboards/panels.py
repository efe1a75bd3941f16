"""What the dashboards are made from: panels, variables, annotations, and where a panel lies in the grid. For make.py.

At the beginning of a selector `target`, `server`, `tenant` and `vm` stand for the matchers of the dashboard's variables:
`vprotect_tenant_vms{tenant, state="overdue"}`.
"""

import re

DATASOURCE = {"type": "prometheus", "uid": "${datasource}"}
WIDTH = 24  # of Grafana's grid
# Pixels of columns with short texts; Grafana shares what is left among the others, 150 each at least.
NARROW = {"Server": 90, "State": 120, "Version": 100}
# The shortest step, so that a rate over two steps has two samples of a scrape a minute, whatever the data source thinks.
STEP = "2m"
ANNOTATION_STEP = "5m"

TARGET = 'job=~"$job", instance=~"$instance"'
# Names hold any character: between back-ticks and in these formats Grafana leaves them whole, quotes and backslashes, too.
SERVER = f"{TARGET}, server=~`${{server:regex}}`"
TENANT = f"{SERVER}, tenant=~`${{tenant:regex}}`"
MATCHERS = {"target": TARGET, "server": SERVER, "tenant": TENANT, "vm": f'{TENANT}, guid="$guid"'}

GREEN, YELLOW, ORANGE, RED, DARK_RED = "green", "yellow", "orange", "red", "dark-red"
PURPLE, BLUE, GRAY = "purple", "blue", "#808080"
# The states of vprotect_vm_coverage, the worst first, with unknown of vprotect_tenant_vms.
STATES = {"never_backed_up": DARK_RED, "overdue": RED, "failing": ORANGE, "no_policy": PURPLE, "no_schedule": "dark-purple",
          "paused": YELLOW, "unknown": BLUE, "excluded": GRAY, "not_present": "#505050", "covered": GREEN}

PLAIN = [(None, "text")]
ANY_IS_BAD = [(None, GREEN), (1, RED)]
ANY_IS_WORTH_A_LOOK = [(None, GREEN), (1, YELLOW)]
MUST_BE_ONE = [(None, RED), (1, GREEN)]
SHARE_OF_GOOD = [(None, RED), (0.8, YELLOW), (0.98, GREEN)]
SHARE_OF_SPACE = [(None, GREEN), (0.8, YELLOW), (0.9, RED)]


def written_out(expr):
    """The expression on one line, with the matchers that the short words stand for."""
    expr = re.sub(r"\{\s*(target|server|tenant|vm)(?=\s*[,}])", lambda m: "{" + MATCHERS[m[1]], expr)
    return re.sub(r"\(\s+", "(", re.sub(r"\s+", " ", expr)).strip()


def query(expr, ref="A", legend="", instant=False, table=False):
    return {"datasource": DATASOURCE, "expr": written_out(expr), "format": "table" if table else "time_series",
            "instant": instant, "legendFormat": legend, "range": not instant, "refId": ref}


def queries(series, **how):
    """Of (expr, legend) pairs, named A, B, C."""
    return [query(expr, chr(ord("A") + place), legend, **how) for place, (expr, legend) in enumerate(series)]


def steps(thresholds):
    return {"mode": "absolute", "steps": [{"color": color, "value": value} for value, color in thresholds]}


def words(meanings):
    """A mapping of {value: (text, color)}, as {1: ("yes", GREEN)}."""
    options = {str(value): {"color": color, "index": place, "text": text}
               for place, (value, (text, color)) in enumerate(meanings.items())}
    return [{"options": options, "type": "value"}]


YES_IS_GOOD = words({1: ("yes", GREEN), 0: ("no", RED)})
YES_IS_BAD = words({1: ("yes", RED), 0: ("no", GREEN)})


def defaults_of(unit, thresholds=PLAIN, mappings=None, **more):
    bounds = {"min": 0, "max": 1} if unit == "percentunit" else {}
    return {"color": {"mode": "thresholds"}, "mappings": mappings or [], "noValue": "–", "thresholds": steps(thresholds),
            "unit": unit} | bounds | more


def panel(kind, title, about, targets, defaults, options, overrides=(), **more):
    return {"datasource": DATASOURCE, "description": about, "fieldConfig": {"defaults": defaults, "overrides": list(overrides)},
            "interval": STEP, "options": options, "targets": targets, "title": title, "type": kind} | more


def reduced():
    return {"calcs": ["lastNotNull"], "fields": "", "values": False}


def stat(title, about, expr, unit="short", thresholds=PLAIN, mappings=None, **more):
    options = {"colorMode": "value", "graphMode": "none", "justifyMode": "auto", "orientation": "auto",
               "reduceOptions": reduced(), "textMode": "value"}
    return panel("stat", title, about, [query(expr, instant=True)],
                 defaults_of(unit, thresholds, mappings, **more), options)


def bargauge(title, about, expr, legend, unit="short", thresholds=((None, BLUE),), **more):
    options = {"displayMode": "basic", "minVizHeight": 16, "minVizWidth": 8, "orientation": "horizontal",
               "reduceOptions": reduced(), "showUnfilled": True, "valueMode": "color"}
    return panel("bargauge", title, about, [query(expr, legend=legend, instant=True)],
                 defaults_of(unit, thresholds, noValue="None", **more), options)


def timeseries(title, about, series, unit="short", colors=None, stacked=False, bars=False, many=False):
    """series: (expr, legend) pairs; colors: of what is drawn under a name; many: so many that their names stand at the side."""
    custom = {"drawStyle": "bars" if bars else "line", "fillOpacity": 60 if stacked or bars else 10, "lineWidth": 1,
              "showPoints": "never", "spanNulls": False,
              "stacking": {"group": "A", "mode": "normal" if stacked or bars else "none"}}
    if unit == "short":  # whole things: an axis of some of them when there are none
        custom |= {"axisSoftMax": 4}
    defaults = {"color": {"mode": "palette-classic"}, "custom": custom, "min": 0, "unit": unit}
    fixed = [override(name, color={"fixedColor": color, "mode": "fixed"}) for name, color in (colors or {}).items()]
    place = {"displayMode": "table", "placement": "right"} if many else {"displayMode": "list", "placement": "bottom"}
    options = {"legend": {"calcs": ["lastNotNull"], "showLegend": True} | place, "tooltip": {"mode": "multi", "sort": "desc"}}
    bounds = {"percentunit": {"max": 1}, "short": {"decimals": 0}}.get(unit, {})
    return panel("timeseries", title, about, queries(series), defaults | bounds, options, fixed)


def state_timeline(title, about, expr, legend, mappings):
    options = {"alignValue": "left", "legend": {"displayMode": "list", "placement": "bottom", "showLegend": False},
               "mergeValues": True, "rowHeight": 0.9, "showValue": "auto", "tooltip": {"mode": "single", "sort": "none"}}
    custom = {"fillOpacity": 80, "lineWidth": 0}
    return panel("state-timeline", title, about, queries([(expr, legend)]),
                 defaults_of("none", mappings=mappings, custom=custom), options)


def override(name, **properties):
    return {"matcher": {"id": "byName", "options": name},
            "properties": [{"id": key, "value": value} for key, value in properties.items()]}


def column(title, expr, unit="short", thresholds=None, mappings=None):
    """A value of each row. The rows of all columns are joined by the labels that they have in common."""
    width = max(160 if unit == "dateTimeAsIso" else 80, 8 * len(title) + 20)
    properties = {"unit": unit, "noValue": "–", "custom.width": width}
    if mappings:
        properties["mappings"] = mappings
    if thresholds:
        properties["thresholds"] = steps(thresholds)
    if thresholds or mappings:
        properties["custom.cellOptions"] = {"type": "color-text"}
    return title, expr, override(title, **properties)


def labels_only(expr):
    """Rows of which the labels tell all; the value is left out."""
    return "", expr, None


def table(title, about, labels, columns, link=None, sort=None):
    """labels: {label: its title}, in front, those without a title out of sight; link: (title of a column, where to, url);
    sort: the column of the largest on top."""
    refs = [chr(ord("A") + place) for place in range(len(columns))]
    values = {f"Value #{ref}" if len(refs) > 1 else "Value": name for ref, (name, _, _) in zip(refs, columns)}
    excluded = {"Time": True} | {value: True for value, name in values.items() if not name}
    titles = {name: title for name, title in (labels | values).items() if title}
    organize = {"excludeByName": excluded, "includeByName": {}, "renameByName": titles,
                "indexByName": {name: place for place, name in enumerate(titles)}}
    hidden = [override(label, **{"custom.hidden": True}) for label, title in labels.items() if not title]
    narrow = [override(title, **{"custom.width": NARROW[title]}) for title in labels.values() if title in NARROW]
    linked = [override(link[0], links=[{"targetBlank": False, "title": link[1], "url": link[2]}])] if link else []
    options = {"cellHeight": "sm", "footer": {"countRows": False, "fields": "", "reducer": ["sum"], "show": False},
               "showHeader": True, "sortBy": [{"desc": True, "displayName": sort}] if sort else []}
    targets = [query(expr, ref, instant=True, table=True) for ref, (_, expr, _) in zip(refs, columns)]
    defaults = defaults_of("none", custom={"align": "auto", "filterable": True}, noValue="None")
    return panel("table", title, about, targets, defaults, options,
                 [properties for _, _, properties in columns if properties] + narrow + linked + hidden,
                 transformations=[{"id": "merge", "options": {}}, {"id": "organize", "options": organize}])


def row(title):
    """A heading over the lines below it."""
    return 1, [({"collapsed": False, "panels": [], "title": title, "type": "row"}, WIDTH)]


def line(height, *panels, widths=None):
    """Panels side by side, alike in width unless their widths are given."""
    return height, list(zip(panels, widths or [WIDTH // len(panels)] * len(panels)))


def laid_out(lines):
    """The lines' panels, each with its number and its place."""
    placed, top = [], 0
    for height, panels in lines:
        left = 0
        for what, width in panels:
            placed.append(what | {"gridPos": {"h": height, "w": width, "x": left, "y": top}, "id": len(placed) + 1})
            left += width
        top += height
    return placed


ALL = {"selected": True, "text": ["All"], "value": ["$__all"]}


def variable(name, label, text):
    """Any number of the values that a label has; all of them at first."""
    return single(name, label, text) | {"allValue": ".+", "current": ALL, "includeAll": True, "multi": True}


def single(name, label, text):
    return {"datasource": DATASOURCE, "definition": text, "hide": 0, "includeAll": False,
            "label": label, "multi": False, "name": name, "options": [], "query": {"query": text, "refId": name}, "refresh": 2,
            "regex": "", "skipUrlSync": False, "sort": 1, "type": "query"}


SOURCE = {"hide": 0, "includeAll": False, "label": "Data source", "multi": False, "name": "datasource",
          "options": [], "query": "prometheus", "refresh": 1, "regex": "", "skipUrlSync": False, "type": "datasource"}
VARIABLES = {
    "job": variable("job", "Job", "label_values(vprotect_exporter_build_info, job)"),
    "instance": variable("instance", "Instance", 'label_values(vprotect_exporter_build_info{job=~"$job"}, instance)'),
    "server": variable("server", "Server", f"label_values(vprotect_up{{{TARGET}}}, server)"),
    "tenant": variable("tenant", "Tenant", f"label_values(vprotect_tenant_protection_vms{{{SERVER}}}, tenant)"),
    "vm": single("vm", "VM", f"label_values(vprotect_vm_info{{{TENANT}}}, vm)"),
    # A name is no pattern, and several VMs may have it.
    "guid": single("guid", "GUID", f"label_values(vprotect_vm_info{{{TENANT}, vm=`${{vm:raw}}`}}, guid)"),
}


def annotation(name, color, expr, title, text, tags):
    return {"datasource": DATASOURCE, "enable": True, "expr": expr, "hide": False, "iconColor": color, "name": name,
            "step": ANNOTATION_STEP, "tagKeys": tags, "textFormat": text, "titleFormat": title}


def triggered():
    ended = "sum by (server, kind, outcome) (increase(vprotect_runbook_operations_total{server}[$__rate_interval]))"
    return annotation("Triggered backups", BLUE, written_out(f"{ended} > 0"), "{{kind}} {{outcome}}", "{{server}}",
                      "kind,outcome")


def alerts(variables):
    """The moment in which an alert of what is looked at begins. An alert without such a label is of everything."""
    narrow = "".join(f", {name}=~`${{{name}:regex}}|`" for name in ("server", "tenant", "guid") if name in variables)
    firing = f'ALERTS{{alertname=~"Vprotect.*", alertstate="firing"{narrow}}}'
    by = "count by (alertname, severity, server)"
    return annotation("Alerts", RED, f"{by} ({firing}) unless {by} ({firing} offset {ANNOTATION_STEP})", "{{alertname}}",
                      "{{server}}", "severity")


def dashboard(uid, title, about, variables, lines, time="now-24h"):
    link = {"asDropdown": False, "icon": "external link", "includeVars": True, "keepTime": True, "tags": ["vprotect"],
            "targetBlank": False, "title": "vProtect", "tooltip": "", "type": "dashboards", "url": ""}
    return {"annotations": {"list": [triggered(), alerts(variables)]}, "description": about, "editable": False,
            "fiscalYearStartMonth": 0, "graphTooltip": 1, "id": None, "links": [link], "panels": laid_out(lines),
            "refresh": "1m", "schemaVersion": 39, "tags": ["vprotect"],
            "templating": {"list": [SOURCE] + [VARIABLES[name] for name in variables]},
            "time": {"from": time, "to": "now"}, "timepicker": {}, "timezone": "browser", "title": title, "uid": uid,
            "version": 1, "weekStart": ""}


def link_to(uid, **labels):
    """The address of a dashboard for a row of a table: `var=label` of what the row names, the other variables as they are."""
    kept = [f"${{{name}:queryparam}}" for name in ("datasource", "job", "instance")]
    of_row = [f"var-{name}=${{__data.fields.{label}:percentencode}}" for name, label in labels.items()]
    return f"/d/{uid}?" + "&".join(kept + of_row + ["${__url_time_range}"])
