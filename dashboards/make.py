#!/usr/bin/env python3
"""Writes the dashboards, one function each.

    make.py           writes dashboards/*.json
    make.py --check   says which of them is not what it would write, and exits 1
"""

import json
import sys
from pathlib import Path

from panels import (ANY_IS_BAD, ANY_IS_WORTH_A_LOOK, GREEN, MUST_BE_ONE, ORANGE, OUTCOMES, RED, SHARE_OF_GOOD,
                    SHARE_OF_SPACE, STATES, YELLOW, YES_IS_BAD, YES_IS_GOOD, bargauge, column, dashboard, labels_only, line, link_to,
                    row, stat, state_timeline, table, timeseries, words)

FOLDER = Path(__file__).resolve().parent
TENANT = {"server": "Server", "tenant": "Tenant"}
VM = TENANT | {"vm": "VM", "guid": "GUID"}
TO_VM = ("VM", "Show this VM", link_to("vprotect-vm", server="server", tenant="tenant", vm="vm", guid="guid"))
TO_TENANT = ("Tenant", "Show this tenant", link_to("vprotect-tenant", server="server", tenant="tenant"))
NEW = [(None, GREEN), (300, YELLOW), (600, RED)]  # seconds since something was read
NOT_PROTECTED = "no_policy|no_schedule|paused"
TO_BE_COVERED = "|".join(state for state in STATES if state not in ("excluded", "not_present"))
UP = words({1: ("up", GREEN), 0: ("down", RED)})

# What the time is at each server.
SERVER_TIME = """max by (server) (vprotect_snapshot_timestamp_seconds{target} + on (job, instance) group_right ()
    (vprotect_server_clock_skew_seconds{server} or vprotect_up{server} * 0))"""
COMPLIANCE = "max by (server, tenant) (vprotect_tenant_rpo_compliance_ratio{tenant})"
# VMs that something asks for a backup of: those of which the compliance is a share.
ASKED_FOR = """sum by (server, tenant) (
    max by (server, tenant, state) (vprotect_tenant_vms{tenant, state=~"covered|failing|overdue|never_backed_up"}))"""
# VMs that somebody has to look at; a table of them has so many rows at most.
TROUBLE = """topk(500, max by (server, tenant, vm, guid, state) (
    vprotect_vm_coverage{tenant, state=~"never_backed_up|overdue|failing|no_policy|no_schedule|paused"} == 1))"""


def vms(states, by=""):
    """Of each VM one is counted, however many exporters tell of it."""
    return f'sum{by and f" {by} "}(max by (server, tenant, state) (vprotect_tenant_vms{{tenant, state=~"{states}"}}))'


def of_trouble(metric):
    return f"max by (server, tenant, vm, guid) ({metric}{{tenant}}) and on (server, guid) {TROUBLE}"


def per_vm(metric):
    return f"max by (server, guid) ({metric}{{vm}})"


def is_every_vm_protected():
    """The first line of the fleet and of a tenant."""
    absent = "No number: the servers' policies, rules and schedules are not known."
    return line(
        4,
        stat("Covered", f"Share of the VMs, without excluded ones, that have a good last backup and are not overdue. {absent}",
             f'{vms("covered")} / ({vms(TO_BE_COVERED)} > 0)', "percentunit", SHARE_OF_GOOD),
        stat("RPO compliance", f"Share of the VMs with a due time that are not past it, by the schedules' own calendars. {absent}",
             f"sum({COMPLIANCE} * on (server, tenant) {ASKED_FOR}) / (sum({ASKED_FOR}) > 0)", "percentunit", SHARE_OF_GOOD),
        stat("Overdue", f"VMs whose schedules should have backed them up again by now, grace included. {absent}",
             vms("overdue"), thresholds=ANY_IS_BAD),
        stat("Failing", f"VMs whose last backup failed and whose next one is not overdue yet. {absent}",
             vms("failing"), thresholds=[(None, GREEN), (1, ORANGE)]),
        stat("Never backed up", f"VMs with a policy that have no successful backup at all; new ones among them. {absent}",
             vms("never_backed_up"), thresholds=ANY_IS_BAD),
        stat("Not protected", f"VMs that nothing will back up: no policy, no schedule, or all of it paused. {absent}",
             vms(NOT_PROTECTED), thresholds=ANY_IS_WORTH_A_LOOK),
        stat("Not known", f"VMs of which it cannot be told whether they are covered. {absent}",
             vms("unknown"), thresholds=ANY_IS_WORTH_A_LOOK),
        stat("Data is from", "How long ago the VMs and backups of the server that was read last were read, by the exporter's clock. "
             "Above 10 minutes, believe nothing here. No number: never read, or no exporter.",
             """max(time() - max by (server, collector) (
                 vprotect_collector_last_success_timestamp_seconds{server, collector=~"virtual_machines|backups"}))""", "s", NEW))


def vms_by_state():
    return timeseries("VMs by state", "Every listed VM in the one state that we judge it to have (docs/metrics.md, "
                      "vprotect_vm_coverage). A gap: nothing was known of policies and schedules.",
                      [(vms(".+", "by (state)"), "{{state}}")], colors=STATES, stacked=True)


def protected_and_stored(by, legend):
    total = f"sum by ({by}) (max by (server, tenant) (%s{{tenant}}))"
    return timeseries("Protected and stored", "Protected: the last full backups. Stored: all backups in the history that are still "
                      "there. A gap: the sizes, or the history, are not known.",
                      [(total % "vprotect_tenant_protected_bytes", f"{legend} protected"),
                       (total % "vprotect_tenant_stored_bytes", f"{legend} stored")], "bytes")


def tasks_that_ended(by, legend):
    total = f"sum by ({by}) (max by (server, tenant, task_type) (increase(%s{{tenant}}[$__rate_interval])))"
    return timeseries("Tasks that ended", "Tasks of the servers that ended, and those that failed, each counted once. Nothing: none "
                      "ended, or the ledger cannot be read.",
                      [(total % "vprotect_tasks_finished_total", f"{legend} ended"),
                       (total % "vprotect_task_failures_total", f"{legend} failed")], bars=True)


def fleet():
    servers = [
        column("Readable", "min by (server) (vprotect_up{server})", mappings=YES_IS_GOOD),
        column("Data age", """max by (server) (time() - max by (server, collector) (vprotect_collector_last_success_timestamp_seconds{
            server, collector=~"virtual_machines|backups"}))""", "s", NEW),
        column("VMs", vms(".+", "by (server)")),
        column("Covered", vms("covered", "by (server)")),
        column("Stale resources", "sum by (server) (min by (server, collector) (vprotect_collector_stale{server}))",
               thresholds=ANY_IS_BAD),
        column("Counted otherwise", "sum by (server) (max by (server, status) (abs(vprotect_dashboard_difference_vms{server})))",
               thresholds=ANY_IS_BAD),
        column("Clock skew", "max by (server) (vprotect_server_clock_skew_seconds{server})", "s")]
    tenants = [column("VMs", vms(".+", "by (server, tenant)"))] + [
        column(title, vms(states, "by (server, tenant)"), thresholds=thresholds) for title, states, thresholds in (
            ("Covered", "covered", None), ("Overdue", "overdue", ANY_IS_BAD), ("Failing", "failing", [(None, GREEN), (1, ORANGE)]),
            ("Never backed up", "never_backed_up", ANY_IS_BAD), ("Not protected", NOT_PROTECTED, ANY_IS_WORTH_A_LOOK))] + [
        column("RPO compliance", COMPLIANCE, "percentunit", SHARE_OF_GOOD),
        column("Protected", "max by (server, tenant) (vprotect_tenant_protected_bytes{tenant})", "bytes"),
        column("Stored", "max by (server, tenant) (vprotect_tenant_stored_bytes{tenant})", "bytes")]
    overdue = """topk(25, max by (server, tenant, vm, guid) (vprotect_vm_last_backup_age_seconds{tenant}
        and on (job, instance, server, guid) vprotect_vm_coverage{tenant, state="overdue"} == 1))"""
    failing = "topk(25, max by (server, tenant, vm, guid) (vprotect_vm_consecutive_failures{tenant} > 0))"
    return dashboard(
        "vprotect-fleet", "vProtect / Fleet overview", "Is every VM of every tenant protected, and how do we know?",
        ["job", "instance", "server", "tenant"], [
            is_every_vm_protected(),
            line(8, vms_by_state(),
                 bargauge("Tenants of the lowest compliance", "The ten tenants with the smallest share of VMs that are not past their "
                          "due time. A tenant is absent while none of its VMs has a due time.",
                          f"bottomk(10, {COMPLIANCE})", "{{tenant}} ({{server}})", "percentunit", SHARE_OF_GOOD), widths=[16, 8]),
            line(6, table("Servers", "What can be told of each server. Counted otherwise: VMs by which the server's own totals differ "
                          "from its list. A server is absent before its first poll.", {"server": "Server"}, servers)),
            row("Tenants"),
            line(10, table("Tenants", "VMs of each tenant by state, and what is kept of them; a click on one shows it. States are "
                           "absent while policies and schedules are not known.", TENANT, tenants, TO_TENANT, "Overdue")),
            row("VMs in trouble"),
            line(9, table("Longest overdue", "The 25 overdue VMs with the oldest last success, aged by the server's clock. VMs that were "
                          "never backed up have no age and are not here.", VM, [column("Age", overdue, "dtdurations")], TO_VM, "Age"),
                 table("Most failures in a row", "The 25 VMs with the most failed attempts since their last success. Empty: no "
                       "attempt failed, or the history of backups cannot be read.", VM, [column("Failures", failing)], TO_VM, "Failures")),
            row("What is done"),
            line(8, tasks_that_ended("server", "{{server}}"), protected_and_stored("server", "{{server}}"))])


def tenant():
    not_covered = [
        labels_only(TROUBLE),
        column("Age", of_trouble("vprotect_vm_last_backup_age_seconds"), "dtdurations"),
        column("Due", f"1000 * ({of_trouble('vprotect_vm_backup_due_timestamp_seconds')})", "dateTimeAsIso"),
        column("Failures in a row", of_trouble("vprotect_vm_consecutive_failures"), thresholds=ANY_IS_BAD)]
    reasons = """count by (failure_class) (max by (server, guid, failure_class) (
        vprotect_vm_last_attempt_info{tenant, result="failed"}))"""
    return dashboard(
        "vprotect-tenant", "vProtect / Tenant", "Is every VM of this tenant protected, and which are not?",
        ["job", "instance", "server", "tenant"], [
            is_every_vm_protected(),
            line(8, vms_by_state(),
                 timeseries("RPO compliance", "Share of the tenant's VMs with a due time that are not past it. A gap: no VM has one, or "
                            "it cannot be told.", [(COMPLIANCE, "{{tenant}} ({{server}})")], "percentunit"), widths=[16, 8]),
            row("VMs"),
            line(10, table("VMs that are not covered", "At most 500 VMs that are overdue, failing, never backed up, or that nothing asks "
                           "for a backup of; a click on one shows it. Age and due time are by the server's clock; no age: never backed "
                           "up; no due time: no schedule.", VM | {"state": "State"}, not_covered, TO_VM, "Age")),
            row("Backups"),
            line(8, tasks_that_ended("task_type", "{{task_type}}"),
                 bargauge("Why last attempts failed", "VMs whose last attempt failed, by what the server's text says of it "
                          "(docs/failure-classes.md). Empty: no last attempt failed, or the history cannot be read.",
                          reasons, "{{failure_class}}", thresholds=[(None, ORANGE)])),
            line(8, protected_and_stored("tenant", "{{tenant}}"),
                 bargauge("Oldest last backups", "The ten VMs with the oldest last success, by the server's clock, whether something asks for "
                          "a newer one or not. VMs without a backup are absent.",
                          "topk(10, max by (server, tenant, vm, guid) (vprotect_vm_last_backup_age_seconds{tenant}))", "{{vm}}",
                          "dtdurations"),
                 bargauge("Largest against their own past", "The ten VMs whose newest backup is largest against the median of those "
                          "before: 1 is alike. Absent with fewer than 3 before it.",
                          "topk(10, max by (server, tenant, vm, guid, backup_type) (vprotect_vm_backup_size_ratio{tenant}))",
                          "{{vm}} {{backup_type}}", "none", [(None, GREEN), (3, YELLOW)], min=0))])


def vm():
    numbers = {state: place for place, state in enumerate(STATES)}
    states = words({place: (state.replace("_", " "), STATES[state]) for state, place in numbers.items()})
    # The worst first, of what two exporters see while it changes.
    state = " or ".join(f'max by (server, guid) (vprotect_vm_coverage{{vm, state="{name}"}}) * 0 + {place}'
                        for name, place in numbers.items() if name != "unknown")
    facts = [labels_only("max by (server, tenant, vm, guid, policy, platform, hypervisor, cluster) (vprotect_vm_info{vm})"),
             labels_only("max by (server, tenant, vm, guid, status) (vprotect_vm_protection_status{vm})"),
             column("On its platform", "max by (server, tenant, vm, guid) (vprotect_vm_present{vm})", mappings=YES_IS_GOOD),
             column("Warnings", "max by (server, tenant, vm, guid) (vprotect_vm_warnings{vm})", mappings=YES_IS_BAD)]
    attempt = [column("Attempted", """max by (server, guid, backup_type, result, failure_class) (vprotect_vm_last_attempt_info{vm})
                      * on (server, guid) group_left () (1000 * max by (server, guid) (vprotect_vm_last_attempt_timestamp_seconds{vm}))""",
                      "dateTimeAsIso")]

    def last(title, about, expr):
        return stat(title, about, f"1000 * {expr}", "dateTimeAsIso")

    return dashboard(
        "vprotect-vm", "vProtect / VM detail", "All that is known of one VM, which its GUID tells from others of its name.",
        ["job", "instance", "server", "tenant", "vm", "guid"], [
            line(4,
                 stat("State", "Our judgement of the VM at the last snapshot. No state: it cannot be told, or the VM is not listed.",
                      state, "none", mappings=states),
                 stat("Age of the last backup", "Since its last success, by the server's clock. No number: no backup is known.",
                      per_vm("vprotect_vm_last_backup_age_seconds"), "dtdurations"),
                 stat("Due again", "When it must have been backed up again, grace included, by the server's clock. No time: nothing asks "
                      "for a backup of it, or it cannot be told.", f"1000 * {per_vm('vprotect_vm_backup_due_timestamp_seconds')}",
                      "dateTimeAsIso"),
                 stat("Failures in a row", "Attempts that failed since its last success. No number: the history of backups is not known.",
                      per_vm("vprotect_vm_consecutive_failures"), thresholds=ANY_IS_BAD),
                 stat("Restorable", "Whether the server has a backup to restore it from now. No answer: the server does not say.",
                      per_vm("vprotect_vm_restorable"), "none", MUST_BE_ONE, YES_IS_GOOD),
                 widths=[6, 5, 5, 4, 4]),
            line(5, state_timeline("State over time", "Our judgement of the VM. A gap: it could not be told, or no exporter ran.", state,
                                   "state", states)),
            line(5, table("What the server lists", "Where the VM is and which policy it has. Empty: it is no longer listed.",
                          VM | {"policy": "Policy", "platform": "Platform", "hypervisor": "Hypervisor", "cluster": "Cluster",
                                "status": "Server's judgement"}, facts)),
            row("Times"),
            line(4, last("Last success", "When the last successful backup of any type was made. No time: none is known.",
                         'max by (server, guid) (vprotect_vm_last_backup_timestamp_seconds{vm, backup_type!="full"})'),
                 last("Last full", "When the last successful full backup was made. No time: none is known.",
                      'max by (server, guid) (vprotect_vm_last_backup_timestamp_seconds{vm, backup_type="full"})'),
                 last("Last proven restore", "When the newest restore that succeeded ended. No time: no restore of it is proven.",
                      per_vm("vprotect_vm_last_restore_success_timestamp_seconds"))),
            line(5, table("Last attempt", "The last backup that ended, whatever its outcome, and why it failed (docs/failure-classes.md). "
                          "Empty: the history of backups has none.", {"backup_type": "Type", "result": "Result",
                                                                       "failure_class": "Failure"}, attempt)),
            row("Over time"),
            line(8, timeseries("Age and target", "Age of the last success by the server's clock, and the longest time between two runs that "
                               "its schedules allow. No target: nothing asks for a backup of it.",
                               [(per_vm("vprotect_vm_last_backup_age_seconds"), "age"), (per_vm("vprotect_vm_rpo_target_seconds"), "target")],
                               "dtdurations", {"age": ORANGE, "target": GREEN}),
                 timeseries("Sizes", "Size of its last successful backup, of any type and of type full. A gap: unknown, or listed as 0.",
                            [("max by (backup_type) (vprotect_vm_last_backup_size_bytes{vm})", "{{backup_type}}")], "bytes"),
                 timeseries("Against its own past", "Size of the newest backup of a type by the median of those before: 1 is alike. Absent "
                            "with fewer than 3 before it.",
                            [("max by (backup_type) (vprotect_vm_backup_size_ratio{vm})", "{{backup_type}}")], "none")),
            line(8, timeseries("Phases of the last success", "How long it waited, was exported and was stored. A gap: the history of backups "
                               "does not tell.", [("max by (phase) (vprotect_vm_last_backup_phase_duration_seconds{vm})", "{{phase}}")],
                               "dtdurations", stacked=True),
                 timeseries("Failures", "Failed backups as they were counted, each once, and failed attempts in a row. A gap: the ledger, or "
                            "the history, cannot be read.",
                            [("max by (server, guid) (increase(vprotect_vm_backup_failures_total{vm}[$__rate_interval]))", "failed"),
                             (per_vm("vprotect_vm_consecutive_failures"), "in a row")], colors={"failed": RED, "in a row": ORANGE}))],
        "now-7d")


def operations():
    silence = f"""{SERVER_TIME} - on (server) group_right ()
        max by (server, node, guid) (vprotect_node_last_seen_timestamp_seconds{{server}})"""
    staging = """max by (server, node, guid) (vprotect_node_staging_used_bytes{server} / vprotect_node_staging_total_bytes{server})"""
    used = """max by (server, destination, guid) (
        vprotect_backup_destination_used_bytes{server} / vprotect_backup_destination_capacity_bytes{server})"""
    waiting = "max by (server, tenant) (vprotect_task_oldest_queued_seconds{tenant})"
    nodes = [labels_only("max by (server, node, guid, version, state) (vprotect_node_info{server})"),
             column("Silent for", silence, "s", [(None, GREEN), (900, RED)]), column("Staging used", staging, "percentunit", SHARE_OF_SPACE),
             column("Staging", "max by (server, node, guid) (vprotect_node_staging_total_bytes{server})", "bytes")]
    destinations = [labels_only("max by (server, destination, guid, type) (vprotect_backup_destination_info{server})"),
                    column("Used", used, "percentunit", SHARE_OF_SPACE),
                    column("Capacity", "max by (server, destination, guid) (vprotect_backup_destination_capacity_bytes{server})", "bytes")]
    schedules = [column(title, f"{factor}max by (server, schedule, guid) (vprotect_schedule_{name}{{server}})", unit, mappings=mappings)
                 for title, factor, name, unit, mappings in (
                     ("Active", "", "active", "none", YES_IS_GOOD),
                     ("Calendar understood", "", "calendar_known", "none", YES_IS_GOOD),
                     ("Last run", "1000 * ", "last_run_timestamp_seconds", "dateTimeAsIso", None),
                     ("Next run", "1000 * ", "next_run_timestamp_seconds", "dateTimeAsIso", None))]
    next_run = '1000 * max by (server, policy, guid) (vprotect_policy_next_run_timestamp_seconds{server, backup_type="%s"})'
    policies = [column("Active", "max by (server, policy, guid) (vprotect_policy_active{server})", mappings=YES_IS_GOOD),
                column("VMs", "max by (server, policy, guid) (vprotect_policy_vms{server})"),
                column("Next full", next_run % "full", "dateTimeAsIso"), column("Next incremental", next_run % "incremental", "dateTimeAsIso")]
    first_unseen = "The first of its kind after a start of the exporter does not show: Prometheus sees no increase in it."
    return dashboard(
        "vprotect-operations", "vProtect / Operations and capacity", "Can the servers go on making backups, and what was begun through us?",
        ["job", "instance", "server", "tenant"], [
            line(4, stat("Longest silent node", "Since the node that was silent for longest reported to its server, by the server's clock. No "
                         "number: no node is listed.", f"max({silence})", "s", [(None, GREEN), (900, RED)]),
                 stat("Fullest staging area", "Of the nodes, at their last report. No number: no node reports it.",
                      f"max({staging})", "percentunit", SHARE_OF_SPACE),
                 stat("Fullest destination", "Renewed by the server only with a backup or a clean-up. No number: the server does not say.",
                      f"max({used})", "percentunit", SHARE_OF_SPACE),
                 stat("Longest wait", "Of tasks that were allowed to start and are still queued, by the server's clock. No number: nothing "
                      "waits.", f"max({waiting})", "s", [(None, GREEN), (3600, YELLOW), (14400, RED)]),
                 stat("Operations open", "Begun through the exporters, or waiting to be, and not ended. No number: none ever was.",
                      "sum(max by (server, kind) (vprotect_runbook_operations_open{server}))"),
                 stat("Kill switch", "While it is on, nothing is begun through the exporter. No answer: no exporter.",
                      "max(vprotect_runbook_kill_switch{target})", "none", ANY_IS_BAD, words({1: ("on", RED), 0: ("off", GREEN)}))),
            row("Nodes and destinations"),
            line(7, table("Nodes", "Each node with its version, its state in the server's words, how long it has been silent and its staging "
                          "area. A value is absent until the node reports it.", {"server": "Server", "node": "Node", "state": "State",
                                                                                 "version": "Version"}, nodes),
                 table("Backup destinations", "What backups use of each destination. Absent where the server does not say.",
                       {"server": "Server", "destination": "Destination", "type": "Type"}, destinations)),
            line(8, timeseries("Space used", "Share that is used of each staging area and destination. A gap: not reported.",
                               [(staging, "{{node}} staging"), (used, "{{destination}}")], "percentunit"),
                 timeseries("Tasks at the servers", "Tasks that the servers list, in their words for the state. Nothing: none is listed.",
                            [("sum by (state) (max by (server, tenant, task_type, state) (vprotect_tasks{tenant}))", "{{state}}")],
                            stacked=True)),
            line(8, tasks_that_ended("task_type", "{{task_type}}"),
                 timeseries("Waiting in the queue", "How long each tenant's oldest queued task has been waiting, by the server's clock; the "
                            "ten longest. Nothing: no task waits.", [(f"topk(10, {waiting})", "{{tenant}} ({{server}})")], "dtdurations")),
            row("Schedules and policies"),
            line(9, table("Schedules", "When each schedule ran and will run, by its calendar. No next run: inactive, or a calendar without one.",
                          {"server": "Server", "schedule": "Schedule"}, schedules),
                 table("Policies", "VMs of each policy, and when its schedules run next. No next run: none of that type will.",
                       {"server": "Server", "policy": "Policy"}, policies, sort="VMs")),
            row("Begun through the exporter"),
            line(8, timeseries("Operations that ended", "Backups, restores and changes of policies and schedules, by outcome; each is counted by "
                               f"the one exporter that saw its end. {first_unseen}",
                               [("sum by (outcome) (increase(vprotect_runbook_operations_total{server}[$__rate_interval]))", "{{outcome}}")],
                               colors=OUTCOMES, bars=True),
                 timeseries("Refusals", f"What was asked for and not begun, by the rule that held it back (docs/runbooks.md). {first_unseen}",
                            [("sum by (rule) (increase(vprotect_runbook_refusals_total{server}[$__rate_interval]))", "{{rule}}")], bars=True))])


def exporter():
    def by_collector(name):
        return f"max by (instance, server, collector) (vprotect_collector_{name}{{server}})"

    age = "time() - " + by_collector("last_success_timestamp_seconds")
    resources = [column("Read", by_collector("success"), mappings=YES_IS_GOOD),
                 labels_only("max by (instance, server, collector, kind) (vprotect_collector_error{server})"),
                 column("Data age", age, "s", NEW), column("Left out", by_collector("stale"), mappings=YES_IS_BAD),
                 column("Took", by_collector("duration_seconds"), "s"), column("Records", by_collector("rows")),
                 column("Server says", by_collector("reported_rows")), column("Pages", by_collector("pages")),
                 column("Skipped", by_collector("skipped_records"), thresholds=ANY_IS_WORTH_A_LOOK)]
    in_time = "in the time that is shown"
    return dashboard(
        "vprotect-exporter", "vProtect / Exporter health", "Can the exporters be believed: do they run, read, remember and show all?",
        ["job", "instance", "server"], [
            line(4, stat("Exporters", "Whether Prometheus can scrape every exporter. No answer: there is no such target.",
                         "min(up{target})", "none", MUST_BE_ONE, UP),
                 stat("Servers readable", "Whether the last poll of every server's VMs succeeded. No answer: none was polled yet.",
                      "min(vprotect_up{server})", "none", MUST_BE_ONE, YES_IS_GOOD),
                 stat("Snapshot is from", "How long ago the oldest exporter put its data together; it does so every 15 seconds. No number: no "
                      "snapshot yet.", "max(time() - vprotect_snapshot_timestamp_seconds{target})", "s", [(None, GREEN), (120, YELLOW), (300, RED)]),
                 stat("Configuration good", "Whether it was good when it was last read; a bad one changes nothing. No answer: no exporter.",
                      "min(vprotect_exporter_config_last_reload_successful{target})", "none", MUST_BE_ONE, YES_IS_GOOD),
                 stat("Ledger works", "Whether its last operation succeeded; while it does not, nothing new is counted. No answer: no exporter.",
                      "min(vprotect_exporter_ledger_up{target})", "none", MUST_BE_ONE, YES_IS_GOOD),
                 stat("Resources left out", "Resources whose data became so old that it is in no metric. No number: nothing was read yet.",
                      "sum(vprotect_collector_stale{server})", thresholds=ANY_IS_BAD),
                 stat("Credentials refused", f"Requests that showed a wrong credential {in_time}. No number: none ever did.",
                      "sum(increase(vprotect_exporter_auth_failures_total{target}[$__range]))", thresholds=ANY_IS_WORTH_A_LOOK, decimals=0),
                 stat("Series dropped", f"Beyond the budget of their family, added up over the snapshots {in_time}. No number: no family "
                      "ever exceeded it.", "sum(increase(vprotect_exporter_series_dropped_total{target}[$__range]))", thresholds=ANY_IS_BAD,
                      decimals=0)),
            row("What is read"),
            line(12, table("Resources", "Each resource that an exporter reads of a server. Server says: how many records it claims to have. A value "
                           "is absent before the first read, an error while there is none.", {"instance": "Instance", "server": "Server",
                                                                                               "collector": "Resource", "kind": "Kind of error"},
                           resources, sort="Data age")),
            line(8, timeseries("Age of the data", "Since each resource was last read in full, by the exporter's clock. A gap: never read.",
                               [(age, "{{server}} {{collector}} ({{instance}})")], "s"),
                 timeseries("Reads that were not used", "Because the answer was not the whole list, and logins that failed. Nothing: all were.",
                            [("sum by (server, collector) (increase(vprotect_collector_incomplete_reads_total{server}[$__rate_interval]))",
                              "{{server}} {{collector}}"),
                             ('sum by (server) (increase(vprotect_exporter_logins_total{server, result="failure"}[$__rate_interval]))',
                              "{{server}} login")], bars=True)),
            row("Requests and ledger"),
            line(8, timeseries("API requests", "Requests to the servers by HTTP status; error: no answer. Nothing: none was sent.",
                               [("sum by (server, code) (rate(vprotect_exporter_api_requests_total{server}[$__rate_interval]))",
                                 "{{server}} {{code}}")], "reqps"),
                 timeseries("API latency", "95 of 100 requests to an endpoint took no longer. Nothing: none was sent.",
                            [("""histogram_quantile(0.95, sum by (endpoint, le) (
                                rate(vprotect_exporter_api_request_duration_seconds_bucket{server}[$__rate_interval])))""", "{{endpoint}}")], "s"),
                 timeseries("Ledger operations", "By result. Nothing: no exporter.",
                            [("sum by (operation, result) (rate(vprotect_exporter_ledger_operations_total{target}[$__rate_interval]))",
                              "{{operation}} {{result}}")], "ops")),
            row("Process"),
            line(7, timeseries("CPU", "Share of one core that each exporter uses. A gap: it was not scraped.",
                               [("rate(process_cpu_seconds_total{target}[$__rate_interval])", "{{instance}}")], "none"),
                 timeseries("Memory", "In RAM at the scrape. A gap: the exporter was not scraped.",
                            [("process_resident_memory_bytes{target}", "{{instance}}")], "bytes"))],
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
