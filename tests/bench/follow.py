#!/usr/bin/env python3
"""A log that is followed while it is written and scraped.

    follow.py MAILLOG_EXPORTER LOG

LOG is made by amplify.py. The exporter may use one processor; what writes and what scrapes use the others. At 10,000 lines a second:
from the end of an append until an answer that has its bytes has come, asked for again and again; how old is the oldest line that an
answer does not have, where there are 110 ms between answers (a state on disk is saved at most every 100 ms, and a scrape shows
what is saved); how long whole scrapes take; 500 of them a second, by four clients. At more lines a second, and as many as it takes: whether it keeps
up. The whole log has to be counted as the golden exposition says.
"""

import bisect
import http.client
import mmap
import multiprocessing
import os
import re
import sys
import tempfile
import time

import measure

sys.path.insert(0, os.path.join(measure.HERE, "..", "e2e"))
from exporter import Exporter, wait_until  # noqa: E402

READ = re.compile(rb"^maillog_source_read_bytes_total\{[^}]*\} (\S+)$", re.MULTILINE)
READ_PAGE = "/metrics?name[]=maillog_source_read_bytes_total"
SECONDS = 10


class Watcher:
    """Asks over one connection that stays open."""

    def __init__(self, port):
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def get(self, path="/metrics"):
        self.connection.request("GET", path)
        answer = self.connection.getresponse()
        page = answer.read()
        if answer.status != 200:
            sys.exit(f"{path} answered {answer.status}")
        return page

    def read_bytes(self):
        found = READ.search(self.get(READ_PAGE))
        return float(found[1]) if found else 0.0


def write(path, log, lines_a_second, seconds, at_once, appends):
    """In a process of its own: appends the log's lines, `at_once` (bytes, about) in each append, at this rate (None: without waiting)
    for so long or to its end; passes on when each append was over and how many bytes were there then."""
    done = []
    with open(log, "rb") as source, open(path, "ab", buffering=0) as out:
        text = mmap.mmap(source.fileno(), 0, access=mmap.ACCESS_READ)
        bytes_a_second = lines_a_second and lines_a_second * measure_of_line(text)
        begin, at = time.monotonic(), 0
        while at < len(text):
            end = len(text) if at + at_once >= len(text) else text.rfind(b"\n", at, at + at_once) + 1
            if bytes_a_second:
                due = begin + at / bytes_a_second
                if due > begin + seconds:
                    break
                time.sleep(max(0.0, due - time.monotonic()))
            out.write(text[at:end])
            at = end
            done.append((time.monotonic(), at))
    appends.send((begin, done))


def measure_of_line(text):
    """The mean bytes of a line."""
    part = text[: 10 << 20]
    return len(part) / part.count(b"\n")


class Run:
    """An exporter that follows a log to which a writer appends."""

    def __init__(self, program, log, folder, state):
        self.path = os.path.join(folder, "mail.log")
        self.log = log
        with open(self.path, "wb"):
            pass
        self.state = tempfile.TemporaryDirectory(dir="build")
        path = {"on disk": self.state.name, "in memory": ""}[state]
        self.exporter = Exporter(self.path, f"--state.path={path}", program=program, preexec_fn=keep_to_one)
        wait_until(lambda: self.exporter.request("/-/ready")[0] == 200, "readiness")
        if polling(self.exporter):
            self.exporter.kill()
            measure.fail("other programs have all instances of inotify that this user may have")
        self.watcher = Watcher(self.exporter.port)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.exporter.kill()
        self.state.cleanup()
        os.unlink(self.path)

    def start(self, lines_a_second, seconds, at_once):
        self.appends, there = multiprocessing.Pipe(duplex=False)
        self.writer = multiprocessing.Process(target=write, args=(self.path, self.log, lines_a_second, seconds, at_once, there))
        self.writer.start()
        there.close()

    def writes(self):
        return not self.appends.poll()

    def stop(self):
        """When it began; the appends."""
        begin, done = self.appends.recv()
        self.writer.join()
        return begin, done

    def watch(self, pause=0.0):
        """Until all is visible: when it began, the appends, and of each answer the bytes, and when it was asked for and came."""
        seen, end = [], None
        while end is None or seen[-1][0] < end:
            asked = time.monotonic()
            seen.append((self.watcher.read_bytes(), asked, time.monotonic()))
            if end is None and not self.writes():
                begin, done = self.stop()
                end = done[-1][1]
            time.sleep(pause)
        return begin, done, seen


def delays(done, seen):
    """Of each append, how long it took to be seen."""
    reads = [read for read, _, _ in seen]
    return [max(0.0, seen[bisect.bisect_left(reads, at)][2] - moment) for moment, at in done]


def ages(done, seen):
    """Of each answer, how old the oldest append was that is not in it."""
    ends = [at for _, at in done]
    places = ((bisect.bisect_right(ends, read), asked) for read, asked, _ in seen)
    return [max(0.0, asked - done[place][0]) for place, asked in places if place < len(done)]


def polling(exporter):
    """How many sources have to poll, such as when the user may have no more instances of inotify: other programs need some too."""
    return sum("looking every 250 ms instead" in line for line in exporter.log)


def keep_to_one():
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})


def lines_of(log, size):
    """How many lines are its first bytes."""
    with open(log, "rb") as file:
        lines = 0
        while size > 0 and (block := file.read(min(size, 1 << 20))):
            lines += block.count(b"\n")
            size -= len(block)
    return lines


def scrape_paced(port, a_second, seconds, times):
    """In a process of its own: passes on the seconds of each scrape."""
    watcher, took, begin = Watcher(port), [], time.monotonic()
    while (due := begin + len(took) / a_second) < begin + seconds:
        time.sleep(max(0.0, due - time.monotonic()))
        before = time.monotonic()
        if before > begin + seconds:
            break
        watcher.get()
        took.append(time.monotonic() - before)
    times.send(took)


def paced_scrapes(run, a_second, clients):
    """While the writer writes, by so many clients: seconds of each scrape."""
    pipes = [multiprocessing.Pipe(duplex=False) for _ in range(clients)]
    processes = [
        multiprocessing.Process(target=scrape_paced, args=(run.exporter.port, a_second / clients, SECONDS, there)) for _, there in pipes
    ]
    for process in processes:
        process.start()
    times = [took for here, _ in pipes for took in here.recv()]
    for process in processes:
        process.join()
    return times


def at_ten_thousand(program, log, folder):
    rows = [("10,000 lines a second", "median, ms", "p99, ms", "a second")]
    for state in ("in memory", "on disk"):
        with Run(program, log, folder, state) as run:
            run.start(10_000, SECONDS, 1400)
            begin, done, seen = run.watch()
            rate = len(seen) / (seen[-1][2] - begin)
            rows.append((f"state {state}: from append to visible", *measure.median_and_p99(delays(done, seen)), f"{rate:.0f}"))
        with Run(program, log, folder, state) as run:
            run.start(10_000, SECONDS, 1400)
            begin, done, seen = run.watch(pause=0.11)
            rate = len(seen) / (seen[-1][2] - begin)
            rows.append(("  oldest line not in an answer", *measure.median_and_p99(ages(done, seen)), f"{rate:.0f}"))
            for wanted, clients in ((10, 1), (500, 4)):
                run.start(10_000, SECONDS, 1400)
                times = paced_scrapes(run, wanted, clients)
                run.stop()
                rows.append((f"  whole scrapes, {wanted} a second wanted", *measure.median_and_p99(times), f"{len(times) / SECONDS:.0f}"))
            page = run.watcher.get()
    measure.table(*rows)
    print(f"a scrape has {len(measure.series(page.decode())):,} series, {len(page) / 1e6:.1f} MB")


def keeping_up(program, log, folder):
    rows = [("lines a second wanted", "lines", "appended at", "counted at", "visible, median, ms", "p99, ms")]
    runs = ((100_000, "in memory"), (1_000_000, "in memory"), (1_000_000, "on disk"), (None, "in memory"), (None, "on disk"))
    for wanted, state in runs:
        with Run(program, log, folder, state) as run:
            run.start(wanted, 5, 140_000 if wanted else 1 << 20)
            begin, done, seen = run.watch(pause=0.01)
            page = run.watcher.get().decode()
        lines = lines_of(log, done[-1][1])
        rates = (f"{lines / (end - begin):,.0f}" for end in (done[-1][0], seen[-1][2]))
        name = f"{wanted:,}" if wanted else "no limit"
        rows.append((f"{name}, state {state}", f"{lines:,}", *rates, *measure.median_and_p99(delays(done, seen))))
        if not wanted:
            check_followed(page, log)
    measure.table(*rows)


def check_followed(page, log):
    """As the golden exposition says, but for what is known of whole mails only when a log is over."""
    measure.check_times(page, measure.golden(without="maillog_mails?_"), measure.repetitions(log))


def main(program, log):
    with measure.temporary_folder() as folder:
        at_ten_thousand(program, log, folder)
        print()
        keeping_up(program, log, folder)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])
