"""Who does most, without saying who, and how long sessions are: in a live log, over kills."""

import datetime
import glob
import os
import unittest

from exporter import ExporterTest, wait_until

SESSIONS = "maillog_smtp_session_seconds_count"


def stamp(seconds_ago=0):
    moment = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(seconds=seconds_ago)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%f+00:00")


def failure(client, user, ago=0):
    return (f"{stamp(ago)} mx dovecot: imap-login: Disconnected (auth failed, 1 attempts in 2 secs): user=<{user}>, "
            f"method=PLAIN, rip={client}, lip=192.0.2.1, session=<abcdefgh>\n")


def begun(queue_id, user):
    return (f"{stamp()} mx postfix/submission/smtpd[7]: {queue_id}: client=c.example[203.0.113.99], sasl_method=PLAIN, "
            f"sasl_username={user}\n")


def queued(queue_id, recipients):
    return f"{stamp()} mx postfix/qmgr[8]: {queue_id}: from=<a@example.com>, size=9, nrcpt={recipients} (queue active)\n"


def connect(pid):
    return f"{stamp()} mx postfix/smtpd[{pid}]: connect from c.example[203.0.113.99]\n"


def disconnect(pid):
    return f"{stamp()} mx postfix/smtpd[{pid}]: disconnect from c.example[203.0.113.99] quit=1 commands=1\n"


class Activity(ExporterTest):
    def arguments(self):
        return [f"--state.path={os.path.join(self.folder, 'state')}", "--from-start", self.log]

    def test_figures_and_sessions_go_on_after_a_kill(self):
        self.append("".join(failure(f"198.51.100.{i % 4}", f"victim{i % 3}") for i in range(12)))
        self.append(failure("198.51.100.200", "victim9", ago=3 * 3600))
        self.append(begun("5F1B2C3D01", "annabella") + queued("5F1B2C3D01", 30))
        # the first lines of a mail and of a session
        self.append(begun("5F1B2C3D02", "annabella") + connect(11))
        exporter = self.start(*self.arguments())
        wait_until(lambda: exporter.total("maillog_smtp_connections_total") == 1, "all lines")
        seen = {
            ("maillog_auth_failed_clients", "1h"): 4, ("maillog_auth_failed_clients", "24h"): 5,
            ("maillog_auth_failed_users", "1h"): 3, ("maillog_auth_failed_users", "24h"): 4,
            ("maillog_top_auth_failures", "1h"): 3, ("maillog_top_auth_failures", "24h"): 3,
        }
        for (name, window), value in seen.items():
            shown = exporter.total(name, window=window)
            # Of so few, two are counted as one with every hundredth salt.
            self.assertIn(shown, (value, value - 1) if "failed" in name else (value,), name)
            seen[name, window] = shown
        self.assertEqual(exporter.total("maillog_top_sender_recipients", sender="user", window="1h"), 30)
        exporter.kill()
        self.append(queued("5F1B2C3D02", 12) + disconnect(11) + failure("198.51.100.0", "victim0"))
        exporter = self.start(*self.arguments())
        wait_until(lambda: exporter.total(SESSIONS) == 1, "the end of the session")
        self.assertEqual(exporter.total("maillog_top_sender_recipients", sender="user", window="1h"), 42)
        clients = ("maillog_auth_failed_clients", "1h")
        self.assertEqual(exporter.total(clients[0], window=clients[1]), seen[clients], "the same client")
        self.assertEqual(exporter.total("maillog_top_auth_failures", window="1h"), 4)
        exporter.stop()
        files = glob.glob(os.path.join(self.folder, "state", "*"))
        self.assertTrue(files)
        for path in files:
            with open(path, "rb") as file:
                content = file.read()
            for text in (b"victim", b"annabella", b"198.51", b"203.0.113", b"5F1B2C3D"):
                self.assertNotIn(text, content, path)

    def test_what_is_over_is_0_though_nothing_is_written(self):
        self.append(failure("198.51.100.1", "ann", ago=2 * 3600))
        exporter = self.start(*self.arguments())
        wait_until(lambda: exporter.total("maillog_auth_failed_clients", window="24h") == 1, "the line")
        self.assertEqual(exporter.total("maillog_auth_failed_clients", window="1h"), 0)


if __name__ == "__main__":
    unittest.main()
