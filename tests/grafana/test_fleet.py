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
        lines.append({"series": f'maillog_queue_messages{{{where}, server="postfix", queue="deferred"}}', "values": promtool.gauge((SENT[host], 91))})
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
