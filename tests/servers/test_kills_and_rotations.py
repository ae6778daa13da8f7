"""Real servers over the ways of logging in which nothing may be lost: the exporter is killed again and again meanwhile, and
what it shows at the end is what was done."""

import glob
import os
import pathlib
import sys
import threading
import time
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

    def run_amid_kills(self, traffic_of, sources, rotate=bool):
        """Kills the exporter and rotates again and again meanwhile; what it shows when it has all lines. How often it rotated."""
        self.sources = sources
        self.start_exporter()
        with Meanwhile(self.kill_once_it_has_read_more) as kills, Meanwhile(rotate) as rotations:
            for number in range(1, ROUNDS + 1):
                traffic_of(number)
        print(f"measured: killed {kills.times} times, rotated {rotations.times} times, {len(self.host.lines())} lines")
        self.assertGreater(kills.times, ROUNDS)
        self.host.wait_until(lambda: sum(samples(self.exporter.scrape(), RECORDS)) == len(self.host.lines()), "all lines")
        page = self.exporter.scrape()
        for outcome in ("unknown", "malformed", "foreign"):
            self.assertEqual(sum(samples(page, RECORDS, outcome=outcome)), 0, outcome)
        for metric in ("maillog_source_lost_bytes_total", "maillog_source_gaps_total"):
            self.assertEqual(sum(samples(page, metric)), 0, metric)
        return page, rotations.times

    def test_the_journal(self):
        if not os.path.exists(mail_host.JOURNALD):
            self.skipTest("NOT RUN: no " + mail_host.JOURNALD)
        self.start_host(mail_host.start_journald, "journalctl")
        source, tally = "journal:" + mail_host.journal_of(self.host), traffic.Tally()
        page, _ = self.run_amid_kills(lambda number: traffic.Round(self.host, number, tally).run(), [source])
        self.assertEqual(figures.differences(page, ROUNDS, vars(tally)), [])

    def test_logs_of_their_own_that_are_rotated(self):
        """Postfix writes its log by postlogd, Dovecot its own; `postfix logrotate` renames and packs the one, the other is
        renamed and reopened as doveadm does."""
        self.start_host(None, "doveadm", "gzip")
        log, dovecot = (f"{self.host.folder}/log/{name}.log" for name in ("mail", "dovecot"))
        rotated_at = [""]

        def rotate():
            # The name of a rotated log has the second; and there has to be something to rotate.
            now = time.strftime("%H%M%S")
            if os.path.getsize(log) < 5000 or now == rotated_at[-1]:
                return False
            rotated_at.append(now)
            self.host.postfix("logrotate")
            os.rename(dovecot, f"{dovecot}.{len(rotated_at)}")
            self.host.run("doveadm", "-c", f"{self.host.folder}/etc/dovecot.conf", "log", "reopen")
            return True

        bulk = traffic.Bulk(self.host)
        page, rotations = self.run_amid_kills(lambda _: bulk.run(25), [log, dovecot], rotate)
        self.assertGreaterEqual(rotations, 3)
        self.assertEqual(len(glob.glob(log + ".*.gz")), rotations)
        for expected, metric, labels in (
            (bulk.recipients, "maillog_deliveries_total", {}),
            (bulk.recipients, "maillog_deliveries_total", {"agent": "lmtp", "status": "sent"}),
            (bulk.messages, "maillog_queue_removed_total", {}),
            (bulk.messages, "maillog_smtp_messages_total", {"listener": "reinject"}),
            (bulk.messages, "maillog_smtp_connections_total", {"listener": "reinject"}),
            (bulk.messages, "maillog_smtp_disconnections_total", {"listener": "reinject"}),
            (bulk.messages, "maillog_smtp_session_seconds_count", {"listener": "reinject"}),
            (ROUNDS, "maillog_mailbox_session_seconds_count", {"protocol": "pop3"}),
            (bulk.messages, "maillog_mails_total", {"outcome": "delivered"}),
            (bulk.recipients, "maillog_lda_actions_total", {"agent": "lmtp", "action": "saved"}),
            (bulk.retrieved, "maillog_pop3_retrieved_messages_total", {}),
            (bulk.retrieved_bytes, "maillog_pop3_retrieved_bytes_total", {}),
            (bulk.retrieved, "maillog_pop3_deleted_messages_total", {}),
            (rotations, "maillog_service_events_total", {"server": "postfix", "event": "reload"}),
        ):
            self.assertEqual(sum(samples(page, metric, **labels)), expected, f"{metric} {labels}")
        self.assertEqual((bulk.messages, bulk.retrieved), (25 * ROUNDS, 25 * ROUNDS))


if __name__ == "__main__":
    unittest.main()
