"""The rules for fleets: promtool takes them, and what they record of all hosts is the sum of the hosts."""

import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

import promtool

FLEET = promtool.ROOT / "prometheus" / "fleet.yml"
DOCUMENTS = [promtool.ROOT / "docs" / name for name in ("fleet.md", "fleet.ja.md")]
HOUR = 60  # steps of a minute

# By host, how many more there are each minute.
SENT = {"mx1": 6, "mx2": 1, "mx3": 20}
DEFERRED = {"mx1": 2, "mx2": 0, "mx3": 1}
BOUNCED_MAILS = {"mx1": 1, "mx2": 0, "mx3": 2}
DELIVERY = 'server="postfix", syslog_name="postfix", status="{status}", next_hop="remote"'


def series():
    """What three hosts show for an hour and a half."""
    lines = []

    def add(name, labels, rise):
        lines.append({"series": f"{name}{{{labels}}}", "values": promtool.counter((rise, 91))})

    for host in SENT:
        where = f'job="maillog", instance="{host}"'
        for name in ("maillog_source_up", "maillog_source_caught_up"):
            value = 0 if (host, name) == ("mx3", "maillog_source_caught_up") else 1
            lines.append({"series": f'{name}{{{where}, source="/var/log/mail.log"}}', "values": promtool.gauge((value, 91))})
        for status, rises in (("sent", SENT), ("deferred", DEFERRED)):
            add("maillog_deliveries_total", f"{where}, {DELIVERY.format(status=status)}", rises[host])
        for le, rise in (("1", SENT[host] // 2), ("10", SENT[host]), ("+Inf", SENT[host])):
            add("maillog_delivery_delay_seconds_bucket", f'{where}, {DELIVERY.format(status="sent")}, le="{le}"', rise)
        add("maillog_smtp_rejects_total", f'{where}, server="postfix", reason="relay"', SENT[host])
        add("maillog_delivery_reasons_total", f'{where}, server="postfix", status="deferred", reason="timeout"', DEFERRED[host])
        for outcome, rises in (("delivered", SENT), ("bounced", BOUNCED_MAILS)):
            add("maillog_mails_total", f'{where}, server="postfix", syslog_name="postfix", direction="outgoing", outcome="{outcome}"', rises[host])
        for le, rise in (("60", SENT[host] // 2), ("300", SENT[host]), ("+Inf", SENT[host])):
            add("maillog_mail_seconds_bucket", f'{where}, direction="outgoing", outcome="delivered", le="{le}"', rise)
        add("maillog_mail_recipients_sum", f'{where}, direction="outgoing"', 3 * SENT[host])
        for name, labels in {
            "maillog_queue_messages": 'server="postfix", queue="deferred"',
            "maillog_mails_waiting": 'source="/var/log/mail.log", syslog_name="postfix", state="deferred"',
            "maillog_auth_failed_clients": 'source="/var/log/mail.log", window="1h"',
            "maillog_top_auth_failures": 'source="/var/log/mail.log", window="1h"',
            "maillog_top_sender_recipients": 'source="/var/log/mail.log", sender="user", window="1h"',
        }.items():
            lines.append({"series": f"{name}{{{where}, {labels}}}", "values": promtool.gauge((SENT[host], 91))})
    return lines


def expected(expression, *values):
    return {"expr": expression, "eval_time": "90m", "exp_samples": [{"labels": labels, "value": value} for labels, value in values]}


@unittest.skipUnless(shutil.which("promtool"), "no promtool on this machine")
class FleetTest(unittest.TestCase):
    def test_promtool_takes_the_rules(self):
        done = subprocess.run(["promtool", "check", "rules", FLEET], capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def run_rules(self, *checks):
        with tempfile.TemporaryDirectory() as folder:
            test = {"interval": "1m", "input_series": series(), "promql_expr_test": list(checks)}
            said = promtool.run(folder, [test], "1m", (str(promtool.RULES), str(FLEET)))
            self.assertEqual(said, "")

    def test_a_recorded_series_is_the_sum_of_the_hosts(self):
        server = 'job="maillog", server="postfix"'
        sent, deferred = sum(SENT.values()) * HOUR, sum(DEFERRED.values()) * HOUR
        name = "job_server_status:maillog_deliveries:increase1h"
        self.run_rules(
            expected("job:maillog_hosts:count", ('job:maillog_hosts:count{job="maillog"}', 3)),
            expected("job:maillog_hosts_caught_up:count", ('job:maillog_hosts_caught_up:count{job="maillog"}', 2)),
            expected(name, (f'{name}{{{server}, status="sent"}}', sent), (f'{name}{{{server}, status="deferred"}}', deferred)),
            # The same from the counters themselves.
            expected(f'sum by (status) (increase(maillog_deliveries_total[1h])) - on (status) {name}',
                     ('{status="sent"}', 0), ('{status="deferred"}', 0)),
            expected("job_server:maillog_deferred:ratio1h",
                     (f"job_server:maillog_deferred:ratio1h{{{server}}}", deferred / (sent + deferred))),
            expected("job_server:maillog_smtp_rejects:increase15m",
                     (f"job_server:maillog_smtp_rejects:increase15m{{{server}}}", sum(SENT.values()) * 15)),
            expected("job_server:maillog_queue_messages:sum",
                     (f"job_server:maillog_queue_messages:sum{{{server}}}", sum(SENT.values()))),
            expected("job_server_reason:maillog_delivery_reasons:increase1h",
                     (f'job_server_reason:maillog_delivery_reasons:increase1h{{{server}, reason="timeout"}}', deferred)),
            expected("job_server:maillog_delivery_delay_seconds:p95_1h > bool 1 < bool 10", (f"{{{server}}}", 1)),
        )

    def test_whole_mails_are_added_up_too(self):
        job, outgoing = 'job="maillog"', 'job="maillog", direction="outgoing"'
        sent, bounced = sum(SENT.values()) * HOUR, sum(BOUNCED_MAILS.values()) * HOUR
        name = "job_direction_outcome:maillog_mails:increase1h"
        self.run_rules(
            expected(name, (f'{name}{{{outgoing}, outcome="delivered"}}', sent), (f'{name}{{{outgoing}, outcome="bounced"}}', bounced)),
            expected("job:maillog_outgoing_failed:ratio1h", (f"job:maillog_outgoing_failed:ratio1h{{{job}}}", bounced / (sent + bounced))),
            expected("job:maillog_outgoing_recipients:increase1h", (f"job:maillog_outgoing_recipients:increase1h{{{job}}}", 3 * sent)),
            expected("job:maillog_mails_waiting:sum", (f"job:maillog_mails_waiting:sum{{{job}}}", sum(SENT.values()))),
            expected("job_direction_le:maillog_mail_seconds:increase1h",
                     *((f'job_direction_le:maillog_mail_seconds:increase1h{{{outgoing}, le="{le}"}}', value)
                       for le, value in (("60", sum(rise // 2 for rise in SENT.values()) * HOUR), ("300", sent), ("+Inf", sent)))),
            expected("job_direction:maillog_mail_seconds:p95_1h > bool 60 < bool 300", (f"{{{outgoing}}}", 1)),
        )

    def test_of_what_cannot_be_added_up_the_most_is_recorded(self):
        most = max(SENT.values())
        sender = "job_sender:maillog_top_sender_recipients:max1h"
        self.run_rules(
            *(expected(name, (f'{name}{{job="maillog"}}', most)) for name in ("job:maillog_auth_failed_clients:max1h", "job:maillog_top_auth_failures:max1h")),
            expected(sender, (f'{sender}{{job="maillog", sender="user"}}', most)),
        )

    def test_every_rule_is_based_on_what_is_there(self):
        """On a recorded series of rules.yml or of its own, or on a metric; and no host is left in what it records."""
        recorded = set(promtool.rules()) | set(re.findall(r"- record: (\S+)", FLEET.read_text(encoding="utf-8")))
        reference = (promtool.ROOT / "METRICS.md").read_text(encoding="utf-8")
        for name in re.findall(r"(?<!record: )\b\w+:\w+:\w+|\bmaillog_\w+(?=[\[{)])", FLEET.read_text(encoding="utf-8")):
            with self.subTest(name):
                self.assertTrue(name in recorded or re.sub("_bucket$", "", name) in reference)

    def test_the_documents_name_the_rules_that_are_there(self):
        recorded = set(re.findall(r"- record: (\S+)", FLEET.read_text(encoding="utf-8"))) | set(promtool.rules())
        for path in DOCUMENTS:
            for name in re.findall(r"job\w*:\w+:\w+", pathlib.Path(path).read_text(encoding="utf-8")):
                with self.subTest(name, document=path.name):
                    self.assertIn(name, recorded)


if __name__ == "__main__":
    unittest.main()
