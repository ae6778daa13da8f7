"""The rules of Grafana's dashboard linter. Each yields what is wrong with a dashboard, as sentences."""

import json
import re

import dashboards
import reference

DATASOURCE = "${datasource}"
SCOPE = 'job=~"$job", instance=~"$instance"'
RANGE_FUNCTION = re.compile(r"\b(?:rate|irate|increase)\(")
RANGE_USE = re.compile(r"\b(?:rate|irate|increase)\(\w+(?:\{[^}]*\})?\[([^\]]+)\]")


def targets_of(dashboard):
    for panel in dashboards.panels_of(dashboard):
        for target in panel.get("targets", []):
            yield panel["title"], target


def one_data_source(dashboard, _):
    sources = [v for v in dashboard["templating"]["list"] if v["type"] == "datasource"]
    if [(v["name"], v["label"], v["query"]) for v in sources] != [("datasource", "Data source", "prometheus")]:
        yield "there is no variable datasource, or more than that"
    for source in dashboards.values_under(dashboard, "datasource"):
        if source.get("uid") != DATASOURCE:
            yield f"a data source is written down: {source}"


def variables(dashboard, _):
    declared = dashboards.variables_of(dashboard)
    for name in ("job", "instance"):
        variable = declared.get(name, {})
        if not (variable.get("multi") and variable.get("includeAll") and variable.get("allValue") == ".+"):
            yield f"{name} must be multi with the all value .+"
    for name, variable in declared.items():
        if variable["type"] == "query":
            if variable.get("refresh") != 2:
                yield f"{name} is not refreshed when the time range changes"
            if dashboards.label_query(variable) is None:
                yield f"{name} is no query of labels"
    for name in set(re.findall(r"\$(?!__|\{__)\{?(\w+)", json.dumps(dashboard))):
        if name not in declared:
            yield f"${name} is not declared"


def panels_are_whole(dashboard, units):
    for panel in dashboards.panels_of(dashboard):
        for key in ("title", "description", "targets"):
            if not panel.get(key):
                yield f"{panel.get('title')}: no {key}"
        for unit in [panel["fieldConfig"]["defaults"].get("unit"), *dashboards.values_under(panel, "unit")]:
            if unit not in units:
                yield f"{panel['title']}: {unit} is no unit of Grafana's"


def targets_are_scoped(dashboard, _):
    for title, target in targets_of(dashboard):
        for match in reference.SELECTOR.finditer(target["expr"]):
            if SCOPE not in match[0]:
                yield f"{title}: {match[0]} is not narrowed by job and instance"


def rates(dashboard, _):
    """Totals over the time range shown are the exception: they are asked for once, at its end."""
    for title, target in targets_of(dashboard):
        windows = RANGE_USE.findall(target["expr"])
        if len(windows) != len(RANGE_FUNCTION.findall(target["expr"])):
            yield f"{title}: a rate of something else than a selector"
        right = "$__range" if target.get("instant") else "$__rate_interval"
        for window in set(windows) - {right}:
            yield f"{title}: [{window}], not [{right}]"


def counters(dashboard, _):
    types = reference.read().types
    for title, target in targets_of(dashboard):
        for match in reference.SELECTOR.finditer(target["expr"]):
            name = re.sub("_(bucket|sum|count)$", "", match[1])
            if types.get(match[1], types.get(name)) in ("counter", "histogram"):
                if not re.search(r"\b(rate|irate|increase)\($", target["expr"][: match.start()]):
                    yield f"{title}: {match[1]} without a rate"


def not_editable(dashboard, _):
    if dashboard.get("editable") is not False:
        yield "it is editable"


RULES = (one_data_source, variables, panels_are_whole, targets_are_scoped, rates, counters, not_editable)


def faults_of(dashboard, units):
    return [fault for rule in RULES for fault in rule(dashboard, units)]
