#!/usr/bin/env python3
"""The dashboards: made from their sources, sound by the rules of Grafana's dashboard linter, true to METRICS.md."""

import copy
import json
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

import dashboards
import lint
import reference
import workshop

GRID_WIDTH = 24
LEGEND_LABEL = re.compile(r"\{\{\s*(\w+)\s*\}\}")


def with_expr(expr):
    def change(_, panel):
        panel["targets"][0]["expr"] = expr

    return change


SCOPE = 'job=~"$job", instance=~"$instance"'

# By what is wrong: a change to a dashboard and one of its panels.
BREAKAGES = {
    "data source by uid": lambda _, panel: panel["datasource"].update(uid="P1809F7CD0C75ACF3"),
    "no data source": lambda dashboard, _: dashboard["templating"]["list"].pop(0),
    "all of job": lambda dashboard, _: dashboards.variables_of(dashboard)["job"].update(allValue=".*"),
    "instance of one": lambda dashboard, _: dashboards.variables_of(dashboard)["instance"].update(multi=False),
    "stale variable": lambda dashboard, _: dashboards.variables_of(dashboard)["server"].update(refresh=1),
    "unknown variable": lambda _, panel: panel.update(title="$cluster"),
    "no description": lambda _, panel: panel.update(description=""),
    "no target": lambda _, panel: panel.update(targets=[]),
    "strange unit": lambda _, panel: panel["fieldConfig"]["defaults"].update(unit="mails"),
    "no scope": with_expr("sum(rate(maillog_deliveries_total[$__rate_interval]))"),
    "fixed window": with_expr(f"sum(rate(maillog_deliveries_total{{{SCOPE}}}[5m]))"),
    "counter as it is": with_expr(f"sum(maillog_deliveries_total{{{SCOPE}}})"),
    "editable": lambda dashboard, _: dashboard.update(editable=True),
}


class SourceTest(unittest.TestCase):
    """Grafana's builders make the committed files, and their types fit."""

    def setUp(self):
        workshop.set_up()

    def test_committed_dashboards_are_those_of_the_sources(self):
        with tempfile.TemporaryDirectory() as folder:
            made = workshop.run("node", "build.mjs", folder)
            self.assertEqual(made.returncode, 0, made.stderr)
            expected = {str(path.relative_to(folder)): path.read_bytes() for path in pathlib.Path(folder).glob("*/*")}
        committed = {str(p.relative_to(dashboards.FOLDER)): p.read_bytes() for p in dashboards.FOLDER.glob("*/*")}
        self.assertEqual(sorted(committed), sorted(expected))
        for name, content in expected.items():
            self.assertTrue(committed[name] == content, f"{name} is stale: cd grafana/src && npm ci && npm run build")

    def test_types_fit(self):
        checked = workshop.run("npx", "--no-install", "tsc")
        self.assertEqual(checked.returncode, 0, checked.stdout)

    def test_lock_file_names_no_registry(self):
        self.assertNotRegex((workshop.SOURCE / "package-lock.json").read_text(encoding="utf-8"), "https?://")


class DashboardTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.reference = reference.read()
        cls.dashboards = dashboards.read()

    def test_seven_in_both_languages(self):
        self.assertEqual(len(self.dashboards), 14)
        self.assertGreater(len(self.reference.types), 40)
        self.assertIn("sent", self.reference.values["maillog_deliveries_total", "status"])

    def test_editions_ask_the_same(self):
        for name, dashboard in self.dashboards.items():
            if name.startswith("en/"):
                other = self.dashboards["ja" + name[2:]]
                self.assertEqual(*([query[1] for query in dashboards.queries_of(one)] for one in (dashboard, other)))
                self.assertEqual(other["uid"], dashboard["uid"] + "-ja")

    def test_japanese_edition_is_japanese(self):
        japanese = re.compile("[぀-ヿ一-鿿]")
        for name, dashboard in self.dashboards.items():
            if name.startswith("ja/"):
                for panel in dashboards.panels_of(dashboard):
                    self.assertRegex(panel["description"], japanese, panel["title"])
                for row in dashboard["panels"]:
                    if row["type"] == "row" and not row["title"].isascii():
                        self.assertRegex(row["title"], japanese)

    def test_linter_finds_nothing(self):
        units = workshop.units()
        for name, dashboard in self.dashboards.items():
            self.assertEqual(lint.faults_of(dashboard, units), [], name)

    def test_linter_finds_what_it_is_there_for(self):
        units = workshop.units()
        for what, change in BREAKAGES.items():
            dashboard = copy.deepcopy(self.dashboards["en/maillog-overview.json"])
            change(dashboard, next(panel for panel in dashboards.panels_of(dashboard) if panel["type"] == "timeseries"))
            with self.subTest(what):
                self.assertTrue(lint.faults_of(dashboard, units))

    def test_names_exist(self):
        for name, dashboard in self.dashboards.items():
            for where, expr, _, _ in dashboards.queries_of(dashboard):
                with self.subTest(dashboard=name, panel=where, expr=expr):
                    self.assertEqual(list(reference.faults_of(expr, self.reference)), [])

    def test_every_metric_is_in_a_dashboard(self):
        text = json.dumps(self.dashboards)
        not_shown = {name for name in self.reference.types if name not in text}
        # Metrics for which a panel would not help.
        self.assertEqual(not_shown, {
            "maillog_smtp_disconnections_total",  # connections are shown
            "maillog_state_commits_total",  # their duration is shown
            "maillog_state_went_back",  # it says so in the log, and stays until the next start
            "process_virtual_memory_bytes", "process_open_fds", "process_max_fds", "process_start_time_seconds",
            "process_virtual_memory_max_bytes", "process_threads", "process_network_receive_bytes_total",
            "process_network_transmit_bytes_total",
            # only where a topic of Kafka is read; gaps are shown, and what is not caught up
            "maillog_source_lag_records", "maillog_source_lost_records_total",
            # only where senders connect; it says so in the log
            "maillog_source_refused_senders_total",
            # about the exporter's own pages, for finding out why a scrape fails
            "maillog_http_requests_total", "maillog_http_refusals_total", "maillog_scrape_seconds",
            "maillog_scrape_faults_total", "maillog_web_config_last_reload_successful",
        })

    def test_names_in_documents_exist(self):
        for path in dashboards.DOCUMENTS:
            for expr in dashboards.queries_in(path.read_text(encoding="utf-8")):
                with self.subTest(document=path.name, expr=expr):
                    self.assertEqual(list(reference.faults_of(expr, self.reference)), [])

    def test_legends_name_labels_that_are_left(self):
        for name, dashboard in self.dashboards.items():
            for where, expr, legend, _ in dashboards.queries_of(dashboard):
                with self.subTest(dashboard=name, panel=where, legend=legend):
                    self.assertLessEqual(set(LEGEND_LABEL.findall(legend)), reference.grouped_labels(expr))

    def test_ids_are_unique(self):
        for name, dashboard in self.dashboards.items():
            ids = [panel["id"] for panel in dashboard["panels"]]
            self.assertEqual(len(ids), len(set(ids)), name)
        uids = [dashboard["uid"] for dashboard in self.dashboards.values()]
        self.assertEqual(len(uids), len(set(uids)))

    def test_grid_has_no_overlap(self):
        for name, dashboard in self.dashboards.items():
            taken = {}
            for panel in dashboard["panels"]:
                grid = panel["gridPos"]
                self.assertLessEqual(grid["x"] + grid["w"], GRID_WIDTH, panel["title"])
                for x in range(grid["x"], grid["x"] + grid["w"]):
                    for y in range(grid["y"], grid["y"] + grid["h"]):
                        other = taken.setdefault((x, y), panel["id"])
                        self.assertEqual(other, panel["id"], f"{name}: overlap at {x},{y}")

    def test_links_lead_to_dashboards_and_keep_time_and_variables(self):
        uids = {dashboard["uid"] for dashboard in self.dashboards.values()}
        for name, dashboard in self.dashboards.items():
            (link,) = dashboard["links"]
            self.assertTrue(link["keepTime"] and link["includeVars"], name)
            same = [d["uid"] for d in self.dashboards.values() if set(link["tags"]) <= set(d["tags"])]
            self.assertEqual(len(same), 7, name)
            self.assertIn(dashboard["uid"], same)
        for panel in (panel for dashboard in self.dashboards.values() for panel in dashboards.panels_of(dashboard)):
            for link in panel.get("links", []):
                match = re.fullmatch(r"/d/([\w-]+)\?\$\{__url_time_range\}&\$\{__all_variables\}", link["url"])
                self.assertIn(match[1], uids)

    @unittest.skipUnless(shutil.which("promtool"), "no promtool on this machine")
    def test_promtool_parses_every_expression(self):
        rules = []
        for dashboard in self.dashboards.values():
            for where, expr, _, _ in dashboards.queries_of(dashboard):
                rules.append({"record": f"checked:expr{len(rules)}", "expr": dashboards.filled_in(expr), "labels": {"panel": where}})
        for path in dashboards.DOCUMENTS:
            for expr in dashboards.queries_in(path.read_text(encoding="utf-8")):
                rules.append({"record": f"checked:expr{len(rules)}", "expr": expr, "labels": {"panel": path.name}})
        with tempfile.TemporaryDirectory() as directory:
            path = pathlib.Path(directory) / "rules.yml"  # JSON is YAML
            path.write_text(json.dumps({"groups": [{"name": "dashboards", "rules": rules}]}), encoding="utf-8")
            run = subprocess.run(["promtool", "check", "rules", path], capture_output=True, text=True, check=False)
            self.assertEqual(run.returncode, 0, run.stdout + run.stderr)
            self.assertIn(f"{len(rules)} rules", run.stdout)


class CheckerTest(unittest.TestCase):
    """The checker finds what it is there for."""

    TABLES = """
| name | type | labels | what |
|---|---|---|---|
| `maillog_a_total` | counter | server, status | A. |
| `maillog_b_seconds` | histogram | server | B. |
| label | values | of |
|---|---|---|
| status | `sent` `bounced` |  |
"""

    def faults(self, expr):
        return list(reference.faults_of(expr, reference.Reference(self.TABLES)))

    def test_right_names_pass(self):
        for expr in (
            'sum by (status) (rate(maillog_a_total{status=~"sent|bounced"}[5m]))',
            "sum by (le) (rate(maillog_b_seconds_bucket[5m]))",
            "histogram_quantile(0.9, rate(maillog_b_seconds[5m]))",
            'count by (severity) (ALERTS{alertstate="firing"})',
        ):
            self.assertEqual(self.faults(expr), [])

    def test_wrong_names_are_found(self):
        for expr in (
            "rate(maillog_c_total[5m])",
            "maillog_a_total_bucket",
            'maillog_a_total{state="sent"}',
            'maillog_a_total{status="send"}',
            'maillog_a_total{status=~"sent|send"}',
            "sum by (state) (maillog_a_total)",
            "sum by (le) (maillog_b_seconds_sum)",
            "vector(1)",
        ):
            with self.subTest(expr=expr):
                self.assertEqual(len(self.faults(expr)), 1)


if __name__ == "__main__":
    unittest.main()
