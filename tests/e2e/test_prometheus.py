"""A real Prometheus scrapes the real exporter, and its sums are the lines that were appended."""

import os
import subprocess
import unittest

from exporter import ExporterTest, delivery, run, wait_until
from prometheus import Prometheus, needs

SENT = 'maillog_deliveries_total{status="sent",dsn_class="2",agent="smtp",next_hop="remote"}'


class Scraping(ExporterTest):
    @needs("promtool")
    def test_promtool_is_silent(self):
        corpus = os.path.join(os.path.dirname(__file__), "..", "corpus", "debian12", "syslog", "mail.log")
        exporter = self.start(corpus, "--from-start")
        lint = subprocess.run(
            ["promtool", "check", "metrics"], input=exporter.scrape().encode(), capture_output=True, check=False
        )
        self.assertEqual((lint.returncode, lint.stdout + lint.stderr), (0, b""))

    @needs("promtool")
    def test_paths_that_are_no_utf8(self):
        folder = os.fsencode(self.folder)
        for name in (b"named\xff.log", b"named\xfe.log", b"globbed\xff.log"):
            with open(os.path.join(folder, name), "w", encoding="ascii") as log:
                log.write(delivery("0A0"))
        paths = [os.path.join(folder, name) for name in (b"named\xff.log", b"named\xfe.log", b"glob*.log")]
        exporter = self.start("--from-start", *paths)
        exposition = exporter.scrape()
        lint = subprocess.run(["promtool", "check", "metrics"], input=exposition.encode(), capture_output=True, check=False)
        self.assertEqual((lint.returncode, lint.stdout + lint.stderr), (0, b""))
        for name in ("named\\\\xff.log", "named\\\\xfe.log", "glob*.log"):
            self.assertIn(f'maillog_records_total{{source="{self.folder}/{name}",outcome="counted"}} 1', exposition)
        counted = run("count", *paths)[1]
        self.assertIn('named\\\\xff.log"', counted)

    @needs("prometheus")
    def test_increase_is_what_was_appended(self):
        # The first, deferred delivery makes the series of the sent ones visible at 0.
        self.append("")
        exporter = self.start(self.log)
        self.append(delivery("0A0", "deferred", "4.4.1"))
        prometheus = Prometheus(self.folder, exporter.port)
        self.addCleanup(prometheus.stop)
        wait_until(lambda: prometheus.query(f"sum({SENT})") == 0, "the series at 0")

        appended = 0
        for turn in range(10):
            lines = 37 + turn
            self.append("".join(delivery(f"{turn:X}{i:09X}") for i in range(lines)))
            appended += lines
            if turn == 5:
                os.rename(self.log, self.log + ".1")
            wait_until(lambda: prometheus.query(f"sum({SENT})") == appended, f"{appended} deliveries")

        # At the moment of a sample, with the first one at 0, nothing is extrapolated.
        last = prometheus.query(f"timestamp({SENT})")
        increase = prometheus.query(f"sum(increase({SENT}[5m]))", time=f"{last:.3f}")
        print(f"measured: appended {appended}, increase() {increase}")
        self.assertAlmostEqual(increase, appended, places=6)
        self.assertEqual(prometheus.query('up{job="maillog"}'), 1)
        self.assertEqual(prometheus.query('sum(resets(maillog_records_total[5m]))'), 0)


if __name__ == "__main__":
    unittest.main()
