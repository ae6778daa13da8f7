"""METRICS.md says what is served: the reference is compared with a real scrape."""

import os
import pathlib
import re

from exporter import ExporterTest, wait_until

ROOT = pathlib.Path(__file__).parents[2]
LOGS = [
    *sorted(str(path) for path in (ROOT / "tests" / "corpus").glob("**/syslog/mail.log")),
    *sorted(str(path) for path in (ROOT / "tests" / "corpus" / "published").glob("*.log")),
    str(ROOT / "tests" / "corpus" / "mixed.log"),
]
ROW = re.compile(r"^\| `(\w+)` \| (\w+) \| ([\w, ]*?) ?\| (.*) \|$", re.MULTILINE)
TARGET = {"source"}  # on what belongs to one source


class Reference(ExporterTest):
    def documented(self):
        """Name -> (type, label names, help)."""
        rows = {}
        for name, kind, labels, what in ROW.findall((ROOT / "METRICS.md").read_text(encoding="utf-8")):
            what = re.sub(r" (Buckets: [^|]*\.|Formerly `\w+`\.)", "", what)
            rows[name] = (kind, set(filter(None, labels.split(", "))), what)
        return rows

    def served(self, text):
        types = dict(re.findall(r"^# TYPE (\w+) (\w+)$", text, re.MULTILINE))
        helps = dict(re.findall(r"^# HELP (\w+) (.*)$", text, re.MULTILINE))
        labels = {name: set() for name in types}
        for name, inside in re.findall(r"^(\w+)(?:\{(.*)\})? \S+$", text, re.MULTILINE):
            base = name if name in types else re.sub(r"_(bucket|sum|count)$", "", name)
            labels[base] |= set(re.findall(r'(\w+)="', inside)) - {"le"}
        return {name: (types[name], labels[name], helps[name]) for name in types}

    def test_it_is_what_a_scrape_has(self):
        exporter = self.start(*LOGS, "--from-start", f"--state.path={os.path.join(self.folder, 'state')}")
        exporter.request("/nothing")
        # A scrape shows what is saved, which may be a moment older than readiness.
        wait_until(lambda: exporter.total("maillog_source_caught_up") == len(LOGS), "numbers of all logs")
        documented, served = self.documented(), self.served(exporter.scrape())
        self.assertGreater(len(documented), 60)
        for name, (kind, labels, what) in served.items():
            self.assertIn(name, documented, "is served, and not in METRICS.md")
            self.assertEqual(documented[name][0], kind, name)
            self.assertEqual(documented[name][2], what, name)
            # An empty value means no label.
            self.assertLessEqual(labels, documented[name][1] | TARGET, name)
        # What the corpora have no line for is not served, but everything that the exporter says about itself is.
        own = {name for name in documented if name.startswith(("maillog_source_", "maillog_state_", "maillog_build", "process_"))}
        moved = {"maillog_source_rotations_total", "maillog_source_gaps_total"}
        # test_kafka.py sees these.
        of_a_topic = {"maillog_source_lag_records", "maillog_source_lost_records_total"}
        # Only where senders connect: test_relp.py sees it.
        of_senders = {"maillog_source_refused_senders_total"}
        self.assertEqual(own - moved - set(served), of_a_topic | of_senders)
        print(f"measured: {len(set(served) & set(documented))} of {len(documented)} metrics of the reference were seen")
