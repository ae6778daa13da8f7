#!/usr/bin/env python3
"""Times `maillog_exporter count` on one log, on several, and on a packed one.

    logs.py MAILLOG_EXPORTER LOG ROUNDS

Copies the log, as FILES files and as a .gz, and counts them with all processors and with one, in turn in every round; the best
of the rounds counts. For the packed one the bare unpacking is timed beside it: by libarchive's own bsdcat, where it is installed
(libarchive-tools), else by Python's zlib. What is counted is compared first.

CPU is the time of all threads; busiest is that of the thread that had most to do, which is what the whole takes where nothing
else runs.
"""

import gzip
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import zlib

FILES = 4
BSDCAT = shutil.which("bsdcat")
# Differ from run to run: estimates with a salt, ages.
UNSTEADY = re.compile(r"^maillog_(auth_failed_|mails_waiting_oldest|.*_oldest_seconds).*\n", re.MULTILINE)


def threads_of(process):
    """Seconds of CPU of each thread, by its id."""
    seconds = {}
    try:
        for thread in os.listdir(f"/proc/{process.pid}/task"):
            with open(f"/proc/{process.pid}/task/{thread}/schedstat", encoding="ascii") as file:
                seconds[thread] = int(file.read().split()[0]) / 1e9
    except OSError:
        pass  # it has ended
    return seconds


def run(command):
    """Seconds on the clock, of CPU, and of CPU of the busiest thread."""
    before = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        threads = {}
        while True:
            threads.update(threads_of(process))
            pid, status, usage = os.wait4(process.pid, os.WNOHANG)
            if pid:
                break
            time.sleep(0.002)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"logs.py: {' '.join(command)} failed")
    took = time.perf_counter() - before
    return took, usage.ru_utime + usage.ru_stime, max(threads.values(), default=0)


def answer(command):
    output = subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout.decode()
    return UNSTEADY.sub("", output)


def unpack(path):
    """Seconds on the clock and of CPU."""
    if BSDCAT:
        return run([BSDCAT, path])[:2]
    before, cpu = time.perf_counter(), time.process_time()
    unpacker = zlib.decompressobj(wbits=31)
    with open(path, "rb") as file:
        while chunk := file.read(65536):
            unpacker.decompress(chunk)
    return time.perf_counter() - before, time.process_time() - cpu


def main(exporter, log, rounds):
    with tempfile.TemporaryDirectory() as folder:
        copies = [os.path.join(folder, f"{number}.log") for number in range(FILES)]
        for copy in copies:
            shutil.copyfile(log, copy)
        packed = os.path.join(folder, "log.gz")
        with open(log, "rb") as file, gzip.open(packed, "wb", compresslevel=6) as out:
            shutil.copyfileobj(file, out)
        one_processor = ["taskset", "-c", str(min(os.sched_getaffinity(0)))]
        kinds = {"one log": [copies[0]], f"{FILES} logs": copies, "one .gz": [packed]}
        commands = {}
        for name, paths in kinds.items():
            count = [exporter, "count", *paths]
            if answer(count) != answer(one_processor + count):
                sys.exit(f"logs.py: {name}: one processor counts otherwise, so the times mean nothing")
            commands[name] = count
            commands[f"{name}, one processor"] = one_processor + count
        best = {}
        for _ in range(rounds):
            for name, command in commands.items():
                times = run(command)
                best[name] = tuple(map(min, best.get(name, times), times))
            times = unpack(packed)
            best["bare unpacking"] = tuple(map(min, best.get("bare unpacking", times), times))
    for name, times in best.items():
        busiest = f" busiest {times[2]:6.3f} s" if len(times) > 2 else ""
        print(f"{name:24} {times[0]:7.3f} s, CPU {times[1]:6.3f} s{busiest}")


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
