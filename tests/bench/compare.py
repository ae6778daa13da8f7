#!/usr/bin/env python3
"""Times `maillog_exporter count` and grep and wc on the same log.

    compare.py MAILLOG_EXPORTER LOG ROUNDS

All three run in turn in every round, so that what else the machine does hits all alike; the fastest round counts. The
exporter's answer is checked first: as many sent deliveries as grep finds, and as many records as there are lines.
"""

import os
import re
import subprocess
import sys
import time


def run(command):
    before = time.perf_counter()
    result = subprocess.run(command, stdout=subprocess.PIPE, env={**os.environ, "LC_ALL": "C"}, check=True)
    return time.perf_counter() - before, result.stdout.decode()


def total(exposition, name, label=""):
    pattern = re.compile(rf"^{name}\{{[^}}]*{label}[^}}]*\}} (\S+)$", re.MULTILINE)
    return sum(float(value) for value in pattern.findall(exposition))


def main(exporter, log, rounds):
    commands = {
        "count": [exporter, "count", log],
        "grep -c status=sent": ["grep", "-c", "status=sent", log],
        "wc -l": ["wc", "-l", log],
    }
    answers = {name: run(command)[1] for name, command in commands.items()}
    lines = int(answers["wc -l"].split()[0])
    sent = int(answers["grep -c status=sent"])
    counted = total(answers["count"], "maillog_deliveries_total", 'status="sent"')
    records = total(answers["count"], "maillog_records_total")
    print(f"{lines} lines; records {records:.0f}; sent: grep {sent}, count {counted:.0f}")
    if counted != sent or records < lines:
        sys.exit("compare.py: the answers differ, so the times mean nothing")

    best = {name: min(run(command)[0] for _ in range(1)) for name, command in commands.items()}
    for _ in range(int(rounds) - 1):
        for name, command in commands.items():
            best[name] = min(best[name], run(command)[0])
    size = os.path.getsize(log)
    for name, seconds in best.items():
        print(
            f"{name:20} {seconds:7.3f} s {seconds / lines * 1e9:7.1f} ns/line {size / seconds / 1e9:6.2f} GB/s"
            f" {best['count'] / seconds:6.2f} x count's time"
        )


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    main(*sys.argv[1:])
