"use strict";
// The report's page: everything it shows comes from the read API and is put in as text, never as markup. What is
// asked for stands in the page's own URL, so that it can be sent to somebody else.

const STATES = ["covered", "failing", "overdue", "never_backed_up", "no_schedule", "no_policy", "paused", "excluded",
                "not_present", "unknown"];
const GLYPHS = {success: "✓", failure: "✕", missed: "!", due: "…", none: "·", unknown: "?"};
const COLUMNS = [
  {title: "State", sort: "state", cell: (vm) => stateOf(vm.state)},
  {title: "Name", sort: "name", cell: nameOf},
  {title: "Last success", sort: "last_success", cell: (vm) => ago(vm.last_success_age_seconds, vm.last_success)},
  {title: "Overdue by", sort: "overdue_by_seconds", number: true, cell: (vm) => duration(vm.overdue_by_seconds)},
  {title: "Due", sort: "due", cell: (vm) => moment(vm.due)},
  {title: "Failures", sort: "consecutive_failures", cell: failuresOf},
  {title: "Days", cell: daysOf},
  {title: "Sizes", sort: "last_size_bytes", cell: sizesOf},
  {title: "Policy", sort: "policy", cell: (vm) => vm.policy ?? "none"},
];
const FIELDS = ["server", "tenant", "name", "guid", "policy", "state", "last_success", "last_success_age_seconds",
                "overdue_by_seconds", "due", "consecutive_failures", "failure_class", "failure_text", "failing_since",
                "last_size_bytes", "days", "sizes"];
const WHOLE_REPORT = ["tenant", "server", "from", "to"];
const LIST_ONLY = ["state", "q", "sort", "limit", "cursor"];

const byId = (id) => document.getElementById(id);
let token = sessionStorage.getItem("token");
let period = null;

function element(tag, properties, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties ?? {})) {
    if (name in made) made[name] = value; else made.setAttribute(name, value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined).map(shown));
  return made;
}

// Characters that turn the direction of a text make it read as another: they are shown instead of obeyed.
function shown(child) {
  if (typeof child !== "string") return child;
  return child.replace(/[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g,
                       (mark) => "⟨U+" + mark.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0") + "⟩");
}

const words = (text) => text.replaceAll("_", " ");
const number = (value) => value === null || value === undefined ? "unknown" : value.toLocaleString("en");
const percent = (ratio) => ratio === null || ratio === undefined ? "unknown" : (Math.floor(ratio * 1000) / 10).toFixed(1) + " %";
const moment = (time) => time ? time.slice(0, 16).replace("T", " ") : "";

function bytes(count) {
  if (count === null || count === undefined) return "unknown";
  const units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];
  let unit = 0;
  for (; count >= 1024 && unit < units.length - 1; count /= 1024) ++unit;
  return count.toFixed(unit === 0 || count >= 100 ? 0 : 1) + " " + units[unit];
}

function duration(seconds) {
  if (seconds === null || seconds === undefined) return "";
  const minutes = Math.floor(seconds / 60);
  if (minutes < 1) return "under 1 min";
  if (minutes < 120) return minutes + " min";
  return minutes < 2880 ? Math.floor(minutes / 60) + " h" : Math.floor(minutes / 1440) + " d";
}

function ago(seconds, time) {
  if (!time) return "never";
  return element("time", {dateTime: time, title: moment(time) + " UTC"}, duration(seconds) + " ago");
}

function stateOf(state) {
  return element("span", {className: "state"}, element("i", {className: "dot s-" + state, ariaHidden: "true"}), words(state));
}

function nameOf(vm) {
  const button = element("button", {type: "button", title: "Details of " + vm.name}, vm.name ?? vm.guid);
  button.addEventListener("click", () => showDetails(vm));
  return element("span", {}, button, element("br"), element("span", {className: "quiet"}, vm.tenant + " on " + vm.server));
}

function failuresOf(vm) {
  if (!vm.consecutive_failures) return "";
  const since = vm.failing_since ? " since " + moment(vm.failing_since) : "";
  return element("span", {className: "text"}, number(vm.consecutive_failures) + since, element("br"),
                 element("span", {className: "quiet"}, [vm.failure_class, vm.failure_text].filter(Boolean).join(": ")));
}

function dayAfter(first, days) {
  const day = new Date(first + "T00:00:00Z");
  day.setUTCDate(day.getUTCDate() + days);
  return day.toISOString().slice(0, 10);
}

function daysOf(vm) {
  if (!vm.days) return "unknown";
  const cells = vm.days.map((word, at) =>
    element("i", {className: "d-" + word, title: dayAfter(period.from, at) + ": " + word}, GLYPHS[word] ?? "?"));
  const strip = element("span", {className: "days", role: "img"}, ...cells);
  strip.setAttribute("aria-label", vm.days.map((word, at) => dayAfter(period.from, at) + " " + word).join(", "));
  return strip;
}

function sizesOf(vm) {
  if (!vm.sizes || vm.sizes.length < 2) return vm.last_size_bytes ? bytes(vm.last_size_bytes) : "";
  const space = "http://www.w3.org/2000/svg";
  const most = Math.max(...vm.sizes, 1);
  const points = vm.sizes.map((size, at) => `${at * 100 / (vm.sizes.length - 1)},${19 - 18 * size / most}`);
  const trend = document.createElementNS(space, "svg");
  trend.setAttribute("class", "trend");
  trend.setAttribute("viewBox", "0 0 100 20");
  trend.setAttribute("preserveAspectRatio", "none");
  trend.setAttribute("role", "img");
  trend.setAttribute("aria-label", "sizes, the oldest first: " + vm.sizes.map(bytes).join(", "));
  const line = document.createElementNS(space, "polyline");
  line.setAttribute("points", points.join(" "));
  trend.append(line);
  return element("span", {}, trend, element("span", {className: "quiet"}, bytes(vm.sizes.at(-1))));
}

// What is asked for, as in the URL.
const asked = () => new URLSearchParams(location.search);

function only(names, more) {
  const some = new URLSearchParams();
  for (const [name, value] of asked()) if (names.includes(name)) some.append(name, value);
  for (const [name, value] of Object.entries(more ?? {})) some.set(name, value);
  return some.toString();
}

function ask(changes, how) {
  const next = asked();
  for (const [name, value] of Object.entries(changes)) {
    next.delete(name);
    for (const one of [value].flat()) if (one !== "" && one !== null) next.append(name, one);
  }
  const text = next.toString();
  const before = changes.cursor ? [...(history.state?.before ?? []), asked().get("cursor") ?? ""] : [];
  history[how === "replace" ? "replaceState" : "pushState"]({before}, "", text ? "?" + text : location.pathname);
}

async function fetched(path) {
  const headers = token ? {Authorization: "Bearer " + token} : {};
  const answer = await fetch(path, {headers, cache: "no-cache"});
  if (answer.ok) return answer;
  const problem = await answer.json().catch(() => ({detail: answer.statusText}));
  throw Object.assign(new Error(problem.detail ?? String(answer.status)), {status: answer.status});
}

function fail(error) {
  const needsToken = error.status === 401 || error.status === 403;
  byId("sign-in").hidden = !needsToken;
  byId("refused").textContent = needsToken && token ? error.message : "";
  byId("failure").hidden = needsToken;
  byId("failure").replaceChildren("The report could not be shown: " + error.message + " ",
                                  element("a", {href: location.pathname}, "Show the report of the last seven days."));
  byId("about").textContent = "";
  byId("report").hidden = true;
  if (needsToken) byId("token").focus();
}

function tile(value, label, tone) {
  return element("li", {}, element("b", {className: tone ?? ""}, value), element("span", {}, label));
}

function showTiles(totals) {
  const bad = (count) => count > 0 ? "bad" : "";
  byId("tiles").replaceChildren(
    tile(number(totals.vms), "virtual machines"),
    tile(number(totals.vms_covered), "covered", "good"),
    tile(number(totals.vms_overdue), "overdue", bad(totals.vms_overdue)),
    tile(number(totals.vms_never_backed_up), "never backed up", bad(totals.vms_never_backed_up)),
    tile(number(totals.vms_failing), "failing", bad(totals.vms_failing)),
    tile(percent(totals.rpo_compliance_ratio), "within their RPO"),
    tile(number(totals.backup_successes), "backups succeeded"),
    tile(number(totals.backup_failures), "backups failed", bad(totals.backup_failures)),
    tile(bytes(totals.protected_bytes), "protected"),
    tile(bytes(totals.stored_bytes), "kept in backups"));
}

function barOf(totals) {
  const bar = element("span", {className: "bar", role: "img"});
  const parts = STATES.filter((state) => totals["vms_" + state] > 0);
  bar.setAttribute("aria-label", parts.map((state) => `${totals["vms_" + state]} ${words(state)}`).join(", "));
  for (const state of parts) {
    const part = element("i", {className: "s-" + state, title: `${words(state)}: ${number(totals["vms_" + state])}`});
    part.style.flexGrow = totals["vms_" + state];
    bar.append(part);
  }
  return bar;
}

function row(...cells) {
  return element("tr", {}, ...cells);
}

function head(...titles) {
  return element("thead", {}, row(...titles.map(([title, kind]) => element("th", {scope: "col", className: kind ?? ""}, title))));
}

function numberCell(text) {
  return element("td", {className: "number"}, text);
}

function showTenants(tenants) {
  const rows = tenants.map((part) => row(
    element("th", {scope: "row"}, part.tenant, element("br"), element("span", {className: "quiet"}, part.server)),
    element("td", {}, barOf(part)), numberCell(number(part.vms)), numberCell(number(part.vms_covered)),
    numberCell(percent(part.rpo_compliance_ratio)), numberCell(number(part.backup_successes)),
    numberCell(number(part.backup_failures)), numberCell(bytes(part.protected_bytes)), numberCell(bytes(part.stored_bytes))));
  byId("tenants").querySelector("div").replaceChildren(element("table", {},
    head(["Tenant"], ["Coverage"], ["VMs", "number"], ["Covered", "number"], ["Within RPO", "number"], ["Succeeded", "number"],
         ["Failed", "number"], ["Protected", "number"], ["Kept", "number"]),
    element("tbody", {}, ...rows)));
}

function listed(title, list, about) {
  if (list === null) return element("div", {}, element("h3", {}, title), element("p", {className: "quiet"}, "not known"));
  const items = list.items.map((item) =>
    element("li", {}, item.name ?? item.guid, element("span", {className: "quiet"}, ` ${item.tenant ?? "unknown tenant"}${about(item)}`)));
  if (list.count > items.length) items.push(element("li", {className: "quiet"}, `and ${number(list.count - items.length)} more`));
  return element("div", {}, element("h3", {}, `${title} (${number(list.count)})`),
                 items.length ? element("ul", {tabIndex: 0}, ...items) : element("p", {className: "quiet"}, "none"));
}

function showWorst(worst) {
  const rows = worst.items.map((vm) => row(
    element("th", {scope: "row", className: "name"}, nameOf(vm)), element("td", {}, stateOf(vm.state)),
    numberCell(duration(vm.overdue_by_seconds)), element("td", {}, moment(vm.failing_since)),
    element("td", {}, moment(vm.last_success) || "never"), element("td", {className: "text"}, vm.failure_class ?? "", element("br"),
      element("span", {className: "quiet"}, vm.failure_text ?? "")),
    element("td", {}, moment(vm.next_run))));
  const more = worst.count - worst.items.length;
  byId("worst").querySelector("div").replaceChildren(
    rows.length ? element("table", {}, head(["Name"], ["State"], ["Overdue by", "number"], ["Failing since"], ["Last success"],
                                            ["Last failure"], ["Next run"]), element("tbody", {}, ...rows))
                : element("p", {className: "quiet"}, "Nothing is overdue, failing or without a backup."),
    more > 0 ? element("p", {className: "quiet"}, `and ${number(more)} more: see the list below`) : "");
}

function showLists(report) {
  const since = (name) => (item) => item[name] ? ", " + moment(item[name]) : "";
  byId("changes").querySelector("div").replaceChildren(
    listed("New", report.changes.new, since("first_seen")), listed("Gone", report.changes.gone, since("gone_since")),
    listed("Newly failing", report.changes.newly_failing, since("failing_since")),
    listed("Recovered", report.changes.recovered, since("last_success")));
  byId("lists").querySelector("div").replaceChildren(
    listed("Never backed up", report.never_backed_up, since("first_seen")),
    listed("No longer on their platform", report.not_present, since("last_success")),
    listed("No longer listed by their server", report.vanished, since("gone_since")));
}

const isGood = (source) => source.ok && !source.stale && !source.skipped_records;

function stateOfSource(source) {
  if (source.stale) return "stale";
  if (!source.ok) return source.last_success ? "failed" : "not read yet";
  return source.skipped_records ? `${number(source.skipped_records)} records left out` : "ok";
}

function showSources(sources) {
  const rows = sources.map((source) => row(
    element("th", {scope: "row"}, source.server), element("td", {}, words(source.collector)),
    element("td", {className: isGood(source) ? "good" : "bad"}, stateOfSource(source)),
    element("td", {}, moment(source.last_success) || "never"), numberCell(source.rows === null || source.rows === undefined ? "" : number(source.rows)),
    element("td", {className: "text"}, source.error ?? source.error_class ?? "")));
  byId("sources").querySelector("section").replaceChildren(element("table", {},
    head(["Server"], ["Source"], ["State"], ["Last read"], ["Rows", "number"], ["Error"]), element("tbody", {}, ...rows)));
  byId("sources").open = !sources.every(isGood);
}

function showWarnings(warnings) {
  byId("warnings").hidden = warnings.length === 0;
  byId("warnings").replaceChildren(element("b", {}, "This report is not complete:"),
                                   element("ul", {}, ...warnings.map((text) => element("li", {}, text))));
}

function fill(select, values) {
  const wanted = asked().get(select.name) ?? "";
  const all = [...new Set([...values, ...(wanted ? [wanted] : [])])].sort();
  select.replaceChildren(element("option", {value: ""}, "all"), ...all.map((value) => element("option", {value}, value)));
  select.value = wanted;
}

function showReport(report) {
  period = report.period;
  byId("about").textContent = `${report.period.from} to ${report.period.to}, as of ${moment(report.snapshot_time)} UTC. All times are UTC.`;
  const form = byId("period");
  form.elements.from.value = report.period.from;
  form.elements.to.value = report.period.to;
  fill(form.elements.tenant, report.tenants.map((part) => part.tenant));
  fill(form.elements.server, report.sources.map((source) => source.server));
  showWarnings(report.warnings);
  showTiles(report.totals);
  showTenants(report.tenants);
  showWorst(report.worst);
  showLists(report);
  showSources(report.sources);
  showStates(report.totals);
  byId("rules").querySelector("dl").replaceChildren(...Object.entries(report.rules).flatMap(([name, text]) =>
    [element("dt", {}, words(name)), element("dd", {}, text)]));
  for (const id of ["sign-in", "failure"]) byId(id).hidden = true;
  byId("report").hidden = false;
}

function showStates(counts) {
  const chosen = asked().getAll("state");
  byId("states").replaceChildren(...STATES.map((state, at) => {
    const button = element("button", {type: "button"}, stateOf(state), " " + number(counts["vms_" + state]));
    button.setAttribute("aria-pressed", chosen.includes(state));
    button.addEventListener("click", () => {
      const now = asked().getAll("state");
      ask({state: now.includes(state) ? now.filter((one) => one !== state) : [...now, state], cursor: ""});
      showStates(counts);
      byId("states").children[at].firstChild.focus();
      showVms();
    });
    return element("li", {}, button);
  }));
}

function showHead() {
  const sort = asked().get("sort") ?? "name";
  const descending = sort.startsWith("-");
  byId("vms").querySelector("thead").replaceChildren(row(...COLUMNS.map((column) => {
    const cell = element("th", {scope: "col", className: column.number ? "number" : ""});
    if (!column.sort) return element("th", {scope: "col"}, column.title);
    const is = sort.replace("-", "") === column.sort;
    if (is) cell.setAttribute("aria-sort", descending ? "descending" : "ascending");
    const button = element("button", {type: "button"}, column.title + (is ? (descending ? " ↓" : " ↑") : ""));
    button.dataset.sort = column.sort;
    button.addEventListener("click", () => {
      ask({sort: is && !descending ? "-" + column.sort : column.sort, cursor: ""});
      showVms();
    });
    cell.append(button);
    return cell;
  })));
}

let newest = 0;
async function showVms() {
  const turn = ++newest;
  const limit = asked().get("limit") ?? "50";
  let page;
  try {
    page = await (await fetched("api/v1/vms?" + only([...WHOLE_REPORT, ...LIST_ONLY], {limit, fields: FIELDS.join(",")}))).json();
  } catch (error) {
    if (turn === newest) fail(error);
    return;
  }
  if (turn !== newest) return;  // another question was asked meanwhile
  period = page.period;
  const focused = document.activeElement?.dataset?.sort;
  showHead();
  if (focused) byId("vms").querySelector(`[data-sort="${focused}"]`)?.focus();
  byId("vms").querySelector("tbody").replaceChildren(...page.items.map((vm) => row(...COLUMNS.map((column, at) => {
    const cell = element("td", {className: [column.number ? "number" : "", at === 1 ? "name" : ""].join(" ").trim()}, column.cell(vm));
    cell.dataset.label = column.title;
    return cell;
  }))));
  const before = history.state?.before ?? [];
  byId("count").textContent = page.total === 0 ? "No virtual machine is so." : `${number(page.total)} virtual machines`;
  const first = before.length * Number(limit);
  byId("place").textContent = page.items.length ? `${number(first + 1)} to ${number(first + page.items.length)} of ${number(page.total)}` : "";
  byId("previous").disabled = before.length === 0 && !asked().get("cursor");
  byId("next").disabled = page.next === null;
  byId("next").dataset.cursor = page.next ?? "";
  showDownloads();
}

function showDownloads() {
  for (const link of document.querySelectorAll("[data-format]"))
    link.href = "api/v1/report?" + only([...WHOLE_REPORT, "state", "q"], {format: link.dataset.format});
}

// With a token the browser cannot follow the link by itself.
async function download(event) {
  if (!token) return;
  event.preventDefault();
  try {
    const blob = await (await fetched(event.target.href)).blob();
    const link = element("a", {href: URL.createObjectURL(blob), download: "vprotect-report." + event.target.dataset.format});
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60000);
  } catch (error) {
    fail(error);
  }
}

async function showDetails(vm) {
  const dialog = byId("details");
  byId("details-title").textContent = shown(vm.name ?? vm.guid);
  const body = dialog.querySelector("div");
  body.replaceChildren("Loading …");
  dialog.showModal();
  const path = "api/v1/vms/" + encodeURIComponent(vm.guid);
  const which = {server: vm.server};
  try {
    const whole = (await (await fetched(path + "?" + only(["from", "to"], which))).json()).vm;
    const facts = Object.entries(whole).filter(([name, value]) => value !== null && !["days", "sizes"].includes(name))
      .flatMap(([name, value]) => [element("dt", {}, words(name)), element("dd", {}, name.endsWith("_bytes") ? bytes(value) : String(value))]);
    body.replaceChildren(daysOf(whole), element("dl", {}, ...facts));
    const backups = await (await fetched(path + "/backups?" + new URLSearchParams({...which, limit: "50"}))).json();
    body.append(element("h3", {}, `Backups that the server lists (${number(backups.total)}, the newest first)`), element("section", {}, element("table", {},
      head(["Time"], ["Type"], ["Status"], ["Size", "number"], ["Failure"]),
      element("tbody", {}, ...backups.items.map((backup) => row(element("td", {}, moment(backup.time)), element("td", {}, backup.type),
        element("td", {}, words(backup.status)), numberCell(backup.size_bytes === null ? "" : bytes(backup.size_bytes)),
        element("td", {}, backup.failure_class ?? "")))))));
  } catch (error) {
    body.append(element("p", {className: "bad"}, error.message));
  }
}

async function show() {
  const form = byId("search");
  form.elements.q.value = asked().get("q") ?? "";
  form.elements.limit.value = asked().get("limit") ?? "50";
  try {
    showReport(await (await fetched("api/v1/report?" + only(WHOLE_REPORT, {format: "json", detail: "summary"}))).json());
  } catch (error) {
    return fail(error);
  }
  await showVms();
}

function listen() {
  byId("sign-in").addEventListener("submit", (event) => {
    event.preventDefault();
    const given = byId("token").value.trim();
    if (!/^[\x21-\x7e]+$/.test(given)) {
      byId("refused").textContent = "This is no token: it has characters that none has.";
      return;
    }
    token = given;
    sessionStorage.setItem("token", token);
    show();
  });
  byId("period").addEventListener("submit", (event) => {
    event.preventDefault();
    ask({...Object.fromEntries(new FormData(event.target)), cursor: ""});
    show();
  });
  let typing = 0;
  byId("search").addEventListener("input", () => {
    clearTimeout(typing);
    typing = setTimeout(() => {
      const {q, limit} = byId("search").elements;
      ask({q: q.value, limit: limit.value === "50" ? "" : limit.value, cursor: ""}, "replace");
      showVms();
    }, 200);
  });
  byId("search").addEventListener("submit", (event) => event.preventDefault());
  byId("next").addEventListener("click", () => {
    ask({cursor: byId("next").dataset.cursor});
    showVms();
  });
  byId("previous").addEventListener("click", () => {
    if ((history.state?.before ?? []).length > 0) return history.back();
    ask({cursor: ""}, "replace");
    showVms();
  });
  for (const link of document.querySelectorAll("[data-format]")) link.addEventListener("click", download);
  byId("close").addEventListener("click", () => byId("details").close());
  addEventListener("popstate", () => {
    byId("details").close();
    show();
  });
}

listen();
show();
