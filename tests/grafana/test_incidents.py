#!/usr/bin/env python3
"""When each alert would have fired: incidents are read by the real exporter, and promtool runs all rules over what it shows.

The result is the table of docs/runbooks/incidents.md. With MAILLOG_REWRITE=1 the test writes it; the diff is the review.
"""

import concurrent.futures
import os
import re
import shutil
import tempfile
import unittest

import history
import incidents
import promtool

TABLE = promtool.ROOT / "docs" / "runbooks" / "incidents.md"
DAY = 7  # ordinary hours before the incident: enough to count as usual, and for six hours of slow guessing
WEEK = 7 * 24 + 2
# Those that compare with a week ago, or need a whole day.
OF_A_WEEK = ("MaillogNoMail", "MaillogSourceStale", "MaillogOutgoingHigh", "MaillogSenderHigh", "MaillogLoginManyClients")
IN_A_WEEK = ("silence", "spam-run", "one-account", "slow-guessing", "scattered-guessing")  # the incidents that they are about
# Of an estimate, with a salt of its own in each run: some scrapes earlier or later.
ESTIMATED = ("MaillogLoginManyClients",)
FIRST = 'min by (instance, alertname) (min_over_time(timestamp(ALERTS{alertstate="firing"})[%s:%s]))'
SAMPLE = re.compile(r'\{([^}]*)\} ([0-9.E+]+)')

HEAD = """# When each alert would have fired

Made by `tests/grafana/test_incidents.py`; do not edit. Each incident is a log that the exporter has read: hours of ordinary
mail (240 messages in each), then what is described. Minutes are those from the first scrape of the incident
to the alert.

| incident | what happens | alerts, and after how many minutes |
|---|---|---|
"""


def metrics_of_rules():
    text = promtool.RULES.read_text(encoding="utf-8") + promtool.ALERTS.read_text(encoding="utf-8")
    names = set(re.findall(r"\b(maillog_\w+|up)\b", text))
    return names | {f"{name}_bucket" for name in names}


def recorded(incident):
    """Values of each series that a rule asks for, one for each scrape; None where there was none."""
    with tempfile.TemporaryDirectory() as folder:
        return recorded_in(folder, incident)


def recorded_in(folder, incident):
    wanted = metrics_of_rules()
    pieces = list(incident.pieces())
    if incident.name == "pmailserver":
        pieces = [piece | {"mta.log": incidents.pmailserver_report(step)} for step, piece in enumerate(pieces)]
    series = {}
    for number, (_, lines) in enumerate(history.replay(folder, pieces, incidents.STEP, incident.name, wanted=wanted)):
        if incident.name == "exporter-stopped" and number >= incidents.ORDINARY:
            lines = [history.labelled("up 0", incident.name)]
        for line in lines:
            name, _, value = line.rpartition(" ")
            if name.partition("{")[0] in wanted:
                series.setdefault(name, [None] * len(pieces))[number] = float(value)
    return series


COUNTER = re.compile(r"\w+_(?:total|bucket|sum|count)\b")


def with_a_past(name, values, hours, every=1):
    """The ordinary hour at the beginning is repeated before it; one in so many scrapes is taken."""
    hour = values[: incidents.ORDINARY]
    rise = hour[-1] - hour[0] if COUNTER.match(name) and None not in hour else 0
    past = [None if value is None else value + number * rise for number in range(hours) for value in hour[:-1]]
    now = [None if value is None else value + hours * rise for value in values]
    return (past + now)[::every]


def notation(values):
    """Values as promtool reads them: `3 _ _ 5`, repetitions shortened."""
    parts = []
    for value in values:
        if parts and value == parts[-1][0]:
            parts[-1][1] += 1
        else:
            parts.append([value, 0])
    # `3+0x2` is three values, but `_x2` is two missing ones.
    text = [f"_x{more + 1}" if value is None else f"{value!r}+0x{more}" if more else repr(value) for value, more in parts]
    return " ".join(text)


def seconds_of(text):
    """From promtool's complaint that it got what was not expected: (instance, alert) -> value."""
    return {(labels["instance"], labels["alertname"]): float(value)
            for found, value in SAMPLE.findall(text)
            for labels in [dict(re.findall(r'(\w+)="([^"]*)"', found))]}


def fired(folder, series, hours, every, **rule_files):
    """(incident, alert) -> seconds after the beginning of the incident."""
    step = incidents.STEP * every // 60
    inputs = [{"series": name, "values": notation(with_a_past(name, values, hours, every))} for name, values in series.items()]
    length = max(len(with_a_past(name, values, hours, every)) for name, values in series.items())
    asked = {"expr": FIRST % (f"{length * step}m", f"{step}m"), "eval_time": f"{(length - 1) * step}m", "exp_samples": []}
    said = promtool.run(folder, [{"interval": f"{step}m", "input_series": inputs, "promql_expr_test": [asked]}], f"{step}m", **rule_files)
    begin = (hours * 12 + incidents.ORDINARY) * incidents.STEP
    return {key: value - begin for key, value in seconds_of(said).items()}


ROW = re.compile(r"^\| ([\w-]+) \| (.*) \| (\[.*) \|$", re.MULTILINE)
TOLD = re.compile(r"\[(\w+)\]\(\w+\.md\) (\d+)")


def rows_of(table):
    """What a table says: of each incident the minutes of its alerts, and all its other text."""
    rows = {name: {alert: int(minutes) for alert, minutes in TOLD.findall(told)} for name, _, told in ROW.findall(table)}
    return rows, ROW.sub(r"| \1 | \2 |", table)


@unittest.skipUnless(shutil.which("promtool"), "no promtool on this machine")
class IncidentsTest(unittest.TestCase):
    def test_alerts_fire_when_they_should(self):
        days, weeks = {}, {}
        with concurrent.futures.ThreadPoolExecutor(4) as pool:  # the exporter is mostly waited for
            for incident, series in zip(incidents.INCIDENTS, pool.map(recorded, incidents.INCIDENTS)):
                if incident.name in IN_A_WEEK:
                    weeks.update(series)
                if incident.name != "silence":
                    days.update(series)
        with tempfile.TemporaryDirectory() as folder:
            found = fired(folder, days, DAY, 1)
            found |= fired(folder, weeks, WEEK, 3, rule_files=[promtool.file_for(folder, *OF_A_WEEK)])
        text = HEAD
        for incident in incidents.INCIDENTS:
            alerts = sorted((value, alert) for (name, alert), value in found.items() if name == incident.name)
            self.assertEqual(bool(alerts), incident.fires, incident.name)
            told = ", ".join(f"[{alert}]({alert}.md) {value / 60:.0f}" for value, alert in alerts) or "none"
            text += f"| {incident.name} | {incident.what} | {told} |\n"
        early = {key: value for key, value in found.items() if value < 0}
        never = sorted(incidents.WITHOUT_INCIDENT.items())
        text += "\nNot among them, since no log makes them fire, or not within hours; `tests/grafana/alert_cases.py` tries them: "
        text += ", ".join(f"[{alert}]({alert}.md) ({why})" for alert, why in never) + ".\n"
        if os.environ.get("MAILLOG_REWRITE"):
            TABLE.write_text(text, encoding="utf-8")
        self.assertEqual(early, {}, "these fire on an ordinary day")
        (rows, rest), (usual_rows, usual_rest) = rows_of(text), rows_of(TABLE.read_text(encoding="utf-8"))
        self.assertEqual(rest, usual_rest)
        # Versions of Prometheus differ in what a range selector takes in at its edges: by one scrape, so that two alerts may
        # also change places. From version 3 on it is one sample less, and what needs several comes later.
        tolerated = incidents.STEP / 60 * (1 if promtool.version() < (3,) else 3)
        for name, row in rows.items():
            self.assertEqual(row.keys(), usual_rows[name].keys(), name)
            for alert, minutes in row.items():
                scrapes = 4 if alert in ESTIMATED else 1
                self.assertLessEqual(abs(minutes - usual_rows[name][alert]), scrapes * tolerated, (name, alert))
        self.assertEqual({alert for _, alert in found} | set(incidents.WITHOUT_INCIDENT), set(promtool.alerts()))


if __name__ == "__main__":
    unittest.main()
