"""What METRICS.md says, and which names in an expression are not in it."""

import pathlib
import re

ROOT = pathlib.Path(__file__).resolve().parents[2]
METRICS = ROOT / "METRICS.md"

# What Prometheus adds to every series, what it makes of histograms, and the series that it makes itself.
TARGET_LABELS = {"instance", "job"}
HISTOGRAM_SUFFIXES = ("_bucket", "_sum", "_count")
OF_PROMETHEUS = {
    "up": set(),
    "scrape_duration_seconds": set(),
    "ALERTS": {"alertname", "alertstate", "severity"},
}


class Reference:
    """The tables of METRICS.md."""

    def __init__(self, text):
        self.types = {}  # metric -> type
        self.labels = {}  # metric -> label names
        self.values = {}  # (metric, label) -> closed list of values
        shared_values = {}  # label -> closed list, if all metrics have the same
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
        if series in OF_PROMETHEUS:
            return series, OF_PROMETHEUS[series] | TARGET_LABELS
        if self.types.get(series) == "histogram":  # as Prometheus 3 can convert it
            return series, self.labels[series] | TARGET_LABELS
        for suffix in HISTOGRAM_SUFFIXES:
            name = series.removesuffix(suffix)
            if series.endswith(suffix) and self.types.get(name) == "histogram":
                return name, self.labels[name] | TARGET_LABELS | ({"le"} if suffix == "_bucket" else set())
        return None


SELECTOR = re.compile(r"\b((?:maillog|process)_\w+|up|scrape_duration_seconds|ALERTS)\b(?![(:])(?:\{([^}]*)\})?")
MATCHER = re.compile(r'(\w+)\s*(=~|!~|!=|=)\s*"([^"]*)"')
BY_NAMES = re.compile(r'\{__name__=~"([\w|]+)"([^}]*)\}')  # several metrics at once
GROUPING = re.compile(r"\b(?:by|without|on|ignoring)\s*\(([^)]*)\)")
OF_ALL = re.compile(r'\{__name__=~"maillog_\.\+"')  # the variables ask all metrics of the exporter for a label


def faults_of(expr, reference):
    """What is wrong with the names in an expression, as sentences."""
    known = set()
    expr = BY_NAMES.sub(lambda match: each_name(*match.groups(), reference), expr)
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
    if OF_ALL.search(expr):
        known |= set().union(*reference.labels.values()) | TARGET_LABELS
    elif not SELECTOR.search(expr):
        yield "no metric of this program"
    for label in grouped_labels(expr):
        if known and label not in known:
            yield f"nothing in it has the label {label} that it groups by"


def each_name(names, matchers, reference):
    """The metrics one by one, each with the matchers of the labels that it has; an absent label matches what is not empty."""
    selectors = []
    for name in names.split("|"):
        labels = reference.labels.get(name, set())
        kept = (m for m in MATCHER.finditer(matchers) if m[1] in labels or m[2] not in ("!=", "!~"))
        selectors.append(f"{name}{{{', '.join(match[0] for match in kept)}}}")
    return " + ".join(selectors)


def grouped_labels(expr):
    return {label.strip() for group in GROUPING.findall(expr) for label in group.split(",") if label.strip()}


def read():
    return Reference(METRICS.read_text(encoding="utf-8"))
