"""A log of several days, rotated each day, made of recorded lines; and what is in it, by a reading of its own."""

import collections
import datetime
import gzip
import os
import pathlib
import re

CORPUS = pathlib.Path(__file__).resolve().parents[2] / "tests/corpus/debian12/syslog/mail.log"
UTC = datetime.timezone.utc
# What the metrics of a query count: one for each line that has the words.
WORDS = {
    'maillog_deliveries_total{status="sent"}': r" status=sent ",
    'maillog_deliveries_total{status="deferred"}': r" status=deferred ",
    'maillog_deliveries_total{status="bounced"}': r" status=bounced ",
    "maillog_delivery_delay_seconds_count": r" delay=[0-9.]+, .* status=",
    "maillog_queue_removed_total": r"/qmgr\[\d+\]: \w+: removed$",
}


def recorded():
    """The lines of a recorded log without their stamps, those of repetitions and of bytes that are no text left out."""
    text = CORPUS.read_bytes().decode("ascii", errors="ignore")
    return [line[16:] for line in text.splitlines() if "message repeated" not in line]


def stamp(moment):
    """As traditional syslog writes it: without a year."""
    return f"{moment:%b} {moment.day:2} {moment:%H:%M:%S}"


class Days:
    """`first`: a datetime.date. `lines_of`: for each day, how many lines it has."""

    def __init__(self, folder, first, lines_of, lines=None):
        self.log = os.path.join(folder, "mail.log")
        self.first = first
        self.truth = []  # for each day, query -> how many
        lines = lines or recorded()
        after = 0
        for day, count in enumerate(lines_of):
            chosen = [lines[(after + i) % len(lines)] for i in range(count)]
            after += count
            begin = datetime.datetime.combine(first + datetime.timedelta(days=day), datetime.time(), UTC)
            text = "".join(
                f"{stamp(begin + datetime.timedelta(seconds=86400 * i // count))} {line}\n" for i, line in enumerate(chosen)
            )
            self.write(len(lines_of) - 1 - day, text.encode(), begin + datetime.timedelta(days=1))
            found = collections.Counter()
            for line in chosen:
                found["maillog_records_total"] += 1
                found.update(query for query, words in WORDS.items() if re.search(words, line))
            self.truth.append(found)

    def write(self, age, text, written):
        """As logrotate leaves it: the last one plain, the older ones packed."""
        path = self.log + (f".{age}" if age else "") + (".gz" if age > 1 else "")
        with (gzip.open if age > 1 else open)(path, "wb") as file:
            file.write(text)
        os.utime(path, (written.timestamp(), written.timestamp()))

    def end_of(self, day):
        """Unix time."""
        begin = datetime.datetime.combine(self.first, datetime.time(), UTC)
        return (begin + datetime.timedelta(days=day + 1)).timestamp()
