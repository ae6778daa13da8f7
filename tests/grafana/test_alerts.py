#!/usr/bin/env python3
"""Alerts and recording rules: sound, true to METRICS.md, each tried with series that make it fire and series that do not."""

import re
import shutil
import subprocess
import tempfile
import unittest

import alert_cases
import promtool
import reference

ROOT = promtool.ROOT
JOB_AND_INSTANCE = 'job="maillog", instance="mx1:9025"'
TARGET = {"job": "maillog", "instance": "mx1:9025"}
GUARD = "instance:maillog_caught_up:min1h == 1"

# What is not based on a rate is not held off while old logs are read; lag is, by its own source.
NOT_HELD_OFF = {"MaillogExporterDown", "MaillogSourceUnreadable", "MaillogStateNotSaved", "MaillogStateWentBack", "MaillogReloadFailed", "MaillogSourceLagging",
                "MaillogQueueUnread"}


def with_target(series):
    name, _, labels = series.partition("{")
    return f"{name}{{{JOB_AND_INSTANCE}{', ' + labels if labels else '}'}"


def length(values):
    """Samples of a series in promtool's notation."""
    return sum(int(part.rpartition("x")[2]) + (not part.startswith("_")) if "x" in part else 1 for part in values.split())


def as_test(case, caught_up=1, labels=None, beside=None):
    """A group of promtool's tests: at the end of the longest series, the alert fires with the labels, or does not.

    `beside`: series of one value that are there too.
    """
    steps = max(length(values) for values in case.series.values())
    minutes = int(case.step.rstrip("m"))
    series = {with_target(name): values for name, values in case.series.items()}
    states = {'maillog_source_up{source="/var/log/mail.log"}': 1, 'maillog_source_caught_up{source="/var/log/mail.log"}': caught_up}
    for name, value in (states | (beside or {})).items():
        series.setdefault(with_target(name), promtool.gauge((value, steps)))
    names = ", ".join(["alertname", "severity", *TARGET, *(labels or {})])
    expected = []
    if labels is not None:
        shown = {"alertname": case.alert, "severity": promtool.severity(case.alert)} | TARGET | labels
        expected = [{"labels": "{%s}" % ", ".join(f'{name}="{value}"' for name, value in shown.items()), "value": 1}]
    return {
        "name": case.alert,
        "interval": case.step,
        "input_series": [{"series": name, "values": values} for name, values in series.items()],
        "promql_expr_test": [
            {
                "expr": f'count by ({names}) (ALERTS{{alertname="{case.alert}", alertstate="firing"}})',
                "eval_time": f"{(steps - 1) * minutes}m",
                "exp_samples": expected,
            }
        ],
    }


def expressions(path):
    """(name, expression) of each rule in a file."""
    text = path.read_text(encoding="utf-8")
    for name, block, line in re.findall(r"- (?:alert|record): (\S+)\n +expr: (?:\|\n((?: {10,}.*\n)+)|(.*)\n)", text):
        yield name, block or line


class RulesTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.alerts = promtool.alerts()
        cls.reference = reference.read()

    @unittest.skipUnless(shutil.which("promtool"), "no promtool on this machine")
    def test_promtool_checks_them(self):
        done = subprocess.run(["promtool", "check", "rules", promtool.RULES, promtool.ALERTS], capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_names_exist(self):
        rules = [*expressions(promtool.RULES), *expressions(promtool.ALERTS)]
        self.assertEqual(len(rules), 40 + len(self.alerts))
        recorded = {name for name, _ in rules if ":" in name}
        used = set()
        for name, expr in rules:
            with self.subTest(rule=name):
                used |= set(re.findall(r"\w+:\w+:\w+", expr))
                left = re.sub(r"\w+:\w+:\w+", "maillog_recorded", expr)
                faults = [fault for fault in reference.faults_of(left, self.reference) if "maillog_recorded" not in fault]
                faults = [fault for fault in faults if "no metric of this program" not in fault and "groups by" not in fault]
                self.assertEqual(faults, [])
        self.assertEqual(used, recorded)

    def test_they_follow_the_conventions_of_mixins(self):
        for name, text in self.alerts.items():
            with self.subTest(alert=name):
                self.assertRegex(name, "^Maillog[A-Z][A-Za-z]+$")
                self.assertRegex(text, "severity: (critical|warning|info)\n")
                self.assertRegex(text, r"summary: [A-Z][^{]*\.\n")
                self.assertRegex(text, r'description: "[^"]*\{\{ \$labels\.instance \}\}[^"]*\."\n')
                self.assertIn(f"runbook_url: docs/runbooks/{name}.md\n", text)
                self.assertIn(f"runbook_url_ja: docs/runbooks/ja/{name}.md\n", text)

    def test_those_on_rates_are_held_off_while_old_logs_are_read(self):
        for name, text in self.alerts.items():
            self.assertEqual(GUARD in text, name not in NOT_HELD_OFF, name)

    def test_each_has_cases(self):
        for fires in (True, False):
            tried = {case.alert for case in alert_cases.CASES if (case.labels is not None) == fires}
            self.assertEqual(tried, set(self.alerts))


@unittest.skipUnless(shutil.which("promtool"), "no promtool on this machine")
class CasesTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def assert_pass(self, wanted):
        """(case, test): one run of promtool for all of an alert that have the same step, since most of the time is for its start."""
        groups = {}
        for case, test in wanted:
            groups.setdefault((case.alert, test["interval"]), []).append((case, test))
        for (alert, step), members in groups.items():
            said = promtool.run(self.folder, [test for _, test in members], step, [promtool.file_for(self.folder, alert)])
            for case, test in members if said else ():
                with self.subTest(alert=alert, labels=case.labels):
                    self.assertEqual(promtool.run_alone(self.folder, alert, test), "")
            with self.subTest(alert=alert):
                self.assertEqual(said, "")

    def test_alerts_fire_and_do_not_fire(self):
        self.assert_pass((case, as_test(case, labels=case.labels)) for case in alert_cases.CASES)

    def test_alerts_are_held_off_while_old_logs_are_read(self):
        firing = {case.alert: case for case in alert_cases.CASES if case.labels is not None}
        held_off = [case for alert, case in firing.items() if alert not in NOT_HELD_OFF or alert == "MaillogSourceLagging"]
        self.assert_pass((case, as_test(case, caught_up=0)) for case in held_off)

    def test_a_source_that_cannot_be_read_holds_none_off(self):
        unread = {f'maillog_source_{state}{{source="/var/log/closed"}}': 0 for state in ("up", "caught_up")}
        cases = [case for case in alert_cases.CASES if case.labels is not None and case.alert not in NOT_HELD_OFF]
        self.assert_pass((case, as_test(case, labels=case.labels, beside=unread)) for case in cases)

    def what_is_said(self, case):
        """The alert with its annotations: promtool wants whole ones, and says what it got."""
        test = as_test(case, labels=case.labels)
        labels = {"severity": promtool.severity(case.alert)} | TARGET | case.labels
        at = test["promql_expr_test"][0]["eval_time"]
        test["alert_rule_test"] = [{"eval_time": at, "alertname": case.alert, "exp_alerts": [{"exp_labels": labels, "exp_annotations": {}}]}]
        return promtool.run_alone(self.folder, case.alert, test)

    def test_descriptions_say_what_the_labels_leave_open(self):
        for case, description in alert_cases.DESCRIBED:
            with self.subTest(alert=case.alert, labels=case.labels):
                self.assertIn(f'description="{description}"', self.what_is_said(case))

    def test_descriptions_name_the_policies(self):
        self.assertEqual({case.alert for case, _ in alert_cases.NAMED}, {name for name, text in promtool.alerts().items() if "policy" in text})
        for case, policies in alert_cases.NAMED:
            with self.subTest(alert=case.alert, policies=policies):
                self.assertIn(f" By policy: {policies}", self.what_is_said(case))
                for page in re.findall(r"docs/policies/\w+\.md", policies):
                    self.assertTrue((ROOT / page).exists(), page)

    def test_a_wrong_expectation_is_seen(self):
        case = next(case for case in alert_cases.CASES if case.alert == "MaillogPanic")
        self.assertIn("MaillogPanic", promtool.run_alone(self.folder, case.alert, as_test(case, labels=None)))


if __name__ == "__main__":
    unittest.main()
