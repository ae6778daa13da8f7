"""`maillog_exporter report` and `top`: totals of the metrics, and names."""

import collections
import gzip
import html.parser
import json
import os
import pathlib
import re
import shutil
import subprocess
import unittest

from exporter import ExporterTest, delivery, run, samples

ROOT = pathlib.Path(__file__).resolve().parents[2]
CORPUS = ROOT / "tests/corpus"
LOGS = sorted(path for path in CORPUS.glob("*/*/*") if path.suffix not in (".json", ".prom", ".export")) + sorted((CORPUS / "published").glob("*.log"))
LOG = CORPUS / "debian12/syslog/mail.log"
ENGLISH = {**os.environ, "LC_ALL": "C", "TZ": "UTC"}


def report_of(*arguments, **options):
    status, out, err = run("report", "--format=json", *map(str, arguments), **options)
    assert (status, err) == (0, ""), (status, err)
    return json.loads(out)


class Totals(unittest.TestCase):
    def test_are_those_of_count_for_every_recorded_log(self):
        self.assertGreater(len(LOGS), 15)
        for log in LOGS:
            with self.subTest(log=str(log.relative_to(CORPUS))):
                metrics = run("count", str(log))[1]
                report = report_of(log)
                totals = collections.defaultdict(dict, report["totals"])
                self.assertEqual(sum(totals["messages"].values()), sum(samples(metrics, "maillog_records_total")))
                for status in ("sent", "deferred", "bounced"):
                    counted = sum(samples(metrics, "maillog_deliveries_total", status=status))
                    to_filter = sum(samples(metrics, "maillog_deliveries_total", status=status, next_hop="loopback"))
                    self.assertEqual(totals["deliveries"].get(status, 0), counted - to_filter)
                    self.assertEqual(self.by_time(report, status), counted - to_filter)
                self.assertEqual(sum(totals["rejects"].values()), sum(samples(metrics, "maillog_smtp_rejects_total")))
                self.assertEqual(self.by_time(report, "rejected"), sum(samples(metrics, "maillog_smtp_rejects_total")))
                failed = sum(samples(metrics, "maillog_auth_attempts_total", result="failure"))
                self.assertEqual(self.by_time(report, "failed_logins"), failed)

    def by_time(self, report, what):
        by_day = sum(day[what] for day in report["days"]) + report["without_time"][what]
        by_hour = sum(hour[what] for hour in report["hours"]) + report["without_time"][what]
        self.assertEqual(by_day, by_hour)
        return by_day

    def test_of_several_logs_and_packed_ones(self):
        with gzip.open(os.path.join(self.enterContext(__import__("tempfile").TemporaryDirectory()), "log.gz"), "wb") as packed:
            packed.write(LOG.read_bytes())
        both = report_of(LOG, packed.name)
        once = report_of(LOG)
        self.assertEqual(both["totals"]["deliveries"]["sent"], 2 * once["totals"]["deliveries"]["sent"])
        domains = {row["name"]: row["sent"] for row in once["tables"]["domains"]["rows"]}
        for row in both["tables"]["domains"]["rows"]:
            if row["name"] in domains:
                self.assertEqual(row["sent"], 2 * domains[row["name"]])


class Names(unittest.TestCase):
    def test_are_those_of_the_log(self):
        """By a reading of the log of its own."""
        text = LOG.read_text(errors="replace")
        first_attempts = {}
        for queue_id, sender, size, recipients in re.findall(r"qmgr\[\d+\]: (\w+): from=<([^>]*)>, size=(\d+), nrcpt=(\d+)", text):
            first_attempts.setdefault((queue_id, sender, size), int(recipients))
        senders = set(first_attempts)
        mails = collections.Counter(sender or "<>" for _, sender, _ in senders)
        sizes = collections.Counter()
        for _, sender, size in senders:
            sizes[sender or "<>"] += int(size)
        users = collections.Counter(re.findall(r": client=\S+, sasl_method=\w+, sasl_username=(\S+?)(?:,|$)", text, re.M))
        report = report_of("--most=10000", LOG)
        self.assertEqual({row["name"]: row["mails"] for row in report["tables"]["senders"]["rows"]}, dict(mails))
        self.assertEqual({row["name"]: row["bytes"] for row in report["tables"]["senders"]["rows"]}, dict(sizes))
        self.assertEqual({row["name"]: row["mails"] for row in report["tables"]["users"]["rows"] if row["mails"]}, dict(users))
        written_to, of_user = collections.Counter(), collections.Counter()
        user_of = dict(re.findall(r": (\w+): client=\S+, sasl_method=\w+, sasl_username=(\S+?)(?:,|$)", text, re.M))
        for (queue_id, sender, _), recipients in first_attempts.items():
            written_to[sender or "<>"] += recipients
            if queue_id in user_of:
                of_user[user_of[queue_id]] += recipients
        self.assertEqual({row["name"]: row["recipients"] for row in report["tables"]["senders"]["rows"]}, dict(written_to))
        self.assertEqual({row["name"]: row["recipients"] for row in report["tables"]["users"]["rows"] if row["recipients"]}, dict(of_user))
        self.assertIsNone(report["tables"]["senders"]["others"])
        clients = collections.Counter(re.findall(r": client=([^\s,]+)", text))
        shown = {row["name"]: row["mails"] for row in report["tables"]["clients"]["rows"] if row["mails"]}
        self.assertEqual(shown, dict(clients))

    def test_a_table_and_its_rest_are_the_total(self):
        few = report_of("--most=2", LOG)["tables"]
        all_rows = report_of("--most=10000", LOG)["tables"]
        for key, table in few.items():
            for column in table["rows"][0]:
                if column == "name":
                    continue
                rest = (table["others"] or {}).get(column, 0)
                self.assertEqual(sum(row[column] for row in table["rows"]) + rest,
                                 sum(row[column] for row in all_rows[key]["rows"]), (key, column))

    def test_top(self):
        status, out, err = run("top", "failures", "--most=2", str(LOG), env=ENGLISH)
        self.assertEqual((status, err), (0, ""))
        self.assertEqual(out.splitlines()[0], "Clients that failed to log in")
        self.assertIn("         8  root\n", out)
        tables = json.loads(run("top", "--json", "users", str(LOG))[1])
        self.assertEqual(list(tables), ["users"])
        self.assertEqual(set(json.loads(run("top", "--json", str(LOG))[1])),
                         {"senders", "domains", "relays", "clients", "users", "failing_clients", "failing_users"})
        self.assertEqual(run("top", "--format=html", str(LOG))[0], 2)

    def test_who_failed_to_log_in_at_epost(self):
        log = b"".join((
            b"[30/Nov/2017:08:22:06], (mx.example.jp), cl.example.net[203.0.113.9], AUTH-LOGIN:info@example.jp [failed],<B0000097587>,abort\r\n",
            b"[30/Nov/2017:08:22:07] info@example.jp from 203.0.113.9 PASS **** -ERR user logon failed(1326) in PASS\r\n",
            b"[30/Nov/2017:08:22:08] - from 203.0.113.8 LOGIN user **** failed\r\n",
        ))
        status, out, err = run("top", "--json", "failures", "-", stdin=log)
        self.assertEqual((status, err), (0, ""))
        tables = json.loads(out)
        self.assertEqual([(row["name"], row["failed"]) for row in tables["failing_clients"]["rows"]], [("203.0.113.9", 2), ("203.0.113.8", 1)])
        self.assertEqual([(row["name"], row["failed"]) for row in tables["failing_users"]["rows"]], [("info@example.jp", 2), ("user", 1)])

    def test_anonymous(self):
        for arguments in (["report"], ["report", "--format=json"], ["report", "--format=html"], ["top"]):
            out = run(*arguments, "--anonymous", "--most=10000", str(LOG))[1]
            self.assertNotRegex(out, r"example|198\.51|203\.0\.113|192\.0\.2")
            self.assertRegex(out, r"user-1@domain-\d")


class OnePage(html.parser.HTMLParser):
    VOID = {"meta", "link", "img", "br", "input"}

    def __init__(self):
        super().__init__()
        self.open, self.links, self.text = [], [], ""

    def handle_starttag(self, tag, attrs):
        if tag not in self.VOID:
            self.open.append(tag)
        self.links += [value for name, value in attrs if name in ("href", "src", "srcset", "action")]
        assert tag != "script", "no scripts"

    def handle_endtag(self, tag):
        assert self.open.pop() == tag, tag

    def handle_data(self, data):
        self.text += data


class Forms(ExporterTest):
    def test_html_is_one_page_that_loads_nothing(self):
        for language in ("en", "ja"):
            out = run("report", "--format=html", f"--lang={language}", str(LOG))[1]
            page = OnePage()
            page.feed(out)
            self.assertEqual((page.open, page.links), ([], []))
            self.assertNotRegex(out, r"https?:|url\(|@import")
            self.assertIn("user1@lab.example", page.text)
            self.assertIn({"en": "Slowest deliveries", "ja": "時間のかかった配送"}[language], page.text)

    @unittest.skipUnless(shutil.which("chromium"), "no chromium here")
    def test_html_is_shown_without_a_fault(self):
        path = os.path.join(self.folder, "report.html")
        with open(path, "w", encoding="utf-8") as page:
            page.write(run("report", "--format=html", "--lang=ja", str(LOG))[1])
        shown = subprocess.run(
            ["chromium", "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={self.folder}/profile",
             "--window-size=1280,1600", f"--screenshot={self.folder}/shot.png", f"file://{path}"],
            capture_output=True, timeout=60, check=False)
        self.assertGreater(os.stat(os.path.join(self.folder, "shot.png")).st_size, 20_000, shown.stderr)

    def test_text_fits_a_terminal_and_a_mail(self):
        out = run("report", str(LOG), env=ENGLISH)[1]
        self.assertEqual([line for line in out.splitlines() if len(line) > 80], [])
        self.assertTrue(out.startswith("Mail report: 2026-11-21 17:17:27 - 2026-11-21 17:20:14\n"), out[:100])
        japanese = run("report", str(LOG), env={**ENGLISH, "LC_ALL": "ja_JP.UTF-8"})[1]
        self.assertTrue(japanese.startswith("メールレポート: "))
        self.assertTrue(run("report", "--lang=en", str(LOG), env={**ENGLISH, "LC_ALL": "ja_JP.UTF-8"})[1].startswith("Mail"))

    def test_a_hostile_log(self):
        self.append(b"Nov 21 10:00:00 mx postfix/qmgr[1]: 0A10000000: from=<\x1b[2J<b \xff&@example.com>, size=1, nrcpt=1 (queue active)\n")
        self.append(b"Nov 21 10:00:00 mx postfix/qmgr[1]: 0A20000000: from=<" + b"x" * 3000 + b"@example.com>, size=1, nrcpt=1 (queue active)\n")
        self.assertNotIn("\x1b", run("report", self.log)[1])
        self.assertNotIn("\x1b", run("top", self.log)[1])
        self.assertNotIn("<b ", run("report", "--format=html", self.log)[1])
        self.assertEqual(len(report_of(self.log)["tables"]["senders"]["rows"]), 2)
        self.assertEqual([line for line in run("report", self.log, env=ENGLISH)[1].splitlines() if len(line) > 80], [])

    def test_nothing(self):
        self.append("")
        status, out, _ = run("report", self.log, env=ENGLISH)
        self.assertEqual(status, 0)
        self.assertIn("Mail report\n", out)


class Times(ExporterTest):
    def lines(self):
        for day in (20, 21, 22):
            for hour in ("00", "10", "23"):
                yield delivery("0A1").replace("Apr 23 12:31:16", f"2026-04-{day}T{hour}:30:00+00:00")

    def sent(self, *arguments):
        return report_of(*arguments, self.log, env=ENGLISH)["totals"].get("deliveries", {}).get("sent", 0)

    def test_a_day_and_a_part(self):
        self.append("".join(self.lines()))
        self.assertEqual(self.sent("--day=2026-04-21"), 3)
        self.assertEqual(self.sent("--from=2026-04-21 10:00", "--to=2026-04-22"), 2)
        self.assertEqual(self.sent("--from=2026-04-21"), 6)
        days = report_of("--from=2026-04-21", self.log, env=ENGLISH)["days"]
        self.assertEqual([(day["day"], day["sent"]) for day in days], [("2026-04-21", 3), ("2026-04-22", 3)])
        out = run("top", "domains", "--day=2026-04-20", self.log, env=ENGLISH)[1]
        self.assertIn("         3         0         0  example.com", out)

    def test_faults(self):
        self.append("x\n")
        for arguments, words in ((["--day=24h"], "is not a day"), (["--day=today", "--from=today"], "--day says"),
                                 (["--most=0"], "--most 0 is not"), (["--format=pdf"], "is not one of text, json, html"),
                                 (["--since=today"], "report takes no --since"), (["--lang=fr"], "is not one of en, ja")):
            status, out, err = run("report", *arguments, self.log)
            self.assertEqual((status, out), (2, ""), arguments)
            self.assertIn(words, err)

    def test_a_mistyped_table_is_asked_about(self):
        status, out, err = run("top", "sendrs", self.log)
        self.assertEqual((status, out), (2, ""))
        self.assertEqual(err, "maillog_exporter: sendrs is neither a table nor a file; did you mean senders?\n")

    def test_rotated_files(self):
        lines = list(self.lines())
        self.append("".join(lines[6:]))
        self.append("".join(lines[3:6]), self.log + ".1")
        with gzip.open(self.log + ".2.gz", "wb") as packed:
            packed.write("".join(lines[:3]).encode())
        self.assertEqual(self.sent(), 3)
        self.assertEqual(self.sent("--rotated"), 9)
        self.assertEqual(self.sent("--rotated", "--day=2026-04-20"), 3)

    def test_a_part_without_messages_is_said(self):
        self.append("".join(self.lines()))
        status, out, err = run("report", "--day=2030-01-01", self.log, env=ENGLISH)
        self.assertEqual(status, 0)
        self.assertIn("nothing in this part", out)
        self.assertIn("the log goes from 2026-04-20", err)


if __name__ == "__main__":
    unittest.main()
