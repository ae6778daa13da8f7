"""Real mail through real servers: what was sent and fetched is what the exporter and Prometheus show, figure by figure."""

import os
import pathlib
import re
import shutil
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "e2e"))

import figures  # noqa: E402
import mail_host  # noqa: E402
import traffic  # noqa: E402
from exporter import PROGRAM, Exporter, samples  # noqa: E402
from prometheus import Prometheus  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parents[2]
GREYLISTED, REFUSED, CONNECTIONS, GUESSES = 600, 40, 16, 7
RECORDS = "maillog_records_total"
FIRING = 'ALERTS{alertstate="firing"}'


def rules_without_waiting(folder):
    """The rules and alerts that we ship; alerts fire at once, and not only after minutes."""
    paths = []
    for name in ("rules.yml", "alerts.yml"):
        text = (ROOT / "prometheus" / name).read_text(encoding="utf-8")
        paths.append(os.path.join(folder, name))
        with open(paths[-1], "w", encoding="utf-8") as file:
            file.write(re.sub(r"^ +for: \d+[smhd]\n", "", text, flags=re.MULTILINE))
    return paths


NOT_HERE = mail_host.why_not("rsyslogd") or ("" if shutil.which("prometheus") else "no prometheus")


@unittest.skipIf(NOT_HERE, "NOT RUN: " + NOT_HERE)
class RealServers(unittest.TestCase):
    """Two rounds of traffic, the second under the eyes of Prometheus; then trouble."""

    @classmethod
    def setUpClass(cls):
        cls.exporters = {}
        cls.tally = traffic.Tally()
        cls.host = mail_host.MailHost(cls.start_exporters_and_rsyslog)
        cls.addClassCleanup(cls.host.close)
        cls.run_round(1)
        cls.tallied_before = dict(vars(cls.tally))
        cls.prometheus = Prometheus(cls.host.folder, cls.exporters["file"].port, rules=rules_without_waiting(cls.host.folder))
        cls.addClassCleanup(cls.prometheus.stop)
        begin = cls.when_prometheus_has_all()
        cls.run_round(2)
        cls.seen_at = cls.when_prometheus_has_all()
        cls.lasted = round((cls.seen_at - begin) * 1000) + 1
        cls.tallied = dict(vars(cls.tally))
        cls.pages = {name: cls.scrape(name) for name in cls.exporters}
        cls.recorded, cls.firing_before = cls.what_rules_say()

    @classmethod
    def start_exporters_and_rsyslog(cls, host):
        """One follows rsyslog's file, two are sent what it gets; that of UDP is on the host, where its port is."""
        on_host = host.write("exporter", f'#!/bin/sh\nexec {" ".join(host.enter_network())} {os.path.abspath(PROGRAM)} "$@"\n')
        os.chmod(on_host, 0o755)
        for name, source, program in (
            ("file", f"{host.folder}/log/mail.log", PROGRAM),
            ("unix", f"syslog+unix://{host.folder}/run/exporter", PROGRAM),
            ("udp", "syslog+udp://127.0.0.1:5514", on_host),
        ):
            cls.exporters[name] = Exporter(source, program=program)
            cls.addClassCleanup(cls.exporters[name].kill)
        mail_host.start_rsyslog(host)

    @classmethod
    def scrape(cls, name):
        return cls.host.inside(cls.exporters[name].scrape) if name == "udp" else cls.exporters[name].scrape()

    @classmethod
    def run_round(cls, number):
        traffic.Round(cls.host, number, cls.tally).run()
        cls.wait_for_all_lines()

    @classmethod
    def wait_for_all_lines(cls):
        for name in cls.exporters:
            cls.host.wait_until(lambda: sum(samples(cls.scrape(name), RECORDS)) == len(cls.host.lines()), f"all lines by {name}")

    @classmethod
    def when_prometheus_has_all(cls):
        """The time of a sample in which it had."""
        sum_of_all = f"sum({RECORDS})"
        cls.host.wait_until(lambda: cls.prometheus.query(sum_of_all) == len(cls.host.lines()), "Prometheus to have all lines")
        return cls.prometheus.query(f"max(timestamp({RECORDS}))")

    @classmethod
    def what_rules_say(cls):
        """Recorded values by name and server, and what fires, once the rules have seen all samples so far."""
        newest = f'timestamp(server:maillog_deferred:ratio1h{{server="postfix"}}) > {cls.seen_at + 0.5}'
        cls.host.wait_until(lambda: cls.prometheus.query(newest), "the rules to be evaluated")
        recorded = {}
        for labels, value in cls.prometheus.series('{__name__=~"server:.*"}').items():
            labels = dict(labels)
            recorded[labels["__name__"], labels["server"]] = value
        return recorded, cls.prometheus.series(FIRING)

    def test_every_figure_is_what_was_done(self):
        for name, page in self.pages.items():
            with self.subTest(name):
                self.assertEqual(figures.differences(page, 2, self.tallied), [])

    def test_every_line_is_understood(self):
        for name, page in self.pages.items():
            with self.subTest(name):
                self.assertGreater(sum(samples(page, RECORDS, outcome="counted")), 150)
                for outcome in ("unknown", "malformed", "foreign"):
                    self.assertEqual(sum(samples(page, RECORDS, outcome=outcome)), 0, outcome)
                for metric in ("maillog_label_overflows_total", "maillog_bad_values_total", "maillog_source_gaps_total"):
                    self.assertEqual(sum(samples(page, metric)), 0, metric)

    def test_imap_bytes_are_those_of_the_connections(self):
        """But for a few that Dovecot counts and the client does not see as part of the session, or the other way round."""
        for direction, counted in (("in", self.tallied["imap_in"]), ("out", self.tallied["imap_out"])):
            (shown,) = samples(self.pages["file"], "maillog_imap_bytes_total", direction=direction)
            self.assertAlmostEqual(shown, counted, delta=counted / 50)

    def test_increase_is_what_the_second_round_added(self):
        """From the sample before it to the one after it, so that next to nothing is extrapolated."""
        before = figures.expected(1, self.tallied_before)
        differences = []
        for (metric, labels), value in figures.expected(2, self.tallied).items():
            selector = ",".join(f'{name}="{label}"' for name, label in labels)
            risen = self.prometheus.series(f"increase({metric}{{{selector}}}[{self.lasted}ms])", time=f"{self.seen_at:.3f}")
            # A selector without a label matches series with it, too.
            risen = {frozenset(one for one in series if one[0] not in ("job", "instance")): rise for series, rise in risen.items()}.get(labels)
            if risen is None or abs(risen - (value - before[metric, labels])) > 0.02 + value / 1000:
                differences.append(f"{metric}{{{selector}}}: {risen}, expected {value - before[metric, labels]}")
        self.assertEqual(differences, [])

    def test_recorded_ratios(self):
        """Of the second round: of the 15 attempts past the filter 9 delivered, 5 put off, 1 refused."""
        ratios = {name: self.recorded[name, "postfix"] for name in ("server:maillog_deferred:ratio1h", "server:maillog_bounced:ratio1h")}
        self.assertAlmostEqual(ratios["server:maillog_deferred:ratio1h"], 5 / 15, delta=0.001)
        self.assertAlmostEqual(ratios["server:maillog_bounced:ratio1h"], 1 / 10, delta=0.001)
        # Prometheus assumes that half an interval at each end went on in the same way: of seconds, that is much.
        self.assertAlmostEqual(self.recorded["server:maillog_smtp_rejects:increase15m", "postfix"], 5, delta=1)

    def test_trouble_fires_the_alerts_for_it(self):
        """And nothing fired before."""
        self.assertEqual(self.firing_before, {})
        before = self.scrape("file")
        traffic.have_trouble(self.host, GREYLISTED, REFUSED, CONNECTIONS, GUESSES)

        def risen(metric, **labels):
            return sum(samples(self.scrape("file"), metric, **labels)) - sum(samples(before, metric, **labels))

        def trouble():
            return (
                risen("maillog_delivery_reasons_total", reason="greylist"),
                risen("maillog_delivery_reasons_total", reason="user_unknown"),
                risen("maillog_auth_attempts_total", protocol="pop3", result="failure"),
            )

        def firing():
            return {dict(labels)["alertname"] for labels in self.prometheus.series(FIRING)}

        wanted = (GREYLISTED, REFUSED, CONNECTIONS * GUESSES)
        self.host.wait_until(lambda: trouble() == wanted, f"the counts {wanted}")
        expected = {"MaillogDeferralsHigh", "MaillogBouncesHigh", "MaillogGreylistStorm", "MaillogLoginBruteForce"}
        self.host.wait_until(lambda: firing() >= expected, f"{expected} to fire")
        self.assertEqual(firing(), expected)


if __name__ == "__main__":
    unittest.main()
