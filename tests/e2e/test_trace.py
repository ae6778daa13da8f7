"""`maillog_exporter trace`, on logs that real servers have written."""

import collections
import gzip
import json
import os
import pathlib
import re
import unittest

from exporter import ExporterTest, delivery, run
from test_terminal import Terminal

ROOT = pathlib.Path(__file__).resolve().parents[2]
CORPUS = ROOT / "tests/corpus"
SESSIONS = ["debian12/syslog", "debian12/journald", "current/syslog", "current/journald"]
UTC = {"env": {**os.environ, "TZ": "UTC"}}
QUEUE_ID = r"(?:[0-9A-F]{8,13}|[0-9B-DF-HJ-NP-TV-Zb-df-hj-np-tv-z]{12,16})"


def log_of(session):
    return CORPUS / session / "mail.log"


def traced(what, *arguments, **options):
    status, out, err = run("trace", "--json", what, *map(str, arguments), **options)
    assert err == "" or status == 1, err
    return [json.loads(line) for line in out.splitlines()]


class RecordedLogs(unittest.TestCase):
    def test_each_line_of_a_queue_id_is_in_its_stories(self):
        for session in SESSIONS:
            text = log_of(session).read_text(errors="replace")
            by_id = collections.defaultdict(list)
            for line in text.splitlines():
                found = re.search(rf" postfix\S*\[\d+\]: ({QUEUE_ID}): ", line)
                if found:
                    by_id[found[1]].append(line)
            for queue_id in sorted(by_id)[::60]:
                status, out, err = run("trace", "--lines", queue_id, str(log_of(session)))
                self.assertEqual((status, err), (0, ""), queue_id)
                lines = out.splitlines()
                self.assertEqual([line for line in by_id[queue_id] if line not in lines], [], queue_id)

    def test_a_filter_makes_one_mail_of_two_ids(self):
        found = 0
        for session in SESSIONS:
            text = log_of(session).read_text(errors="replace")
            pairs = re.findall(rf": ({QUEUE_ID}): client=\S+, orig_queue_id=({QUEUE_ID}),", text)
            found += len(pairs)
            for after, before in pairs[:6]:
                first, second = (traced(queue_id, log_of(session)) for queue_id in (before, after))
                self.assertEqual(first, second)
                self.assertEqual(len(first), 1)
                ids = [mail["queue_id"] for mail in first[0]["mails"] if not mail["notice"]]
                self.assertEqual(ids[:2], [before, after])
                self.assertEqual(sum(first[0]["recipients"].values()), 2 * first[0]["recipients"]["all"])
        self.assertGreater(found, 3)

    def test_accepted_mail_is_found_and_refused_mail_was_refused(self):
        """The driver of the recording noted what the servers answered: `queued as` for what they took."""
        for session in SESSIONS:
            truth = json.loads((CORPUS / session / "TRUTH.json").read_text())["independent"]
            self.assertGreater(len(truth), 0)
            stories = traced("@", log_of(session))
            ids = [mail["queue_id"] for story in stories for mail in story["mails"] if mail["queue_id"]]
            self.assertEqual(len(ids), len(set(ids)), "a mail is in one story only")
            text = log_of(session).read_text(errors="replace")
            removed = set(re.findall(rf"qmgr\[\d+\]: ({QUEUE_ID}): removed", text))
            self.assertEqual(removed - set(ids), set())

    def test_outcomes_are_those_of_the_last_attempts(self):
        """By a reading of the log of its own: each recipient's last status, filters and notices apart."""
        for session in SESSIONS:
            last = {}
            for line in log_of(session).read_text(errors="replace").splitlines():
                found = re.search(rf" (postfix\S*?)/\S+\[\d+\]: ({QUEUE_ID}): to=(<[^>]*>)(?:, orig_to=(<[^>]*>))?, .*?, status=(\w+) ", line)
                if found:
                    last[found.groups()[:4]] = found[5]
            shown = {}
            for story in traced("@", log_of(session)):
                for mail in story["mails"]:
                    for recipient in mail["recipients"]:
                        if "attempts" not in recipient:
                            continue
                        orig_to = f"<{recipient['orig_to']}>" if "orig_to" in recipient else None
                        shown[mail["syslog_name"], mail["queue_id"], f"<{recipient['to']}>", orig_to] = recipient["status"]
            self.assertGreater(len(last), 100)
            unlike = {key: (status, shown.get(key)) for key, status in last.items() if shown.get(key) != status}
            self.assertEqual(unlike, {}, session)

    def test_a_mail_is_told_to_its_mailbox(self):
        log = log_of("debian12/syslog")
        status, out, err = run("trace", "4B94D1B2CE8", str(log), **UTC)
        self.assertEqual((status, err), (0, ""))
        lines = out.splitlines()
        self.assertEqual(lines[0], "4B94D1B2CE8  from <x=y14@sender2.example>, client c1.clients.example[198.51.100.1], 1.9 kB, "
                                   "message-id <2d38f343.595873@sender2.example>")
        self.assertIn("lmtp(user9@lab.example)<1132><0IkfEy/SAWtsBAAAbw8qlA:R3>: msgid=", out)
        self.assertEqual(lines[-1], "  = delivered to 3 of 3 recipients in 0.07 s; "
                                    "marked as read by user9@lab.example, user3@lab.example")

    def test_other_forms_tell_the_same(self):
        text = (CORPUS / "debian12/journald/journal_part.log").read_text()
        queue_id = re.search(rf"qmgr\[\d+\]: ({QUEUE_ID}): removed", text)[1]
        cri = "".join(f"2026-11-21T17:17:35.000000000Z stdout F {line}\n" for line in text.splitlines())
        docker = "".join(json.dumps({"log": line + "\n", "stream": "stdout", "time": "2026-11-21T17:17:35Z"}) + "\n"
                         for line in text.splitlines())
        told = [traced(queue_id, "-", stdin=form.encode()) for form in (text, cri, docker)]
        for stories in told:
            self.assertEqual(stories[0]["mails"], told[0][0]["mails"])
            self.assertEqual(stories[0]["lines"], told[0][0]["lines"])
            self.assertEqual(len(stories), 1)


class Traces(ExporterTest):
    MAIL = (
        "2026-04-23T10:00:00+00:00 mx postfix/smtpd[1]: 0A10000000: client=c.example[192.0.2.9]\n"
        "2026-04-23T10:00:00+00:00 mx postfix/cleanup[1]: 0A10000000: message-id=<m@example.com>\n"
        "2026-04-23T10:00:00+00:00 mx postfix/qmgr[1]: 0A10000000: from=<a@example.com>, size=10, nrcpt=1 (queue active)\n"
    )
    END = delivery("0A1").replace("Apr 23 12:31:16", "2026-04-23T10:00:01+00:00") + (
        "2026-04-23T10:00:01+00:00 mx postfix/qmgr[1]: 0A10000000: removed\n"
    )

    def test_statuses_are_those_of_grep(self):
        self.append(self.MAIL + self.END)
        self.assertEqual(run("trace", "0A10000000", self.log)[0], 0)
        status, out, err = run("trace", "0B10000000", self.log)
        self.assertEqual((status, out), (1, ""))
        self.assertEqual(err, "maillog_exporter: the log says nothing of 0B10000000\n")
        self.assertEqual(run("trace", "0A10000000", self.log + ".none")[0], 2)
        self.assertEqual(run("trace")[0], 2)
        self.assertEqual(run("trace", "--json", "--lines", "x", self.log)[0], 2)

    def test_a_log_alone_is_not_what_to_look_for(self):
        self.append(delivery("0A10000000"))
        status, out, err = run("trace", self.log)
        self.assertEqual((status, out), (2, ""))
        self.assertIn(f"{self.log} is a file; trace needs to know what, and then the log", err)

    def test_rotated_and_packed_files(self):
        self.append(self.END)
        with gzip.open(self.log + ".2.gz", "wb") as old:
            old.write(self.MAIL.encode())
        self.append("", self.log + ".1")
        os.utime(self.log + ".2.gz", (1776938400, 1776938400))
        whole = run("trace", "--lines", "--rotated", "0A10000000", self.log)
        self.assertEqual(whole, (0, self.MAIL + self.END, ""))
        self.assertEqual(run("trace", "--lines", "0A10000000", self.log)[1], self.END)
        self.assertIn("its beginning is not in the log", run("trace", "0A10000000", self.log)[1])
        both = run("trace", "--lines", "0A10000000", self.log + ".2.gz", self.log)
        self.assertEqual(both[1], self.MAIL + self.END)

    def test_standard_input_and_pipes(self):
        text = self.MAIL + self.END
        self.assertEqual(run("trace", "--lines", "m@example.com", "-", stdin=text.encode())[1], text)

    def test_a_heading_has_nothing_of_notices(self):
        """A sender may leave the message id empty; the notice about the mail has one."""
        lines = ["smtpd[1]: AAAAAAAAAA: client=c[192.0.2.1]", "cleanup[1]: AAAAAAAAAA: message-id=<>",
                 "qmgr[1]: AAAAAAAAAA: from=<a@example.com>, size=10, nrcpt=1 (queue active)",
                 "cleanup[1]: BBBBBBBBBB: message-id=<notice@mx1>",
                 "bounce[1]: AAAAAAAAAA: sender non-delivery notification: BBBBBBBBBB",
                 "qmgr[1]: BBBBBBBBBB: from=<>, size=2000, nrcpt=1 (queue active)"]
        lines = [f"Nov 21 10:00:00 mx1 postfix/{line}\n" for line in lines]
        self.append("".join(lines[3:]))
        heading = run("trace", "BBBBBBBBBB", self.log)[1].splitlines()[0]
        self.assertIn("message-id <notice@mx1>", heading)
        self.append("".join(lines), self.log + ".whole")
        heading = run("trace", "AAAAAAAAAA", self.log + ".whole")[1].splitlines()[0]
        self.assertEqual(heading, "AAAAAAAAAA, notice BBBBBBBBBB  from <a@example.com>, client c[192.0.2.1], 10 bytes")

    def test_message_ids_and_addresses(self):
        self.append(self.MAIL + self.END)
        for what in ("m@example.com", "<m@example.com>", "A@EXAMPLE", "user@example.com", "<user@example.com>"):
            self.assertEqual(len(traced(what, self.log)), 1, what)
        for what in ("<example.com>", "m@example.co", "nobody"):
            self.assertEqual(traced(what, self.log), [], what)

    def test_a_part_of_the_log(self):
        self.append(self.MAIL + self.END)
        out = run("trace", "--lines", "--since=2026-04-23T10:00:01Z", "0A10000000", self.log)[1]
        self.assertEqual(out, self.END)

    def test_a_log_gives_no_commands_and_no_broken_json(self):
        hostile = (
            b"2026-04-23T10:00:00+00:00 mx postfix/qmgr[1]: 0A10000000: from=<\x1b]0;x\x07\xff\"a@example.com>, size=1, nrcpt=1 (queue active)\n"
            b"2026-04-23T10:00:00+00:00 mx postfix/smtp[1]: 0A10000000: to=<b\x9b@example.com>, relay=none, delay=1, delays=1/0/0/0, "
            b"dsn=5.0.0, status=bounced (\x1b[2J \xc2\x9b queued as 0A10000000)\n"
        )
        self.append(hostile)
        for what in ("0A10000000", "example.com"):
            out = run("trace", what, self.log)[1]
            self.assertNotIn("\x1b", out)
            self.assertNotIn("\x9b", out)
            self.assertIn("\\x1b]0;x\\x07\\xff", out)
            stories = traced(what, self.log)
            self.assertEqual([story["outcome"] for story in stories], ["bounced"])
        self.assertIn("\x1b]0;x\x07", run("trace", "--lines", "0A10000000", self.log)[1], "as it is in the log")
        terminal = Terminal("trace", "--lines", "0A10000000", self.log)
        self.addCleanup(terminal.end)
        self.assertNotIn("\x1b", terminal.read_until(""))

    def test_colour_on_a_terminal_only(self):
        self.append(self.MAIL + self.END)
        shown = []
        for environment in ({}, {"NO_COLOR": "1"}):
            terminal = Terminal("trace", "0A10000000", self.log, **environment)
            self.addCleanup(terminal.end)
            shown.append(terminal.read_until(""))
        self.assertIn("\x1b[1m0A10000000\x1b[0m", shown[0])
        self.assertNotIn("\x1b", shown[1])
        self.assertNotIn("\x1b", run("trace", "0A10000000", self.log)[1])

    def test_what_an_answer_claims_links_no_mail_of_others(self):
        self.append(self.MAIL + self.END)
        self.append(self.MAIL.replace("0A10000000", "0B10000000").replace("m@", "n@"))
        self.append(delivery("0B1").replace("Apr 23 12:31:16", "2026-04-23T10:00:09+00:00").replace("reply)", "Ok: queued as 0A10000000)"))
        stories = traced("0B10000000", self.log)
        self.assertEqual([[mail["queue_id"] for mail in story["mails"]] for story in stories], [["0B10000000"]])


if __name__ == "__main__":
    unittest.main()
