#!/usr/bin/env python3
"""Whether memory stays the same however long a log is, and whether counting a line allocates.

    memory.py MAILLOG_EXPORTER [GIGABYTES]

Makes a log of 10 GB from the recorded one, as amplify.py does, and passes it to `count -` as it is made (some five minutes): the most
memory that was resident so far, after 1, 2, 5 GB and at the end. Mails that the recorded log leaves in the queue are left there in
every repetition: they are remembered up to a limit, which is reached before 5 GB. Its counts have to be those of the golden exposition. Then counts two
logs under valgrind, where there is one: how many allocations the lines take by which one is longer.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading

import amplify
import measure

GIGABYTE = 1_000_000_000


def highest_resident(process):
    """MB."""
    with open(f"/proc/{process.pid}/status", encoding="ascii") as file:
        return int(re.search(r"^VmHWM:\s+(\d+) kB", file.read(), re.MULTILINE)[1]) / 1024


def constant(exporter, gigabytes):
    process = subprocess.Popen([exporter, "count", "-"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    pages = []
    reader = threading.Thread(target=lambda: pages.append(process.stdout.read().decode()))
    reader.start()
    rows, written, marks = [("read", "highest resident, MB")], 0, [each * GIGABYTE for each in (1, 2, 5, gigabytes) if each <= gigabytes]
    for times, text in enumerate(amplify.repetitions(measure.RECORDED), 1):
        process.stdin.write(text)
        written += len(text)
        while marks and written >= marks[0]:
            rows.append((f"{marks.pop(0) // GIGABYTE} GB", f"{highest_resident(process):.1f}"))
        if not marks:
            break
    process.stdin.close()
    reader.join()
    if process.wait():
        sys.exit(f"count ended with {process.returncode}")
    # The mails that are never removed from the queue are more than are remembered.
    measure.check_times(pages[0], measure.golden(without="maillog_mails?_"), times)
    measure.table(*rows)


def allocations(exporter, log):
    """How many it takes to count the log on one processor."""
    said = subprocess.run(
        [*measure.one_processor(), "valgrind", "--leak-check=no", "--undef-value-errors=no", exporter, "count", log],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        check=True,
    ).stderr.decode()
    return int(re.search(r"total heap usage: ([\d,]+) allocs", said)[1].replace(",", ""))


def by_lines(exporter):
    rows = [("lines", "allocations", "of a line more")]
    with tempfile.TemporaryDirectory() as folder:
        log = os.path.join(folder, "mail.log")
        lines = made = None
        for megabytes in (2, 20, 60):
            amplify.amplify(measure.RECORDED, log, megabytes)
            before = (lines, made)
            lines, made = measure.line_count(log), allocations(exporter, log)
            more = f"{(made - before[1]) / (lines - before[0]):.4f}" if before[0] else ""
            rows.append((f"{lines:,}", f"{made:,}", more))
    measure.table(*rows)


def main(exporter, gigabytes=10):
    constant(exporter, gigabytes)
    print()
    if shutil.which("valgrind"):
        by_lines(exporter)
    else:
        print("NOT RUN: allocations (no valgrind)")


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    main(sys.argv[1], *map(int, sys.argv[2:]))
