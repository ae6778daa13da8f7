#!/usr/bin/env python3
"""Times `maillog_exporter count` and grep and wc on the same log.

    compare.py MAILLOG_EXPORTER LOG ROUNDS

LOG is made by amplify.py. `count`, free to use all processors and on one, grep and wc run in turn in every round; the best of the
rounds counts, on the clock and of CPU. `count` gives all metrics; with --summary it shows the main figures, which are made of
lines alone, so that whole mails and sessions are not remembered. The exporter's answers are checked first: the golden exposition of the
recorded log as often as this log holds it, as many sent deliveries as grep finds, and as many messages as lines in the summary.
"""

import os
import sys

import measure


def main(exporter, log, rounds):
    one = measure.one_processor()
    commands = {
        "count": [exporter, "count", log],
        "count, one processor": [*one, exporter, "count", log],
        "count --summary": [exporter, "count", "--summary", log],
        "count --summary, one processor": [*one, exporter, "count", "--summary", log],
        "grep -c status=sent": [*one, "grep", "-c", "status=sent", log],
        "wc -l": [*one, "wc", "-l", log],
    }
    times = measure.check_golden(exporter, log)
    lines = measure.line_count(log)
    sent = int(measure.output(commands["grep -c status=sent"], env={**os.environ, "LC_ALL": "C"}))
    counted = measure.series(measure.output(commands["count"]).decode())
    if sent != sum(value for name, value in counted.items() if name.startswith("maillog_deliveries_total") and 'status="sent"' in name):
        measure.fail(f"grep finds {sent} sent deliveries, and count does not")
    if f"\nmessages     {lines:,} in all, " not in measure.output(commands["count --summary"]).decode():
        measure.fail(f"the summary is not of {lines} lines")
    print(f"{lines} lines; {times} times the golden exposition; sent: grep and count {sent}")

    best = measure.best_of(commands, rounds)
    size, grep = os.path.getsize(log), best["grep -c status=sent"]
    rows = [("", "seconds", "ns a line", "GB/s", "x grep", "ns of CPU", "x grep's CPU")]
    for name, (took, cpu) in best.items():
        clock = (f"{took:.3f}", f"{took / lines * 1e9:.1f}", f"{size / took / 1e9:.2f}", f"{took / grep[0]:.2f}")
        rows.append((name, *clock, f"{cpu / lines * 1e9:.1f}", f"{cpu / grep[1]:.2f}"))
    measure.table(*rows)


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
