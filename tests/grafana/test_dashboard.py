#!/usr/bin/env python3
"""Checks the Grafana dashboards, and the queries in the documents, against METRICS.md.

Every metric, label and closed label value that an expression uses must be one that the program can show; panels must not
overlap, ids must be unique, and no data source may be written down by its uid. Where promtool is installed, it parses
every expression.

  test_dashboard.py [-v]
"""

import json
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
DASHBOARDS = sorted((ROOT / "grafana").glob("*.json"))
METRICS = ROOT / "METRICS.md"
DOCUMENTS = (ROOT / "README.md", ROOT / "README.ja.md")

# What Prometheus adds to every series, and what it makes of histograms.
TARGET_LABELS = {"instance", "job"}
HISTOGRAM_SUFFIXES = ("_bucket", "_sum", "_count")
GRID_WIDTH = 24
DATASOURCE_UIDS = {"${datasource}", "-- Grafana --"}

# Stand-ins for what Grafana fills in.
MACROS = {"$__rate_interval": "5m", "$__interval": "1m", "$__range": "6h", "$instance": ".*", "$syslog_name": ".*"}


class Reference:
    """The tables of METRICS.md."""

    def __init__(self, text):
        self.types = {}  # metric -> type
        self.labels = {}  # metric -> label names
        self.values = {}  # (metric, label) -> closed list of values
        shared_values = {}  # label -> closed list, where all metrics have the same
        for line in text.splitlines():
            cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
            if len(cells) == 4 and cells[0].startswith("`"):
                name = cells[0].strip("`")
                self.types[name] = cells[1]
                self.labels[name] = {label.strip(" `") for label in cells[2].split(",") if label.strip()}
            elif len(cells) == 3 and cells[1].startswith("`"):
                values = set(re.findall(r"`([^`]+)`", cells[1])) | {""}
                metrics = re.findall(r"`([^`]+)`", cells[2])
                if not metrics:
                    shared_values[cells[0]] = values
                for metric in metrics:
                    self.values[metric, cells[0]] = values
        for metric, labels in self.labels.items():
            for label in labels & shared_values.keys():
                self.values[metric, label] = shared_values[label]

    def row_of(self, series):
        """The metric that a series name belongs to, and the labels that it has; None if there is none."""
        if self.types.get(series) in ("counter", "gauge"):
            return series, self.labels[series] | TARGET_LABELS
        for suffix in HISTOGRAM_SUFFIXES:
            name = series.removesuffix(suffix)
            if series.endswith(suffix) and self.types.get(name) == "histogram":
                return name, self.labels[name] | TARGET_LABELS | ({"le"} if suffix == "_bucket" else set())
        return None


SELECTOR = re.compile(r"\b((?:maillog|process)_\w+)(?:\{([^}]*)\})?")
MATCHER = re.compile(r'(\w+)\s*(=~|!~|!=|=)\s*"([^"]*)"')
GROUPING = re.compile(r"\b(?:by|without|on|ignoring)\s*\(([^)]*)\)")
LEGEND_LABEL = re.compile(r"\{\{\s*(\w+)\s*\}\}")


def faults_of(expr, reference):
    """What is wrong with the names in an expression, as sentences."""
    known = set()
    for series, matchers in SELECTOR.findall(expr):
        row = reference.row_of(series)
        if row is None:
            yield f"there is no series {series}"
            continue
        metric, labels = row
        known |= labels
        for label, operator, value in MATCHER.findall(matchers or ""):
            if label not in labels:
                yield f"{series} has no label {label}"
            values = reference.values.get((metric, label))
            if values is None or "$" in value:
                continue
            for alternative in value.split("|") if "~" in operator else [value]:
                if alternative not in values:
                    yield f"{label} of {series} is never {alternative!r}"
    if not SELECTOR.search(expr):
        yield "no metric of this program"
    for label in grouped_labels(expr):
        if known and label not in known:
            yield f"nothing in it has the label {label} that it groups by"


def grouped_labels(expr):
    return {label.strip() for group in GROUPING.findall(expr) for label in group.split(",") if label.strip()}


def all_panels(dashboard):
    for panel in dashboard["panels"]:
        yield panel
        yield from panel.get("panels", [])


def queries_of(dashboard):
    """(where, expression, legend) of everything that Prometheus is asked."""
    for panel in all_panels(dashboard):
        for target in panel.get("targets", []):
            yield panel["title"], target["expr"], target.get("legendFormat", "")
    for annotation in dashboard["annotations"]["list"]:
        if "expr" in annotation:
            yield annotation["name"], annotation["expr"], annotation.get("titleFormat", "")
    for variable in dashboard["templating"]["list"]:
        match = re.fullmatch(r"label_values\((.+), (\w+)\)", variable.get("definition", ""))
        if match:
            yield f"variable {variable['name']}", f"count by ({match[2]}) ({match[1]})", ""


def queries_in(document):
    """The lines of a document's promql blocks."""
    for block in re.findall(r"^```promql\n(.*?)^```", document, re.MULTILINE | re.DOTALL):
        yield from block.splitlines()


def filled_in(expr):
    for macro, value in sorted(MACROS.items(), key=lambda item: -len(item[0])):
        expr = expr.replace(macro, value)
    return expr


def values_under(tree, key):
    if isinstance(tree, dict):
        for name, value in tree.items():
            if name == key:
                yield value
            yield from values_under(value, key)
    elif isinstance(tree, list):
        for value in tree:
            yield from values_under(value, key)


class DashboardTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.reference = Reference(METRICS.read_text(encoding="utf-8"))
        cls.dashboards = {path.name: json.loads(path.read_text(encoding="utf-8")) for path in DASHBOARDS}

    def test_reference_and_dashboards_were_read(self):
        self.assertTrue(self.dashboards)
        self.assertGreater(len(self.reference.types), 40)
        self.assertIn("sent", self.reference.values["maillog_deliveries_total", "status"])

    def test_names_exist(self):
        for name, dashboard in self.dashboards.items():
            for where, expr, _ in queries_of(dashboard):
                with self.subTest(dashboard=name, panel=where, expr=expr):
                    self.assertEqual(list(faults_of(expr, self.reference)), [])

    def test_names_in_documents_exist(self):
        for path in DOCUMENTS:
            queries = list(queries_in(path.read_text(encoding="utf-8")))
            self.assertTrue(queries, path.name)
            for expr in queries:
                with self.subTest(document=path.name, expr=expr):
                    self.assertEqual(list(faults_of(expr, self.reference)), [])

    def test_legends_name_labels_that_are_left(self):
        for name, dashboard in self.dashboards.items():
            for where, expr, legend in queries_of(dashboard):
                left = grouped_labels(expr) | (TARGET_LABELS if "sum" not in expr else set())
                with self.subTest(dashboard=name, panel=where, legend=legend):
                    self.assertLessEqual(set(LEGEND_LABEL.findall(legend)), left)

    def test_ids_are_unique_and_panels_described(self):
        for name, dashboard in self.dashboards.items():
            panels = list(all_panels(dashboard))
            ids = [panel["id"] for panel in panels]
            self.assertEqual(len(ids), len(set(ids)), name)
            for panel in panels:
                self.assertTrue(panel.get("description") or panel["type"] == "row", f"{name}: {panel['title']}")

    def test_grid_has_no_overlap(self):
        for name, dashboard in self.dashboards.items():
            taken = {}
            for panel in dashboard["panels"]:
                grid = panel["gridPos"]
                self.assertLessEqual(grid["x"] + grid["w"], GRID_WIDTH, panel["title"])
                for x in range(grid["x"], grid["x"] + grid["w"]):
                    for y in range(grid["y"], grid["y"] + grid["h"]):
                        other = taken.setdefault((x, y), panel["title"])
                        self.assertEqual(other, panel["title"], f"{name}: overlap at {x},{y}")

    def test_data_source_is_a_variable(self):
        for name, dashboard in self.dashboards.items():
            variables = {variable["name"]: variable["type"] for variable in dashboard["templating"]["list"]}
            self.assertEqual(variables.get("datasource"), "datasource", name)
            for source in values_under(dashboard, "datasource"):
                self.assertIn(source["uid"], DATASOURCE_UIDS, name)
            for variable in re.findall(r"\$(?!__)\{?(\w+)", json.dumps(dashboard)):
                self.assertIn(variable, variables, f"{name}: ${variable} is not declared")

    @unittest.skipUnless(shutil.which("promtool"), "NOT RUN: promtool is not installed")
    def test_promtool_parses_every_expression(self):
        rules = []
        for dashboard in self.dashboards.values():
            for where, expr, _ in queries_of(dashboard):
                record = f"checked:expr{len(rules)}"
                rules.append({"record": record, "expr": filled_in(expr), "labels": {"panel": where}})
        for path in DOCUMENTS:
            for expr in queries_in(path.read_text(encoding="utf-8")):
                rules.append({"record": f"checked:expr{len(rules)}", "expr": expr, "labels": {"panel": path.name}})
        with tempfile.TemporaryDirectory() as directory:
            path = pathlib.Path(directory) / "rules.yml"  # JSON is YAML
            path.write_text(json.dumps({"groups": [{"name": "dashboards", "rules": rules}]}), encoding="utf-8")
            run = subprocess.run(["promtool", "check", "rules", path], capture_output=True, text=True, check=False)
            self.assertEqual(run.returncode, 0, run.stdout + run.stderr)
            self.assertIn(f"{len(rules)} rules", run.stdout)


class CheckerTest(unittest.TestCase):
    """The checker sees what it is there for."""

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
        return list(faults_of(expr, Reference(self.TABLES)))

    def test_right_names_pass(self):
        self.assertEqual(self.faults('sum by (status) (rate(maillog_a_total{status=~"sent|bounced"}[5m]))'), [])
        self.assertEqual(self.faults("sum by (le) (rate(maillog_b_seconds_bucket[5m]))"), [])

    def test_wrong_names_are_found(self):
        for expr in (
            "rate(maillog_c_total[5m])",
            "maillog_b_seconds",
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
