"""Mails in the queues of two real Postfix: what the log says of them is what `postqueue -j` lists, by instance and state, whatever
the administrator does to them."""

import collections
import datetime
import json
import os
import pathlib
import re
import sys
import threading
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "e2e"))

import mail_host  # noqa: E402
import remote  # noqa: E402
import traffic  # noqa: E402
from exporter import Exporter, samples  # noqa: E402
from laboratory import PATIENCE  # noqa: E402

INSTANCES = ("postfix", "postfix-out")
STATES = ("active", "deferred", "hold")
SLOW = "192.0.2.15"
NOT_HERE = mail_host.why_not("rsyslogd")


def former_lines(hours=3, mails=8):
    """The lives of mails so long ago that whoever reads on from there knows the queue: it was empty."""
    stamp = (datetime.datetime.now().astimezone() - datetime.timedelta(hours=hours)).isoformat(timespec="microseconds")
    lines = []
    for number in range(mails):
        of_mail = f"{stamp} mx postfix/qmgr[7]: {number:010X}:"
        lines += [f"{of_mail} from=<a@lab.example>, size=1, nrcpt=1 (queue active)\n", f"{of_mail} removed\n"]
    return "".join(lines)


class Slow:
    """A reply to the end of a mail that comes when it is let go."""

    def __init__(self):
        self.asked, self.free = threading.Semaphore(0), threading.Event()

    def __call__(self, _):
        self.asked.release()
        self.free.wait(PATIENCE)
        return "250 2.0.0 Ok"


@unittest.skipIf(NOT_HERE, "NOT RUN: " + NOT_HERE)
class WaitingMails(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.host = mail_host.MailHost(cls.start_rsyslog_with_a_past)
        cls.addClassCleanup(cls.host.close)
        cls.slow = Slow()
        cls.host.remotes["slow.example"] = remote.SmtpServer(cls.host, SLOW, replies={"RCPT": cls.slow})
        cls.host.add_instance("postfix-out", 10027)
        cls.exporter = Exporter("--from-start", f"{cls.host.folder}/log/mail.log")
        cls.addClassCleanup(cls.exporter.kill)
        cls.addClassCleanup(cls.slow.free.set)

    @staticmethod
    def start_rsyslog_with_a_past(host):
        host.write("log/mail.log", former_lines())
        mail_host.start_rsyslog(host)

    def send(self, port, *recipients):
        """One mail to them; its queue id."""

        def send():
            with traffic.smtplib.SMTP("127.0.0.1", port, timeout=PATIENCE) as client:
                client.ehlo()
                client.mail("alice@lab.example")
                for recipient in recipients:
                    self.assertEqual(client.rcpt(recipient)[0], 250)
                return re.search(r"queued as (\w+)", client.data(traffic.mail("waiting"))[1].decode())[1]

        return self.host.inside(send)

    def in_queues(self):
        """(instance, state) -> how many, by Postfix."""
        listed = collections.Counter()
        for instance in INSTANCES:
            for line in self.host.tool_of(instance, "postqueue", "-j").splitlines():
                listed[instance, json.loads(line)["queue_name"]] += 1
        return listed

    def shown(self):
        page = self.exporter.scrape()
        shown = collections.Counter()
        for instance in INSTANCES:
            for state in STATES:
                shown[instance, state] = sum(samples(page, "maillog_mails_waiting", syslog_name=instance, state=state))
        return shown

    def expect(self, **wanted):
        """`STATE=n`, `out_STATE=n`: in the queue, and the exporter says so once it has all lines; nothing else is there."""
        expected = collections.Counter()
        for name, count in wanted.items():
            of_out, _, state = name.rpartition("_")
            expected["postfix-out" if of_out else "postfix", state] = count
        seen = []

        def is_so():
            seen[:] = [self.in_queues(), self.shown()]
            return seen == [expected, expected] and self.has_all_lines() and self.in_queues() == expected

        try:
            self.host.wait_until(is_so, "the queues and what is shown")
        except AssertionError as fault:
            self.fail(f"expected {expected}\nin the queues {seen[0]}\nshown {seen[1]}\n{fault}")

    def has_all_lines(self):
        return sum(samples(self.exporter.scrape(), "maillog_records_total")) == len(self.host.lines())

    def attempts(self):
        return sum(" status=deferred " in line for line in self.host.lines())

    def flush(self, attempts, instance="postfix"):
        """Until so many more have failed."""
        before = self.attempts()
        self.host.tool_of(instance, "postqueue", "-f")
        self.host.wait_until(lambda: self.attempts() >= before + attempts, f"{attempts} more attempts")

    def postsuper(self, option, *ids, instance="postfix"):
        self.host.tool_of(instance, "postsuper", option, "-", stdin="".join(f"{one}\n" for one in ids).encode())

    def test_they_are_those_in_the_queues(self):
        traffic.Round(self.host, 1, traffic.Tally()).run()
        self.expect()

        # Put off; tried by the other instance; kept busy by a server that does not answer.
        first, second, third = (self.send(10026, f"{name}@silent.example", "alice@lab.example") for name in "abc")
        out = [self.send(10027, f"{name}@silent.example") for name in "abcd"]
        self.expect(deferred=3, out_deferred=4)
        active = self.send(10026, "a@slow.example")
        self.assertTrue(self.slow.asked.acquire(timeout=PATIENCE))
        self.expect(deferred=3, active=1, out_deferred=4)

        # On hold; one is requeued, and put off again under another id.
        self.postsuper("-h", first, second)
        self.postsuper("-h", *out[:3], instance="postfix-out")
        self.expect(deferred=1, hold=2, active=1, out_deferred=1, out_hold=3)
        self.postsuper("-H", second)
        self.postsuper("-d", first)
        self.postsuper("-d", out[0], instance="postfix-out")
        self.flush(2)
        self.expect(deferred=2, active=1, out_deferred=1, out_hold=2)
        self.postsuper("-r", third)
        self.flush(2)
        self.expect(deferred=2, active=1, out_deferred=1, out_hold=2)

        # All at once: then the log has only the number.
        self.slow.free.set()
        self.expect(deferred=2, out_deferred=1, out_hold=2)
        self.assertNotIn(active, self.host.postfix_tool("postqueue", "-j"))
        self.host.postfix_tool("postsuper", "-h", "ALL")
        self.expect(hold=2, out_deferred=1, out_hold=2)
        self.host.tool_of("postfix-out", "postsuper", "-d", "ALL", "deferred")
        self.expect(hold=2, out_hold=2)
        self.host.postfix_tool("postsuper", "-H", "ALL")
        self.flush(2)
        self.expect(deferred=2, out_hold=2)
        self.host.postfix_tool("postsuper", "-d", "ALL")
        self.expect(out_hold=2)
        self.postsuper("-d", out[1], instance="postfix-out")
        self.host.tool_of("postfix-out", "postsuper", "-d", "ALL", "hold")
        self.expect()


if __name__ == "__main__":
    unittest.main()
