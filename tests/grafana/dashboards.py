"""The committed dashboards, and the queries in them and in the documents."""

import json
import pathlib
import re

ROOT = pathlib.Path(__file__).resolve().parents[2]
FOLDER = ROOT / "grafana" / "dashboards"
LANGUAGES = ("en", "ja")
DOCUMENTS = (*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").glob("**/*.md")))

# Values in place of what Grafana fills in.
MACROS = {
    "$__rate_interval": "4m",
    "$__range": "40m",
    "$__interval": "1m",
    "$job": ".+",
    "$instance": ".+",
    "$server": ".+",
    "$syslog_name": ".*",
}


def read():
    """By edition and file: `en/maillog-overview.json`."""
    return {
        f"{path.parent.name}/{path.name}": json.loads(path.read_text(encoding="utf-8"))
        for path in sorted(FOLDER.glob("*/*.json"))
    }


def panels_of(dashboard):
    """Without the rows."""
    for panel in dashboard["panels"]:
        yield from (inner for inner in [panel, *panel.get("panels", [])] if inner["type"] != "row")


def variables_of(dashboard):
    return {variable["name"]: variable for variable in dashboard["templating"]["list"]}


def label_query(variable):
    """What Prometheus has to answer for a variable, as an expression; None if it is not about Prometheus's labels."""
    match = re.fullmatch(r"label_values\((.+), (\w+)\)", variable.get("definition", ""))
    return f"count by ({match[2]}) ({match[1]})" if match else None


def queries_of(dashboard):
    """(where, expression, legend, instant) of everything that Prometheus is asked."""
    for panel in panels_of(dashboard):
        for target in panel.get("targets", []):
            yield panel["title"], target["expr"], target.get("legendFormat", ""), target.get("instant", False)
    for annotation in dashboard["annotations"]["list"]:
        yield annotation["name"], annotation["expr"], annotation.get("titleFormat", ""), False
    for name, variable in variables_of(dashboard).items():
        if label_query(variable):
            yield f"variable {name}", label_query(variable), "", True


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
