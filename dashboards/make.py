#!/usr/bin/env python3
"""Writes the dashboards, one function each.

    make.py           writes dashboards/*.json
    make.py --check   says which of them is not what it would write, and exits 1
"""

import json
import sys
from pathlib import Path

from panels import (ANY_IS_BAD, ANY_IS_WORTH_A_LOOK, GREEN, MUST_BE_ONE, ORANGE, RED, SHARE_OF_GOOD, SHARE_OF_SPACE,
                    STATES, YELLOW, YES_IS_BAD, YES_IS_GOOD, bargauge, column, dashboard, labels_only, line, link_to, row, stat,
                    state_timeline, table, timeseries, words)

FOLDER = Path(__file__).resolve().parent
SERVER = {"server": "Server"}
TENANT = SERVER | {"tenant": "Tenant"}
VM = TENANT | {"vm": "VM", "guid": ""}
TO_VM = ("VM", "Show this VM", link_to("vprotect-vm", server="server", tenant="tenant", vm="vm", guid="guid"))
TO_TENANT = ("Tenant", "Show this tenant", link_to("vprotect-tenant", server="server", tenant="tenant"))

# Seconds: since something was read, since a node reported, that a task waits.
NEW = [(None, GREEN), (300, YELLOW), (600, RED)]
HEARD_OF = [(None, GREEN), (900, RED)]
PATIENCE = [(None, GREEN), (3600, YELLOW), (14400, RED)]
ANY_IS_FAILING = [(None, GREEN), (1, ORANGE)]

NOT_PROTECTED = "no_policy|no_schedule|paused"
TO_BE_COVERED = "|".join(state for state in STATES if state not in ("excluded", "not_present"))
COMPLIANCE = "max by (server, tenant) (vprotect_tenant_rpo_compliance_ratio{tenant})"
# VMs that something asks for a backup of: those of which the compliance is a share.
ASKED_FOR = """sum by (server, tenant) (
    max by (server, tenant, state) (vprotect_tenant_vms{tenant, state=~"covered|failing|overdue|never_backed_up"}))"""
# VMs that somebody has to look at; a table of them has so many rows at most.
TROUBLE = """topk(500, max by (server, tenant, vm, guid, state) (
    vprotect_vm_coverage{tenant, state=~"never_backed_up|overdue|failing|no_policy|no_schedule|paused"} == 1))"""
DATA_AGE = """time() - max by (server, collector) (
    vprotect_collector_last_success_timestamp_seconds{server, collector=~"virtual_machines|backups"})"""
# What the time is at each server.
SERVER_TIME = """max by (server) (vprotect_snapshot_timestamp_seconds{target} + on (job, instance) group_right ()
    (vprotect_server_clock_skew_seconds{server} or vprotect_up{server} * 0))"""
FIRST_IS_UNSEEN = "The first since a start of the exporter does not show: Prometheus sees no increase in it."


def vms(states, by=""):
    """Of each VM one is counted, however many exporters tell of it."""
    return f'sum{by and f" {by} "}(max by (server, tenant, state) (vprotect_tenant_vms{{tenant, state=~"{states}"}}))'


def of_trouble(metric):
    return f"max by (server, tenant, vm, guid) ({metric}{{tenant}}) and on (server, guid) {TROUBLE}"


def per_vm(metric, more=""):
    return f"max by (server, guid) ({metric}{{vm{more}}})"


def is_every_vm_protected():
    """The first line of the fleet and of a tenant."""
    absent = "No number: the servers' policies, rules and schedules are not known."
    return line(4,
                stat("Covered",
                     f"Share of the VMs, without excluded ones, that have a good last backup and are not overdue. {absent}",
                     f"{vms('covered')} / ({vms(TO_BE_COVERED)} > 0)", "percentunit", SHARE_OF_GOOD),
                stat("RPO compliance",
                     f"Share of the VMs with a due time that are not past it, by the schedules' own calendars. {absent}",
                     f"sum({COMPLIANCE} * on (server, tenant) {ASKED_FOR}) / (sum({ASKED_FOR}) > 0)", "percentunit",
                     SHARE_OF_GOOD),
                stat("Overdue", f"VMs whose schedules should have backed them up again by now, grace included. {absent}",
                     vms("overdue"), thresholds=ANY_IS_BAD),
                stat("Failing", f"VMs whose last backup failed and that are not overdue yet. {absent}",
                     vms("failing"), thresholds=ANY_IS_FAILING),
                stat("Never backed up", f"VMs with a policy that have no successful backup at all; new ones among them. {absent}",
                     vms("never_backed_up"), thresholds=ANY_IS_BAD),
                stat("Not protected", f"VMs that nothing will back up: no policy, no schedule, or all of it paused. {absent}",
                     vms(NOT_PROTECTED), thresholds=ANY_IS_WORTH_A_LOOK),
                stat("Not known", f"VMs of which it cannot be told whether they are covered. {absent}",
                     vms("unknown"), thresholds=ANY_IS_WORTH_A_LOOK),
                stat("Data is from",
                     "How long ago VMs and backups were read, of the server where that is longest, by the exporter's clock. "
                     "Above 10 minutes, believe nothing here. No number: never read, or no exporter.",
                     f"max({DATA_AGE})", "s", NEW))


def vms_by_state():
    return timeseries("VMs by state",
                      "Every listed VM in the one state that we judge it to have (docs/metrics.md, vprotect_vm_coverage). A gap: "
                      "policies and schedules were not known.",
                      [(vms(".+", "by (state)"), "{{state}}")], colors=STATES, stacked=True)


def protected_and_stored(by):
    total = f"sum by ({by}) (max by (server, tenant) (vprotect_tenant_%s_bytes{{tenant}}))"
    return timeseries("Protected and stored",
                      "Protected: the last full backups. Stored: all backups in the history that are still there. A gap: the "
                      "sizes, or the history, are not known.",
                      [(total % name, f"{{{{{by}}}}} {name}") for name in ("protected", "stored")], "bytes", many=True)


def tasks_that_ended(by):
    total = f"sum by ({by}) (max by (server, tenant, task_type) (increase(vprotect_%s_total{{tenant}}[$__rate_interval])))"
    ended, failed = total % "tasks_finished", total % "task_failures"
    return timeseries("Tasks that ended",
                      "Tasks of the servers that ended, each counted once: those that failed, and the others. Nothing: none "
                      "ended, or the ledger cannot be read.",
                      [(f"{ended} - {failed}", f"{{{{{by}}}}}"), (failed, f"{{{{{by}}}}} failed")], bars=True)


def table_of_servers():
    differences = "sum by (server) (max by (server, status) (abs(vprotect_dashboard_difference_vms{server})))"
    stale = "sum by (server) (max by (server, collector) (vprotect_collector_stale{server}))"
    return table("Servers",
                 "What can be told of each server. Counted otherwise: VMs by which the server's own totals differ from its list. "
                 "A server is absent before its first poll.", SERVER,
                 [column("Readable", "max by (server) (vprotect_up{server})", mappings=YES_IS_GOOD),
                  column("Data age", f"max by (server) ({DATA_AGE})", "s", NEW),
                  column("VMs", vms(".+", "by (server)")),
                  column("Covered", vms("covered", "by (server)")),
                  column("Resources left out", stale, thresholds=ANY_IS_BAD),
                  column("Counted otherwise", differences, thresholds=ANY_IS_BAD),
                  column("Clock skew", "max by (server) (vprotect_server_clock_skew_seconds{server})", "s")])


def table_of_tenants():
    def of_state(title, states, thresholds=None):
        return column(title, vms(states, "by (server, tenant)"), thresholds=thresholds)

    return table("Tenants",
                 "VMs of each tenant by state, and what is kept of them; a click on one shows it. States are absent while "
                 "policies and schedules are not known.", TENANT,
                 [of_state("VMs", ".+"), of_state("Covered", "covered"), of_state("Overdue", "overdue", ANY_IS_BAD),
                  of_state("Failing", "failing", ANY_IS_FAILING), of_state("Never backed up", "never_backed_up", ANY_IS_BAD),
                  of_state("Not protected", NOT_PROTECTED, ANY_IS_WORTH_A_LOOK),
                  column("RPO compliance", COMPLIANCE, "percentunit", SHARE_OF_GOOD),
                  column("Protected", "max by (server, tenant) (vprotect_tenant_protected_bytes{tenant})", "bytes"),
                  column("Stored", "max by (server, tenant) (vprotect_tenant_stored_bytes{tenant})", "bytes")],
                 TO_TENANT, sort="Overdue")


def fleet():
    overdue = """topk(25, max by (server, tenant, vm, guid) (vprotect_vm_last_backup_age_seconds{tenant}
        and on (job, instance, server, guid) vprotect_vm_coverage{tenant, state="overdue"} == 1))"""
    failing = "topk(25, max by (server, tenant, vm, guid) (vprotect_vm_consecutive_failures{tenant} > 0))"
    return dashboard(
        "vprotect-fleet", "vProtect / Fleet overview", "Is every VM of every tenant protected, and how do we know?",
        ["job", "instance", "server", "tenant"], [
            is_every_vm_protected(),
            line(8, vms_by_state(),
                 bargauge("Tenants of the lowest compliance",
                          "The ten tenants with the smallest share of VMs that are not past their due time. A tenant is absent "
                          "while none of its VMs has a due time.",
                          f"bottomk(10, {COMPLIANCE})", "{{tenant}} ({{server}})", "percentunit", SHARE_OF_GOOD),
                 widths=[16, 8]),
            line(5, table_of_servers()),
            line(10, table_of_tenants()),
            row("VMs in trouble"),
            line(9, table("Longest overdue",
                          "The 25 overdue VMs with the oldest last success, aged by the server's clock. Empty: none is overdue, "
                          "or it cannot be told.", VM, [column("Age", overdue, "s")], TO_VM, sort="Age"),
                 table("Most failures in a row",
                       "The 25 VMs with the most failed attempts since their last success. Empty: none failed, or the history of "
                       "backups is not known.", VM, [column("Failures", failing)], TO_VM, sort="Failures")),
            row("What is done"),
            line(8, tasks_that_ended("server"), protected_and_stored("server"))])


def table_of_trouble():
    late = f"{SERVER_TIME} - on (server) group_right () ({of_trouble('vprotect_vm_backup_due_timestamp_seconds')})"
    return table("VMs that are not covered",
                 "At most 500 VMs that are overdue, failing, never backed up, or that nothing asks for a backup of; a click on one "
                 "shows it. Ages are by the server's clock; past due is negative until the due time. No age: no backup is known. "
                 "No past due: nothing asks for one.", VM | {"state": "State"},
                 [labels_only(TROUBLE),
                  column("Past due", late, "s", [(None, YELLOW), (0, RED)]),
                  column("Age", of_trouble("vprotect_vm_last_backup_age_seconds"), "s"),
                  column("Failures in a row", of_trouble("vprotect_vm_consecutive_failures"), thresholds=ANY_IS_BAD)],
                 TO_VM, sort="Past due")


def tenant():
    reasons = """count by (failure_class) (max by (server, guid, failure_class) (
        vprotect_vm_last_attempt_info{tenant, result="failed"}))"""
    oldest = "topk(10, max by (server, tenant, vm, guid) (vprotect_vm_last_backup_age_seconds{tenant}))"
    grown = "topk(10, max by (server, tenant, vm, guid, backup_type) (vprotect_vm_backup_size_ratio{tenant}))"
    return dashboard(
        "vprotect-tenant", "vProtect / Tenant", "Is every VM of this tenant protected, and which are not?",
        ["job", "instance", "server", "tenant"], [
            is_every_vm_protected(),
            line(8, vms_by_state(),
                 timeseries("RPO compliance over time",
                            "Share of a tenant's VMs with a due time that are not past it. A gap: no VM has one, or it cannot be "
                            "told.",
                            [(COMPLIANCE, "{{tenant}} ({{server}})")], "percentunit"), widths=[16, 8]),
            line(10, table_of_trouble()),
            row("Backups"),
            line(8, tasks_that_ended("task_type"),
                 bargauge("Why last attempts failed",
                          "VMs whose last attempt failed, by what the server's text says of it (docs/failure-classes.md). Empty: "
                          "none failed, or the history of backups is not known.",
                          reasons, "{{failure_class}}", thresholds=[(None, ORANGE)])),
            line(8, protected_and_stored("tenant"),
                 bargauge("Oldest last backups",
                          "The ten VMs with the oldest last success, by the server's clock, whether something asks for a newer "
                          "one or not. VMs without a backup are absent.", oldest, "{{vm}}", "s"),
                 bargauge("Largest against their own past",
                          "The ten VMs whose newest backup is largest against the median of those before: 1 is alike. Absent "
                          "with fewer than 3 before it.",
                          grown, "{{vm}} {{backup_type}}", "none", [(None, GREEN), (3, YELLOW)], min=0))])


def coverage_as_number():
    """(expression, words for its values): of what two exporters see while it changes, the worst."""
    states = [state for state in STATES if state != "unknown"]
    each = [per_vm("vprotect_vm_coverage", f', state="{state}"') for state in states]
    expr = " or ".join(f"{one} * 0 + {place}" for place, one in enumerate(each))
    return expr, words({place: (state.replace("_", " "), STATES[state]) for place, state in enumerate(states)})


def tables_of_a_vm():
    listed = VM | {"policy": "Policy", "platform": "Platform", "hypervisor": "Hypervisor", "cluster": "Cluster",
                   "status": "Server's judgement"}
    attempted = {"server": "", "guid": "", "backup_type": "Type", "result": "Result", "failure_class": "Failure"}
    attempt = """max by (server, guid, backup_type, result, failure_class) (vprotect_vm_last_attempt_info{vm})
        * on (server, guid) group_left () (1000 * max by (server, guid) (vprotect_vm_last_attempt_timestamp_seconds{vm}))"""
    return [
        line(4, table("What the server lists",
                      "Where the VM is, which policy it has, and what the server itself says of it. Empty: it is no longer "
                      "listed.", listed,
                      [labels_only("max by (server, tenant, vm, guid, policy, platform, hypervisor, cluster) "
                                   "(vprotect_vm_info{vm})"),
                       labels_only("max by (server, tenant, vm, guid, status) (vprotect_vm_protection_status{vm})"),
                       column("On its platform", "max by (server, tenant, vm, guid) (vprotect_vm_present{vm})",
                              mappings=YES_IS_GOOD),
                       column("Warnings", "max by (server, tenant, vm, guid) (vprotect_vm_warnings{vm})", mappings=YES_IS_BAD)])),
        line(4, table("Last attempt",
                      "The last backup that ended, whatever its outcome, and why it failed (docs/failure-classes.md). Empty: the "
                      "history of backups has none.", attempted,
                      [column("Attempted", attempt, "dateTimeAsIso")]))]


def times_of_a_vm():
    def last(title, about, name, more=""):
        return stat(title, about, f"1000 * {per_vm(f'vprotect_vm_last_{name}_timestamp_seconds', more)}", "dateTimeAsIso")

    return line(4, last("Last success", "When the last successful backup of any type was made. No time: none is known.",
                        "backup", ', backup_type="any"'),
                last("Last full", "When the last successful full backup was made. No time: none is known.",
                     "backup", ', backup_type="full"'),
                last("Last proven restore", "When the newest restore that succeeded ended. No time: no restore of it is proven.",
                     "restore_success"))


def vm():
    state, states = coverage_as_number()
    age, target = per_vm("vprotect_vm_last_backup_age_seconds"), per_vm("vprotect_vm_rpo_target_seconds")
    failures = per_vm("vprotect_vm_consecutive_failures")
    counted = "max by (server, guid) (increase(vprotect_vm_backup_failures_total{vm}[$__rate_interval]))"
    return dashboard(
        "vprotect-vm", "vProtect / VM detail", "All that is known of one VM, which its GUID tells from others of its name.",
        ["job", "instance", "server", "tenant", "vm", "guid"], [
            line(4, stat("State", "Our judgement of the VM at the last snapshot. No state: it cannot be told, or the VM is not "
                                  "listed.",
                         state, "none", mappings=states),
                 stat("Age of the last backup", "Since its last success, by the server's clock. No number: no backup is known.",
                      age, "s"),
                 stat("Due again",
                      "When it must have been backed up again, grace included, by the server's clock. No time: nothing asks for "
                      "a backup of it, or it cannot be told.",
                      f"1000 * {per_vm('vprotect_vm_backup_due_timestamp_seconds')}", "dateTimeAsIso"),
                 stat("Failures in a row", "Attempts that failed since its last success. No number: the history of backups is "
                                           "not known.",
                      failures, thresholds=ANY_IS_BAD),
                 stat("Restorable", "Whether the server has a backup to restore it from now. No answer: the server does not say.",
                      per_vm("vprotect_vm_restorable"), "none", MUST_BE_ONE, YES_IS_GOOD), widths=[6, 5, 5, 4, 4]),
            line(5, state_timeline("State over time", "Our judgement of the VM. A gap: it could not be told, or no exporter ran.",
                                   state, "state", states)),
            times_of_a_vm(),
            *tables_of_a_vm(),
            row("Over time"),
            line(8, timeseries("Age and target",
                               "Age of the last success by the server's clock, and the longest time between two runs that its "
                               "schedules allow. No target: nothing asks for a backup of it.",
                               [(age, "age"), (target, "target")], "s", {"age": ORANGE, "target": GREEN}),
                 timeseries("Sizes", "Size of its last successful backup, of any type and of type full. A gap: unknown, or "
                                     "listed as 0.",
                            [("max by (backup_type) (vprotect_vm_last_backup_size_bytes{vm})", "{{backup_type}}")], "bytes"),
                 timeseries("Against its own past",
                            "Size of the newest backup of a type by the median of those before: 1 is alike. Absent with fewer "
                            "than 3 before it.",
                            [("max by (backup_type) (vprotect_vm_backup_size_ratio{vm})", "{{backup_type}}")], "none")),
            line(8, timeseries("Phases of the last success",
                               "How long it waited, was exported and was stored. A gap: the history of backups does not tell.",
                               [("max by (phase) (vprotect_vm_last_backup_phase_duration_seconds{vm})", "{{phase}}")],
                               "s", stacked=True),
                 timeseries("Failures",
                            "Failed backups as they were counted, each once, and failed attempts in a row. A gap: the ledger, or "
                            "the history of backups, cannot be read.",
                            [(counted, "failed"), (failures, "in a row")], colors={"failed": RED, "in a row": ORANGE}))],
        "now-7d")


SILENCE = f"""{SERVER_TIME} - on (server) group_right ()
    max by (server, node, guid) (vprotect_node_last_seen_timestamp_seconds{{server}})"""
STAGING_USED = """max by (server, node, guid) (
    vprotect_node_staging_used_bytes{server} / vprotect_node_staging_total_bytes{server})"""
DESTINATION_USED = """max by (server, destination, guid) (
    vprotect_backup_destination_used_bytes{server} / vprotect_backup_destination_capacity_bytes{server})"""
WAITING = "max by (server, tenant) (vprotect_task_oldest_queued_seconds{tenant})"


def can_the_servers_go_on():
    return line(4, stat("Longest silent node",
                        "Since the node that was silent for longest reported to its server, by the server's clock. No number: no "
                        "node did.",
                        f"max({SILENCE})", "s", HEARD_OF),
                stat("Fullest staging area", "Of the nodes, at their last report. No number: no node reports it.",
                     f"max({STAGING_USED})", "percentunit", SHARE_OF_SPACE),
                stat("Fullest destination", "As of its last backup or clean-up, when the server counts. No number: it does not "
                                            "say.",
                     f"max({DESTINATION_USED})", "percentunit", SHARE_OF_SPACE),
                stat("Longest wait", "Of tasks that may start and are still queued, by the server's clock. No number: none "
                                     "waits.",
                     f"max({WAITING})", "s", PATIENCE),
                stat("Operations open", "Begun through the exporters, or waiting to be, and not ended. No number: no exporter.",
                     "sum(max by (server, kind) (vprotect_runbook_operations_open{server}))"),
                stat("Kill switch", "While it is on, nothing is begun through the exporters. No answer: no exporter.",
                     "max(vprotect_runbook_kill_switch{target})", "none", ANY_IS_BAD, words({1: ("on", RED), 0: ("off", GREEN)})))


def nodes_and_destinations():
    nodes = [labels_only("max by (server, node, guid, version, state) (vprotect_node_info{server})"),
             column("Silent for", SILENCE, "s", HEARD_OF),
             column("Staging used", STAGING_USED, "percentunit", SHARE_OF_SPACE),
             column("Staging", "max by (server, node, guid) (vprotect_node_staging_total_bytes{server})", "bytes")]
    capacity = "max by (server, destination, guid) (vprotect_backup_destination_capacity_bytes{server})"
    destinations = [labels_only("max by (server, destination, guid, type) (vprotect_backup_destination_info{server})"),
                    column("Used", DESTINATION_USED, "percentunit", SHARE_OF_SPACE), column("Capacity", capacity, "bytes")]
    return line(7, table("Nodes",
                         "Each node with its version, its state in the server's words, how long it has been silent, and its "
                         "staging area. A value is absent until the node reports it.",
                         SERVER | {"node": "Node", "state": "State", "version": "Version", "guid": ""}, nodes),
                table("Backup destinations", "What backups use of each destination. A value is absent where the server does not "
                                             "say.",
                      SERVER | {"destination": "Destination", "type": "Type", "guid": ""}, destinations))


def schedules_and_policies():
    def of_schedule(title, name, unit="none", factor="", mappings=None):
        expr = f"{factor}max by (server, schedule, guid) (vprotect_schedule_{name}{{server}})"
        return column(title, expr, unit, mappings=mappings)

    def next_run(title, kind):
        next_run = f'vprotect_policy_next_run_timestamp_seconds{{server, backup_type="{kind}"}}'
        return column(title, f"1000 * max by (server, policy, guid) ({next_run})", "dateTimeAsIso")

    return line(9, table("Schedules",
                         "When each schedule ran and will run, by its calendar, if that is understood. No next run: it is "
                         "inactive, or its calendar has none.",
                         SERVER | {"schedule": "Schedule", "guid": ""},
                         [of_schedule("Active", "active", mappings=YES_IS_GOOD),
                          of_schedule("Understood", "calendar_known", mappings=YES_IS_GOOD),
                          of_schedule("Last run", "last_run_timestamp_seconds", "dateTimeAsIso", "1000 * "),
                          of_schedule("Next run", "next_run_timestamp_seconds", "dateTimeAsIso", "1000 * ")]),
                table("Policies", "VMs of each policy, and when its schedules run next. No next run: none of that type will.",
                      SERVER | {"policy": "Policy", "guid": ""},
                      [column("Active", "max by (server, policy, guid) (vprotect_policy_active{server})", mappings=YES_IS_GOOD),
                       column("VMs", "max by (server, policy, guid) (vprotect_policy_vms{server})"),
                       next_run("Next full", "full"), next_run("Next incremental", "incremental")], sort="VMs"))


def operations():
    ended = "sum by (kind, outcome) (increase(vprotect_runbook_operations_total{server}[$__rate_interval]))"
    refused = "sum by (rule) (increase(vprotect_runbook_refusals_total{server}[$__rate_interval]))"
    listed = "sum by (state) (max by (server, tenant, task_type, state) (vprotect_tasks{tenant}))"
    return dashboard(
        "vprotect-operations", "vProtect / Operations and capacity",
        "Can the servers go on making backups, and what was begun through the exporters?",
        ["job", "instance", "server", "tenant"], [
            can_the_servers_go_on(),
            row("Nodes and destinations"),
            nodes_and_destinations(),
            line(8, timeseries("Space used", "Share that is used of each staging area and destination. A gap: not reported.",
                               [(STAGING_USED, "{{node}} staging"), (DESTINATION_USED, "{{destination}}")], "percentunit"),
                 timeseries("Tasks at the servers", "Tasks that the servers list, in their words for the state. Nothing: none is "
                                                    "listed.",
                            [(listed, "{{state}}")], stacked=True)),
            line(8, tasks_that_ended("task_type"),
                 timeseries("Waiting in the queue",
                            "How long a tenant's oldest queued task has been waiting, by the server's clock; the ten longest. "
                            "Nothing: no task waits.", [(f"topk(10, {WAITING})", "{{tenant}} ({{server}})")], "s")),
            row("Schedules and policies"),
            schedules_and_policies(),
            row("Begun through the exporters"),
            line(8, timeseries("Operations that ended",
                               "Backups, restores and changes of policies and schedules, by outcome; each is counted by the one "
                               "exporter that saw its end. Nothing: none ended.",
                               [(f"{ended} > 0", "{{kind}} {{outcome}}")], bars=True),
                 timeseries("Refusals",
                            "What was asked for and not begun, by the rule that held it back (docs/runbooks.md). "
                            f"{FIRST_IS_UNSEEN}",
                            [(refused, "{{rule}}")], bars=True))])


def by_collector(name):
    return f"max by (instance, server, collector) (vprotect_collector_{name}{{server}})"


AGE_BY_COLLECTOR = "time() - " + by_collector("last_success_timestamp_seconds")


def can_the_exporters_be_believed():
    def all_of(title, about, metric, mappings=YES_IS_GOOD):
        return stat(title, about, f"min({metric})", "none", MUST_BE_ONE, mappings)

    def increase(title, about, metric, thresholds):
        return stat(title, about, f"sum(increase({metric}{{target}}[$__range]))", thresholds=thresholds, decimals=0)

    return line(4, all_of("Exporters", "Whether Prometheus can scrape every exporter. No answer: there is no such target.",
                          "up{target}", words({1: ("up", GREEN), 0: ("down", RED)})),
                all_of("Servers readable", "Whether the last poll of every server's VMs succeeded. No answer: none has ended "
                                           "yet.",
                       "vprotect_up{server}"),
                stat("Snapshot is from",
                     "How long ago the exporters put their data together, of the one where that is longest; they do so every 15 "
                     "seconds. No number: no snapshot yet.", "max(time() - vprotect_snapshot_timestamp_seconds{target})", "s",
                     [(None, GREEN), (120, YELLOW), (300, RED)]),
                all_of("Configuration good", "Whether it was when it was last read; a bad one changes nothing. No answer: no "
                                             "exporter.",
                       "vprotect_exporter_config_last_reload_successful{target}"),
                all_of("Ledger works", "Whether its last operation succeeded; else nothing new is counted. No answer: no "
                                       "exporter.",
                       "vprotect_exporter_ledger_up{target}"),
                stat("Resources left out", "Resources whose data became so old that it is in no metric. No number: nothing was "
                                           "read yet.",
                     "sum(max by (server, collector) (vprotect_collector_stale{server}))", thresholds=ANY_IS_BAD),
                increase("Credentials refused", f"Requests with a wrong credential, in the time that is shown. {FIRST_IS_UNSEEN}",
                         "vprotect_exporter_auth_failures_total", ANY_IS_WORTH_A_LOOK),
                increase("Series dropped",
                         "Beyond the budget of their family, added up over the snapshots in the time that is shown. No number: "
                         "none was.",
                         "vprotect_exporter_series_dropped_total", ANY_IS_BAD))


def table_of_resources():
    return table("Resources",
                 "Each resource that an exporter reads of a server. Server says: how many records it claims to have. A value is "
                 "absent before the first read, and an error while there is none.",
                 {"instance": "Instance"} | SERVER | {"collector": "Resource", "kind": "Error"},
                 [column("Read", by_collector("success"), mappings=YES_IS_GOOD),
                  labels_only("max by (instance, server, collector, kind) (vprotect_collector_error{server})"),
                  column("Data age", AGE_BY_COLLECTOR, "s", NEW),
                  column("Left out", by_collector("stale"), mappings=YES_IS_BAD),
                  column("Took", by_collector("duration_seconds"), "s"),
                  column("Records", by_collector("rows")),
                  column("Server says", by_collector("reported_rows")),
                  column("Pages", by_collector("pages")),
                  column("Skipped", by_collector("skipped_records"), thresholds=ANY_IS_WORTH_A_LOOK)], sort="Data age")


def exporter():
    incomplete = "max by (server, collector) (increase(vprotect_collector_incomplete_reads_total{server}[$__rate_interval]))"
    logins = 'sum by (server) (increase(vprotect_exporter_logins_total{server, result="failure"}[$__rate_interval]))'
    requests = "sum by (server, code) (rate(vprotect_exporter_api_requests_total{server}[$__rate_interval]))"
    slowest = """histogram_quantile(0.95, sum by (endpoint, le) (
        rate(vprotect_exporter_api_request_duration_seconds_bucket{server}[$__rate_interval]))) >= 0"""
    ledger = "sum by (operation, result) (rate(vprotect_exporter_ledger_operations_total{target}[$__rate_interval]))"
    missing = """sum(max by (job) (vprotect_exporter_shards{target})
        - count by (job) (count by (job, shard) (vprotect_exporter_shard_info{target})))"""
    return dashboard(
        "vprotect-exporter", "vProtect / Exporter health", "Can the exporters be believed: do they run, read, remember and show "
                                                           "all?",
        ["job", "instance", "server"], [
            can_the_exporters_be_believed(),
            row("What is read"),
            line(12, table_of_resources()),
            line(8, timeseries("Age of the data",
                               "Since each resource was last read in full, at the exporter where that is longest ago. A gap: "
                               "never read.",
                               [(f"max by (server, collector) ({AGE_BY_COLLECTOR})", "{{server}} {{collector}}")], "s",
                               many=True),
                 timeseries("Reads that were not used",
                            "Because the answer was not the whole list; and logins that failed. Nothing: no exporter.",
                            [(incomplete, "{{server}} {{collector}}"), (logins, "{{server}} login")], bars=True, many=True)),
            row("Requests and ledger"),
            line(8, timeseries("API requests", "Requests to the servers by HTTP status; error: no answer. Nothing: none was "
                                               "sent.",
                               [(requests, "{{server}} {{code}}")], "reqps"),
                 timeseries("API latency", "Of 100 requests to an endpoint 95 took no longer. Nothing: none was sent.",
                            [(slowest, "{{endpoint}}")], "s", many=True),
                 timeseries("Ledger operations", "Operations of the ledger by result. Nothing: no exporter.",
                            [(ledger, "{{operation}} {{result}}")], "ops", many=True)),
            row("Process"),
            line(7, timeseries("CPU", "Cores that each exporter uses. A gap: it was not scraped.",
                               [("rate(process_cpu_seconds_total{target}[$__rate_interval])", "{{instance}}")], "none"),
                 timeseries("Memory", "In RAM at the scrape. A gap: the exporter was not scraped.",
                            [("process_resident_memory_bytes{target}", "{{instance}}")], "bytes"),
                 stat("Shards missing", "How many exporters are missing to show all tenants (--shard). No number: no exporter.",
                      missing, thresholds=ANY_IS_BAD), widths=[10, 10, 4])],
        "now-6h")


def files():
    """{path: what is to be in it}"""
    made = [fleet(), tenant(), vm(), operations(), exporter()]
    return {FOLDER / f"{one['uid']}.json": json.dumps(one, indent=2, sort_keys=True, ensure_ascii=False) + "\n" for one in made}


def differences():
    wanted = files()
    unknown = [path for path in FOLDER.glob("*.json") if path not in wanted]
    return unknown + [path for path, text in wanted.items() if not path.exists() or path.read_text(encoding="utf-8") != text]


def main(arguments):
    if arguments == ["--check"]:
        wrong = differences()
        for path in wrong:
            print(f"{path.name} is not what make.py writes")
        return 1 if wrong else 0
    for path, text in files().items():
        path.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
