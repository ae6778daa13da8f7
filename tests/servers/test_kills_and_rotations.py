"""Real servers over the ways of logging in which nothing may be lost: the exporter is killed again and again meanwhile, and
what it shows at the end is what was done."""

import glob
import os
import pathlib
import sys
import threading
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "e2e"))

import figures  # noqa: E402
import mail_host  # noqa: E402
import traffic  # noqa: E402
from exporter import Exporter, samples  # noqa: E402

ROUNDS = 5
RECORDS = "maillog_records_total"


class Meanwhile:
    """Calls it again and again in a thread until the block ends; a fault there is a fault of the block. `what` returns whether
    it did anything; `times` counts that."""

    def __init__(self, what):
        self._what, self._end, self.times, self._fault = what, threading.Event(), 0, None

    def _run(self):
        try:
            while not self._end.wait(0.05):
                self.times += bool(self._what())
        except BaseException as fault:  # pylint: disable=broad-except
            self._fault = fault

    def __enter__(self):
        self._thread = threading.Thread(target=self._run)
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._end.set()
        self._thread.join()
        if self._fault:
            raise self._fault


@unittest.skipUnless(os.environ.get("MAILLOG_LONG") == "yes", "NOT RUN: needs --all")
class KillsAndRotations(unittest.TestCase):
    def start_host(self, start_syslog, *programs):
        reason = mail_host.why_not(*programs)
        if reason:
            self.skipTest("NOT RUN: " + reason)
        self.host = mail_host.MailHost(start_syslog)
        self.addCleanup(self.host.close)

    def start_exporter(self):
        self.exporter = Exporter(f"--state.path={self.host.folder}/state", "--from-start", *self.sources)
        self.addCleanup(self.exporter.kill)
        self.at_start = None

    def kill_once_it_has_read_more(self):
        """After at least a commit with new lines, and in the middle of whatever it does then."""
        records = sum(samples(self.exporter.scrape(), RECORDS))
        if self.at_start is None:
            self.at_start = records
        if records < self.at_start + 10:
            return False
        self.exporter.kill()
        self.start_exporter()
        return True

    def run_rounds(self, *sources, rotate=None, count_lines=None, more=lambda: {}):
        """`rotate` is called meanwhile, if given; `count_lines` says how many lines there are in all, and `more` what there is
        beyond the figures of the rounds."""
        self.sources = sources
        self.start_exporter()
        tally = traffic.Tally()
        with Meanwhile(self.kill_once_it_has_read_more) as kills, Meanwhile(rotate or bool) as rotations:
            for number in range(1, ROUNDS + 1):
                traffic.Round(self.host, number, tally).run()
        print(f"measured: killed {kills.times} times, rotated {rotations.times} times, {count_lines()} lines")
        self.assertGreater(kills.times, ROUNDS)
        self.host.wait_until(lambda: sum(samples(self.exporter.scrape(), RECORDS)) == count_lines(), "all lines")
        page = self.exporter.scrape()
        self.assertEqual(figures.differences(page, ROUNDS, vars(tally), more()), [])
        for outcome in ("unknown", "malformed", "foreign"):
            self.assertEqual(sum(samples(page, RECORDS, outcome=outcome)), 0, outcome)
        for metric in ("maillog_source_lost_bytes_total", "maillog_source_gaps_total"):
            self.assertEqual(sum(samples(page, metric)), 0, metric)
        return rotations.times

    def test_the_journal(self):
        if not os.path.exists(mail_host.JOURNALD):
            self.skipTest("NOT RUN: no " + mail_host.JOURNALD)
        self.start_host(mail_host.start_journald, "journalctl")
        journal = mail_host.journal_of(self.host)

        def entries():
            return len(self.host.run("journalctl", f"--directory={journal}", "--facility=mail", "-o", "cat", "--output-fields=_PID", "-q").splitlines())

        self.run_rounds("journal:" + journal, count_lines=entries)

    def test_logs_of_their_own_that_are_rotated(self):
        """Postfix writes its log by postlogd, Dovecot its own; `postfix logrotate` renames and packs the one, the other is
        renamed and reopened as doveadm does."""
        self.start_host(None, "doveadm", "gzip")
        log, dovecot = (f"{self.host.folder}/log/{name}.log" for name in ("mail", "dovecot"))
        sizes_at_rotation = {}

        def rotate():
            # The name of a rotated log has the second, and there is something to rotate only after some lines.
            if os.path.getsize(log) < 5000 or self.host.run("date", "+%s") == sizes_at_rotation.get("second"):
                return False
            sizes_at_rotation["second"] = self.host.run("date", "+%s")
            self.host.postfix("logrotate")
            os.rename(dovecot, f"{dovecot}.{len(glob.glob(dovecot + '.*')) + 1}")
            self.host.run("doveadm", "-c", f"{self.host.folder}/etc/dovecot.conf", "log", "reopen")
            return True

        reload = frozenset({"server": "postfix", "daemon": "master", "event": "reload"}.items())
        rotated = self.run_rounds(
            log, dovecot, rotate=rotate, count_lines=lambda: len(self.host.lines()),
            more=lambda: {("maillog_service_events_total", reload): len(glob.glob(log + ".2*"))},
        )
        self.assertGreaterEqual(rotated, 3)


if __name__ == "__main__":
    unittest.main()
