"""The pages as a person sees them, in a real Chromium."""

import functools
import itertools
import os
import pathlib
import re
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "e2e"))

import browser  # noqa: E402
from exporter import ExporterTest, delivery, samples  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parents[2]
CORPUS = ROOT / "tests" / "corpus" / "debian12" / "syslog" / "mail.log"
TOTALS = {
    "sent": ("maillog_deliveries_total", {"status": "sent"}),
    "deferred": ("maillog_deliveries_total", {"status": "deferred"}),
    "bounced": ("maillog_deliveries_total", {"status": "bounced"}),
    "expired": ("maillog_queue_expired_total", {}),
    "rejected": ("maillog_smtp_rejects_total", {}),
    "logins_ok": ("maillog_auth_attempts_total", {"result": "success"}),
    "logins_failed": ("maillog_auth_attempts_total", {"result": "failure"}),
}
INTERVAL = 5


def digits(text):
    return int(re.sub(r"\D", "", text))


@functools.cache
def start_browser():
    """The browser of all tests, or why there is none."""
    try:
        started = browser.Browser()
    except unittest.SkipTest as reason:
        return reason
    unittest.addModuleCleanup(started.close)
    return started


def the_browser():
    started = start_browser()
    if isinstance(started, unittest.SkipTest):
        raise started
    return started


class BrowserTest(ExporterTest):
    def setUp(self):
        super().setUp()
        self.browser = the_browser()
        self.append(CORPUS.read_bytes())
        self.exporter = self.start("--from-start", self.log)

    def url(self, path=""):
        return f"http://127.0.0.1:{self.exporter.port}/{path}"

    def open(self, path="", **options):
        self.browser.open(url=self.url(path), **options)
        self.wait_for("document.querySelector('#ready')?.textContent || document.querySelector('#found')?.textContent")

    def see(self, expression):
        return self.browser.see(expression)

    def wait_for(self, expression):
        """Until an expression in the page is true; each look takes time."""
        for _ in range(2000):
            if found := self.see(expression):
                return found
        raise AssertionError(f"waited in vain for {expression}")

    def next_answer(self):
        before = self.see("Number(document.body.dataset.answers)")
        self.browser.run(seconds=INTERVAL)
        self.wait_for(f"Number(document.body.dataset.answers) > {before}")

    def cells(self, table):
        return self.see(f"[...document.querySelectorAll('#{table} tbody tr')].map((row) => [...row.cells].map((cell) => cell.textContent))")

    def assert_well(self, width=None):
        self.assertEqual(self.browser.faults(), [])
        self.assertEqual(self.browser.axe(), [])
        if width:
            self.assertLessEqual(self.see("document.documentElement.scrollWidth"), width)


class StatusPage(BrowserTest):
    def test_figures_are_those_of_the_metrics(self):
        self.open()
        metrics = self.exporter.scrape()
        for key, (name, labels) in TOTALS.items():
            expected = sum(samples(metrics, name, **labels)) - sum(samples(metrics, name, next_hop="loopback", **labels))
            self.assertGreater(expected, 0)
            self.assertEqual(digits(self.see(f"document.querySelector('#rate-{key} .total').textContent")), expected, key)
        for table, name, labels in (("deferred", "maillog_delivery_reasons_total", {"status": "deferred"}),
                                    ("bounced", "maillog_delivery_reasons_total", {"status": "bounced"}),
                                    ("rejected", "maillog_smtp_rejects_total", {})):
            self.assertEqual(len(self.cells(table)), 8)
            found = re.findall(rf'^{name}\{{.*?reason="(\w+)"', metrics, re.M)
            counts = [sum(samples(metrics, name, reason=reason, **labels))
                      - sum(samples(metrics, name, reason=reason, next_hop="loopback", **labels)) for reason in set(found)]
            self.assertEqual([digits(row[2]) for row in self.cells(table)], sorted(counts, reverse=True)[:8])
        [[_, state, position, _, lines, *_]] = self.cells("sources")
        self.assertEqual((state, digits(lines)), ("reading", sum(samples(metrics, "maillog_records_total"))))
        self.assertRegex(position, r"^(\S+ MB) of \1$")
        sessions = self.cells("pop3")[0]
        self.assertEqual(digits(sessions[2]), sum(samples(metrics, "maillog_mailbox_sessions_total", protocol="pop3")))
        self.assertTrue(self.see("document.getElementById('reports-section').hidden"))

    def test_charts_move_with_the_log(self):
        self.open(answers_every=15)
        chart = "document.querySelector('#rate-sent .bars').getAttribute('d')"
        rate = "document.querySelector('#rate-sent strong').textContent"
        total = "document.querySelector('#rate-sent .total').textContent"
        self.assertEqual((self.see(chart), self.see(rate)), ("", "–"))
        before = digits(self.see(total))
        shapes = {""}
        for step in range(3):
            self.append("".join(delivery(f"{step}{number}") for number in range(20)))
            self.wait_for_total(before + 20 * (step + 1))
            self.next_answer()
            self.assertEqual(digits(self.see(total)), before + 20 * (step + 1))
            shapes.add(self.see(chart))
        self.assertEqual(len(shapes), 4, "each step shows")
        self.assertGreater(float(self.see(rate).replace(",", "")), 0)
        self.assertIn("Sent", self.see("document.querySelector('#rate-sent svg').getAttribute('aria-label')"))
        recent = [digits(row[1]) for row in self.cells("delay") if row[0] == "Deliveries"]
        self.assertEqual(recent, [60])
        # Another page and back: nothing is lost.
        self.browser.go(url=self.url("metrics-reference"))
        self.browser.go(url=self.url())
        self.wait_for("document.querySelector('#ready').textContent")
        self.assertNotEqual(self.see(chart), "")
        self.assert_well()

    def wait_for_total(self, count):
        for _ in range(2000):
            metrics = self.exporter.scrape()
            name, labels = TOTALS["sent"]
            if sum(samples(metrics, name, **labels)) - sum(samples(metrics, name, next_hop="loopback", **labels)) == count:
                return
        raise AssertionError("the lines are not counted")

    def test_an_exporter_that_is_gone_and_comes_back(self):
        self.open()
        self.exporter.kill()
        self.browser.run(seconds=INTERVAL)
        self.wait_for("document.querySelector('#ready').textContent.startsWith('No answer')")
        self.assertGreater(digits(self.see("document.querySelector('#rate-sent .total').textContent")), 0)

    def test_every_language_scheme_and_width(self):
        grounds = set()
        for locale, scheme, width in (*itertools.product(("en-GB", "ja-JP"), ("light", "dark"), (1280, 360)),
                                      ("fr-FR", "light", 800), ("ja-JP", "dark", 390)):
            with self.subTest(locale=locale, scheme=scheme, width=width):
                self.open(locale=locale, scheme=scheme, width=width)
                self.assertEqual(self.see("document.getElementById('ready').textContent"), "準備完了" if locale == "ja-JP" else "Ready")
                self.assertEqual(self.see("document.documentElement.lang"), "ja" if locale == "ja-JP" else "en")
                grounds.add(self.see("getComputedStyle(document.body).backgroundColor"))
                self.see("document.querySelector('details').open = true")
                self.assert_well(width)
        self.assertEqual(len(grounds), 2, "light and dark")

    def test_no_text_is_missing_in_japanese(self):
        self.open(locale="ja-JP")
        words = self.see("[...document.querySelectorAll('[data-text], h3, thead th')].map((element) => element.textContent)")
        self.assertGreater(len(words), 30)
        for word in words:
            self.assertRegex(word, r"[ぁ-んァ-ヶ一-龠]|^POP3$")
        self.assertNotIn("undefined", self.see("document.body.innerText"))

    def test_keyboard(self):
        self.open()
        self.browser.press(key="Tab")
        self.assertEqual(self.see("document.activeElement.className"), "skip")
        self.browser.press(key="Enter")
        self.assertEqual(self.see("document.activeElement.id"), "main")
        reached = []
        for _ in range(4):
            self.browser.press(key="Tab")
            reached.append(self.see("document.activeElement.tagName"))
        self.assertIn("SUMMARY", reached)
        self.assertGreater(float(self.see("parseFloat(getComputedStyle(document.activeElement).outlineWidth)")), 0)

    def test_names_of_files_are_no_markup(self):
        strange = os.path.join(self.folder, "<img src=x onerror=alert(1)>.log")
        self.append(delivery("A"), strange)
        self.exporter = self.start("--from-start", strange)
        self.open()
        self.assertEqual(self.see("document.querySelectorAll('#sources img').length"), 0)
        self.assertIn("<img src=x", self.cells("sources")[0][0])
        self.assert_well()


    def test_sources_that_are_not_well_come_first(self):
        self.exporter = self.start(self.log, os.path.join(self.folder, "none.log"), "/nowhere/*.log", os.path.join(self.folder, "*.log"))
        self.open()
        self.wait_for("document.querySelectorAll('#sources tbody tr').length === 4")
        states = [row[1] for row in self.cells("sources")]
        self.assertEqual(states[0], "waiting for the log")
        self.assertEqual(states, sorted(states, key=["waiting for the log", "reading"].index))

    def test_hundreds_of_sources_hide_nothing_below_them(self):
        config = os.path.join(self.folder, "config.yml")
        pathlib.Path(config).write_text("sources:\n" + "".join(f"  - {{name: mx{i}, path: {self.folder}/{i}.log}}\n" for i in range(200)), encoding="utf-8")
        self.exporter = self.start(f"--config.file={config}")
        self.open(width=390)
        self.wait_for("document.querySelectorAll('#sources tbody tr').length === 200")
        self.assertLess(self.see("document.querySelector('#deferred').getBoundingClientRect().top"), 4000)
        self.assert_well(390)


class ReferencePage(BrowserTest):
    def test_search(self):
        self.open("metrics-reference")
        shown = "[...document.querySelectorAll('#metrics tbody tr')].filter((row) => !row.hidden).map((row) => row.cells[0].textContent)"
        documented = re.findall(r"^\| `(\w+)` \|", (ROOT / "METRICS.md").read_text(encoding="utf-8"), re.M)
        self.assertEqual(self.see(shown), documented)
        self.browser.type(selector="#search", text="POP3 retr")
        found = self.see(shown)
        self.assertIn("maillog_pop3_retrieved_bytes_total", found)
        self.assertTrue(set(found) < set(documented))
        self.assertTrue(self.see("document.getElementById('found').textContent").startswith(f"{len(found)} of {len(documented)} "))
        self.browser.type(selector="#search", text="nothing has this")
        self.assertEqual(self.see(shown), [])
        self.assert_well()

    def test_every_language_scheme_and_width(self):
        for locale, scheme, width in (("en-US", "light", 1280), ("ja-JP", "dark", 360), ("en-US", "dark", 390)):
            with self.subTest(locale=locale, scheme=scheme, width=width):
                self.open("metrics-reference", locale=locale, scheme=scheme, width=width)
                self.assert_well(width)


if __name__ == "__main__":
    unittest.main()
