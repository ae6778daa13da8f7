"""`maillog_exporter backfill`: history in a real Prometheus, which goes on in what is scraped."""

import collections
import datetime
import os
import re
import resource
import shutil
import signal
import subprocess
import unittest

from days import CORPUS, UTC, WORDS, Days, recorded, stamp
from exporter import PROGRAM, ExporterTest, run, samples, wait_until
from prometheus import Prometheus, free_port, needs

LONG = os.environ.get("MAILLOG_LONG") == "yes"
IN_UTC = {**os.environ, "TZ": "UTC"}
LOGS = sorted(path for path in CORPUS.parents[2].glob("*/*/*") if path.suffix not in (".json", ".prom", ".export"))
LINES_OF = (1500, 4000, 300, 2500)


OF_MAILS = [line for line in recorded() if re.match(r"\w+ postfix/(?:qmgr|smtp|lmtp|local|virtual|pipe|error|cleanup|bounce)\[", line)][:1000]


def days_ago(days):
    return (datetime.datetime.now(UTC) - datetime.timedelta(days=days)).date()


def last_values(folder):
    """Series, as the files write them -> the last value."""
    values = {}
    for name in sorted(os.listdir(folder)):
        if not name.endswith(".om"):
            continue
        with open(os.path.join(folder, name), encoding="utf-8") as file:
            for line in file:
                if not line.startswith("#"):
                    series, value, _ = line.rsplit(" ", 2)
                    values[series] = value
    return values


def in_order(series, *more):
    """A series by its labels, in whatever order they are written."""
    name, _, labels = series.partition("{")
    return name, frozenset([*re.findall(r'\w+="(?:[^"\\]|\\.)*"', labels), *more])


class BackfillTest(ExporterTest):
    def setUp(self):
        super().setUp()
        self.out = os.path.join(self.folder, "out")
        self.state = os.path.join(self.folder, "state")

    def backfill(self, *arguments, **process):
        return run("backfill", f"--out={self.out}", *arguments, env=IN_UTC, **process)

    def backfilled(self, *arguments):
        """What it prints: the commands for promtool."""
        status, out, err = self.backfill(*arguments)
        self.assertEqual((status, err), (0, ""))
        return out

    def prometheus(self, commands, port):
        """With the blocks that the printed commands make of the files."""
        made = subprocess.run(["sh", "-e", "-c", commands], capture_output=True, text=True, check=False)
        self.assertEqual(made.returncode, 0, made.stderr)
        folder = os.path.join(self.folder, "prometheus")
        os.mkdir(folder)
        shutil.move(os.path.join(self.out, "blocks"), os.path.join(folder, "data"))
        prometheus = Prometheus(folder, port, flags=("--storage.tsdb.retention.time=10y",))
        self.addCleanup(prometheus.stop)
        wait_until(lambda: prometheus.series("vector(1)"), "Prometheus")
        return prometheus


class History(BackfillTest):
    @needs("promtool")
    def test_each_day_has_what_its_log_has(self):
        days = Days(self.folder, days_ago(20), LINES_OF, OF_MAILS)
        prometheus = self.prometheus(self.backfilled("--step=300", days.log), free_port())
        for day, truth in enumerate(days.truth):
            for query in ("maillog_records_total", *WORDS):
                with self.subTest(day=day, query=query):
                    # A millisecond more: since version 3 a range does not contain its beginning.
                    found = prometheus.query(f"sum(increase({query}[86400001ms]))", days.end_of(day))
                    self.assertGreater(truth[query], 0)
                    self.assertAlmostEqual(found, truth[query], delta=truth[query] / 1e6)

    def test_ends_with_what_count_counts(self):
        """Each recorded log, in whatever form; but for mails that are still under way, and those of logs without times."""
        compared = 0
        for log in LOGS:
            with self.subTest(log=log.name):
                shutil.rmtree(self.out, ignore_errors=True)
                path = os.path.join(self.folder, log.name)
                shutil.copy(log, path)
                counted = run("count", path, env=IN_UTC)[1]
                status, _, err = self.backfill("--step=300", path, "--job=j", "--instance=i")
                if status == 2:
                    self.assertIn("there is no history", err)
                    continue
                ends = {in_order(series): value for series, value in last_values(self.out).items()}
                for line in counted.splitlines():
                    series, _, value = line.rpartition(" ")
                    is_counter = re.match(r"\w+_(?:total|count|sum|bucket)(?:\{|$)", series)
                    if is_counter and not series.startswith(("maillog_mails_", "maillog_mail_")):
                        compared += 1
                        self.assertEqual(ends.pop(in_order(series, 'job="j"', 'instance="i"'), None), value, series)
        self.assertGreater(compared, 20_000)

    @needs("promtool")
    def test_no_series_is_ever_missing(self):
        """Also where nothing moves."""
        lines = [line for line in recorded() if " status=sent " in line][:5]
        days = Days(self.folder, days_ago(20), (20, 3), lines)
        prometheus = self.prometheus(self.backfilled(days.log), free_port())
        begin = int(days.end_of(0)) - 60_000
        counts = [
            len(prometheus.series('{__name__=~"maillog_records_total|maillog_deliveries_total"}', moment))
            for moment in range(begin, begin + 90_000, 3571)
        ]
        self.assertGreater(counts[0], 5)
        self.assertEqual(set(counts), {counts[0]})

    def test_archives_in_any_order_and_of_another_year(self):
        """The years are those of the files."""
        days = Days(self.folder, datetime.date(2019, 12, 30), LINES_OF, OF_MAILS)
        paths = [days.log + ending for ending in (".3.gz", ".1", ".2.gz", "")]
        out = self.backfilled(paths[1], paths[3], paths[0], paths[2])
        self.assertIn("from 2019-12-30 00:00:00 to 2020-01-0", out)
        files = sorted(name for name in os.listdir(self.out) if name.endswith(".om"))
        self.assertEqual(files[:3], [f"maillog-{day}.om" for day in ("2019-12-30", "2019-12-31", "2020-01-01")])
        records = [v for k, v in last_values(self.out).items() if k.startswith("maillog_records_total")]
        self.assertEqual(sum(map(float, records)), sum(LINES_OF))

    def test_files_whose_times_are_lost(self):
        """Names show the order of more than a year, and so the years."""
        lines = [line for line in recorded() if " status=sent " in line][:1]
        for month in range(14):
            begin = datetime.datetime(2014, 11, 1) + datetime.timedelta(days=31 * month)
            path = f"{self.log}.{14 - month}"
            with open(path, "w", encoding="ascii") as file:
                file.write(f"{stamp(begin)} {lines[0]}\n")
            written = datetime.datetime(2015, 12, 31).timestamp()
            os.utime(path, (written, written))
        open(self.log, "w", encoding="ascii").close()
        out = self.backfilled(self.log)
        self.assertIn("from 2014-11-01 00:00:00 to 2015-12-09 00:01:00", out)

    def test_of_archives_elsewhere(self):
        days = Days(self.folder, days_ago(20), LINES_OF, OF_MAILS)
        archive = os.path.join(self.folder, "archive")
        os.mkdir(archive)
        for ending in (".3.gz", ".2.gz"):
            shutil.move(days.log + ending, archive)
        shutil.copy(days.log + ".1", archive)
        status, _, err = self.backfill(days.log, f"--archive={archive}")
        self.assertEqual(status, 0, err)
        self.assertIn(f"{archive}/mail.log.1 begins as {days.log}.1 does", err)
        records = [v for k, v in last_values(self.out).items() if k.startswith("maillog_records_total")]
        self.assertEqual(sum(map(float, records)), sum(LINES_OF))

    def test_logs_of_a_directory_go_forward_together(self):
        """Nothing of one log is put into the time of another."""
        folders = [os.path.join(self.folder, "logs", name) for name in "ab"]
        lines = {word: [line for line in recorded() if f" status={word} " in line] for word in ("sent", "deferred")}
        for folder, word in zip(folders, lines):
            os.makedirs(folder)
            Days(folder, days_ago(20), (5000, 200) if word == "sent" else (50, 3000), lines[word])
        self.backfilled(os.path.dirname(folders[0]))
        first = sorted(name for name in os.listdir(self.out))[0]
        values = collections.Counter()
        with open(os.path.join(self.out, first), encoding="utf-8") as file:
            last = {}
            for line in file:
                if line.startswith("maillog_deliveries_total"):
                    last[line.rsplit(" ", 2)[0]] = line.rsplit(" ", 2)[1]
        for series, value in last.items():
            values[re.search(r'status="(\w+)"', series)[1]] += int(value)
        # The last sample of a file is that of 23:59.
        before = sum(86400 * i // 5000 < 86_340 for i in range(5000))
        self.assertEqual((values["sent"], values["deferred"]), (before, 50))

    def test_a_part_of_the_time(self):
        days = Days(self.folder, days_ago(20), LINES_OF, OF_MAILS)
        begin, end = (datetime.datetime.fromtimestamp(days.end_of(day), UTC).strftime("%Y-%m-%d") for day in (0, 2))
        self.backfilled(f"--from={begin}", f"--to={end}", days.log)
        records = [v for k, v in last_values(self.out).items() if k.startswith("maillog_records_total")]
        self.assertEqual(sum(map(float, records)), LINES_OF[1] + LINES_OF[2])

    def test_labels_are_those_that_prometheus_adds(self):
        days = Days(self.folder, days_ago(3), (50,))
        self.backfilled("--job=mail", "--instance=mx:9025", "--label=site=tokyo", "--source=log", days.log)
        values = last_values(self.out)
        added = 'job="mail",instance="mx:9025",site="tokyo"'
        self.assertEqual(values[f'maillog_records_total{{source="log",outcome="malformed",{added}}}'], "0")
        self.assertEqual([series for series in values if added not in series], [])

    def test_memory_does_not_grow_with_the_log(self):
        lines = [line for line in recorded() if "connect from" in line][:40]
        most = []
        for count in (4, 365 if LONG else 40):
            folder = os.path.join(self.folder, str(count))
            os.mkdir(folder)
            days = Days(folder, days_ago(count + 2), (400,) * count, lines)
            command = [PROGRAM, "backfill", "--step=300", f"--out={folder}/out", days.log]
            process = subprocess.Popen(command, stdout=subprocess.DEVNULL, env=IN_UTC)
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            self.assertEqual(process.returncode, 0)
            self.assertGreaterEqual(len(os.listdir(f"{folder}/out")), count)
            counted = [int(value) for series, value in last_values(f"{folder}/out").items() if series.startswith("maillog_records_total")]
            self.assertEqual(sum(counted), 400 * count)
            most.append(usage.ru_maxrss)
        self.assertLess(most[1], most[0] * 1.25)


class HandingOver(BackfillTest):
    def totals(self, text):
        """Counters of the log, without those of the program that reads it."""
        names = ("maillog_deliveries_total", "maillog_records_total", "maillog_queue_removed_total", "maillog_delivery_delay_seconds_count")
        return {name: sum(samples(text, name)) for name in names}

    @needs("prometheus")
    def test_counters_go_on_in_what_is_scraped(self):
        days = Days(self.folder, days_ago(len(LINES_OF)), LINES_OF, OF_MAILS[:200])
        port = free_port()
        commands = self.backfilled(f"--state.path={self.state}", f"--instance=127.0.0.1:{port}", days.log)
        # Before the exporter starts, the log grows, is rotated, and grows again.
        lines = OF_MAILS[:200] * 4
        now = datetime.datetime.now(UTC)
        added = "".join(f"{stamp(now)} {line}\n" for line in lines[:700])
        self.append(added, days.log)
        os.rename(days.log, days.log + ".0")
        os.rename(days.log + ".1", days.log + ".2")
        os.rename(days.log + ".0", days.log + ".1")
        self.append(added, days.log)
        exporter = self.start(f"--state.path={self.state}", f"--web.listen-address=127.0.0.1:{port}", days.log)
        self.append(added, days.log)
        everything = sum(LINES_OF) + 3 * 700
        wait_until(lambda: exporter.total("maillog_records_total") == everything, "the lines that were appended")
        paths = [days.log + ending for ending in (".3.gz", ".2.gz", ".2", ".1", "")]
        counted = run("count", *(path for path in paths if os.path.exists(path)), env=IN_UTC)[1]
        self.assertEqual(self.totals(exporter.scrape()), self.totals(counted))

        prometheus = self.prometheus(commands, port)
        wait_until(lambda: prometheus.query("sum(maillog_records_total)") == everything, "the scrape")
        for name in ("maillog_records_total", *(query for query in WORDS if days.truth[1][query])):
            self.assertEqual(prometheus.query(f"max(resets({name}[30d]))"), 0, name)
            self.assertEqual(prometheus.query(f"sum(last_over_time({name}[30d]))"), prometheus.query(f"sum({name})"), name)
        outcomes = prometheus.series("count by (outcome) (last_over_time(maillog_records_total[30d]))")
        self.assertEqual(set(outcomes.values()), {1.0}, "each series is one, before and after")
        # The history ends with what its logs have, and what is scraped goes on from there.
        since = days.end_of(len(LINES_OF) - 1)
        self.assertEqual(prometheus.query("max(max_over_time(maillog_records_total[30d]) - maillog_records_total)"), 0)
        self.assertEqual(prometheus.query("sum(last_over_time(maillog_records_total[1h]))", since), sum(LINES_OF))

    def test_after_a_kill_nothing_is_half_handed_over(self):
        days = Days(self.folder, days_ago(20), (500,) * 15, OF_MAILS[:60])
        command = [PROGRAM, "backfill", f"--out={self.out}", f"--state.path={self.state}", days.log]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, env=IN_UTC)
        try:
            wait_until(lambda: os.path.isdir(self.out) and any(name.endswith(".om") for name in os.listdir(self.out)), "a file")
            self.assertIsNone(process.poll(), "it has ended already")
        finally:
            process.kill()
            process.wait()
        for name in os.listdir(self.out):
            if name.endswith(".om"):
                with open(os.path.join(self.out, name), encoding="utf-8") as file:
                    self.assertTrue(file.read().endswith("\n# EOF\n"), name)
        status, _, err = self.backfill(f"--state.path={self.state}", days.log)
        self.assertEqual(status, 2)
        self.assertIn("of an earlier run: remove it, or name another directory", err)
        shutil.rmtree(self.out)
        self.backfilled(f"--state.path={self.state}", "--step=300", days.log)
        exporter = self.start(f"--state.path={self.state}", days.log)
        self.assertEqual(exporter.total("maillog_records_total"), 15 * 500)

    def test_of_several_logs_with_a_configuration(self):
        """One of them a directory with two logs."""
        folder = os.path.join(self.folder, "logs")
        first, second = (os.path.join(folder, name) for name in "ab")
        for path in (first, second):
            os.makedirs(path)
            Days(path, days_ago(10), (300, 200))
        days = Days(self.folder, days_ago(10), (400, 100))
        config = os.path.join(self.folder, "config.yml")
        with open(config, "w", encoding="ascii") as file:
            file.write(f"sources:\n  - {{name: both, path: {folder}}}\n  - {{name: one, path: {days.log}, labels: {{site: x}}}}\n")
        self.backfilled(f"--state.path={self.state}", f"--config.file={config}", "--step=300")
        line = f"{stamp(datetime.datetime.now(UTC))} {recorded()[0]}\n"
        for log in (f"{first}/mail.log", f"{second}/mail.log", days.log):
            self.append(line, log)
        exporter = self.start(f"--state.path={self.state}", f"--config.file={config}")
        wait_until(lambda: exporter.total("maillog_records_total") == 3 * 500 + 3, lambda: exporter.total("maillog_records_total"))
        self.assertEqual(exporter.total("maillog_records_total", source="one", site="x"), 501)


class Refusals(BackfillTest):
    def refused(self, *arguments, **process):
        status, out, err = self.backfill(*arguments, **process)
        self.assertEqual((status, out), (2, ""))
        self.assertEqual(err.count("\n"), 1, err)
        return err

    def test_of_a_state_that_is_there(self):
        days = Days(self.folder, days_ago(3), (50,))
        exporter = self.start(f"--state.path={self.state}", "--from-start", days.log)
        self.assertIn("another", self.refused(f"--state.path={self.state}", days.log))
        exporter.stop()
        self.assertIn("holds a state already", self.refused(f"--state.path={self.state}", days.log))
        self.assertFalse(os.path.exists(self.out))

    def test_of_words_that_do_not_fit_together(self):
        days = Days(self.folder, days_ago(3), (50, 50, 50))
        state = f"--state.path={self.state}"
        other = os.path.join(self.folder, "other.log")
        shutil.copy(days.log, other)
        for arguments, words in (
            ((state, "--to=yesterday", days.log), "--to and --state.path exclude each other"),
            ((state, days.log + ".2.gz"), "name that log as PATH"),
            ((days.log, other, "--archive=/elsewhere/*.gz"), "which of the logs is it of?"),
            ((days.log, other, "--source=x"), "--source names one log"),
            (("--step=7", days.log), "--step 7 is not a number of seconds from 1 to 300 that a day is divisible by"),
            (("--label=le=1", days.log), "the label le is one of the metrics' own"),
            (("--label=job=x", days.log), "the label job is given twice"),
            (("--label=x", days.log), "--label x is not a label and its value"),
            (("-",), "standard input has no archives"),
            (("journal:", "--archive=" + days.log), "journal: is no file, and has no archives"),
            ((self.folder + "/missing.log", state), "missing.log: No such file or directory"),
        ):
            with self.subTest(words=words):
                self.assertIn(words, self.refused(*arguments))
        status, _, err = run("backfill", days.log)
        self.assertEqual((status, err), (2, "maillog_exporter: backfill needs to know where its files go: --out DIRECTORY\n"))

    def test_of_a_damaged_archive(self):
        days = Days(self.folder, days_ago(5), (2000, 2000, 50))
        with open(days.log + ".2.gz", "r+b") as file:
            file.truncate(5000)
        self.assertIn("mail.log.2.gz", self.refused(f"--state.path={self.state}", days.log))
        with self.subTest("nothing is handed over"):
            shutil.rmtree(self.out)
            os.remove(days.log + ".2.gz")
            self.backfilled(f"--state.path={self.state}", days.log)

    def test_of_a_log_without_times(self):
        with open(self.log, "w", encoding="ascii") as file:
            file.write("mx postfix/qmgr[1]: 4DEF: removed\n" * 3)
        self.assertIn("there is no history", self.refused(self.log))

    def test_where_a_file_cannot_be_written_whole(self):
        days = Days(self.folder, days_ago(5), (2000, 2000))

        def little_room():
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (2_000_000, 2_000_000))

        err = self.refused(f"--state.path={self.state}", days.log, preexec_fn=little_room)
        self.assertRegex(err, r"/out/maillog-\d{4}-\d\d-\d\d\.om: File too large")
        self.assertEqual(os.listdir(self.out), [])


if __name__ == "__main__":
    unittest.main()
