#!/usr/bin/env python3
"""Every query of every panel is run by a real Prometheus over recorded logs that the real exporter read."""

import shutil
import tempfile
import time
import unittest

import corpora
import dashboards
import history
import promtool
import showq
import traffic

SCRAPES = 41
INTERVAL = 60
WEEK = 7 * 86400


@unittest.skipUnless(shutil.which("prometheus") and shutil.which("promtool"), "no prometheus on this machine")
class QueriesTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        queue = showq.Showq(folder.name)
        cls.addClassCleanup(queue.close)
        pieces = list(corpora.pieces(SCRAPES, rounds=2))
        writer = traffic.Writer()
        for number, piece in enumerate(pieces):  # what is in the queue is known after two hours
            piece["hours.log"] = writer.piece(list(writer.ordinary(5)), traffic.stamp(number * traffic.SLICE))
        scrapes = list(history.replay(folder.name, pieces, INTERVAL,
                                      arguments=[f"--queue.showq={queue.directory}"]))
        past = history.History(folder.name)
        cls.end = int(time.time()) // INTERVAL * INTERVAL
        cls.start = cls.end - scrapes[-1][0]
        for first in (cls.start - WEEK, cls.start):
            past.write([(first + seconds, lines) for seconds, lines in scrapes])
        cls.prometheus = past.serve((promtool.RULES, promtool.ALERTS))
        cls.addClassCleanup(cls.prometheus.stop)

    def ask(self, expr, instant):
        if "ALERTS" in expr:  # the rules are evaluated now, some seconds after the past ends
            return history.wait_until(lambda: self.prometheus.query(expr, time.time()), "a firing alert")
        if instant:
            return self.prometheus.query(expr, self.end)
        return self.prometheus.query_range(expr, self.start, self.end, INTERVAL)

    def test_every_query_has_data(self):
        asked = 0
        for name, dashboard in dashboards.read().items():
            if not name.startswith("en/"):
                continue  # the Japanese edition asks the same
            for where, expr, _, instant in dashboards.queries_of(dashboard):
                asked += 1
                with self.subTest(dashboard=name, panel=where, expr=expr):
                    self.assertTrue(self.ask(dashboards.filled_in(expr), instant))
        self.assertGreater(asked, 100)

    def test_every_query_of_the_document_has_data(self):
        for name in ("queries.md", "queries.ja.md"):
            for expr in dashboards.queries_in((promtool.ROOT / "docs" / name).read_text(encoding="utf-8")):
                with self.subTest(document=name, expr=expr):
                    self.assertTrue(self.ask(expr, instant=False))


if __name__ == "__main__":
    unittest.main()
