#!/usr/bin/env python3
"""Makes a log of any size from a small one.

    amplify.py SMALL LARGE MEGABYTES

The small log (traditional stamps) is repeated whole. In every repetition the stamps go on where the last one ended, and
queue ids and Dovecot's session ids are fresh: of the same length and alphabet, so that lines keep their shape and
counts scale exactly. The same arguments always give the same bytes. Prints repetitions, lines and bytes.
"""

import calendar
import itertools
import random
import re
import sys
import time

STAMP = re.compile(rb"^[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d")
QUEUE_ID = re.compile(rb"(?:\]: |queued as |notification: )([0-9A-F]{8,13}|[0-9B-DF-HJ-NP-TV-Zb-df-hj-np-tv-z]{10,16})(?=[:, )]|$)")
SESSION_ID = re.compile(rb"session=<([A-Za-z0-9+/]{8,})>")
WORD = re.compile(rb"[A-Za-z0-9+/]+")
HEX = b"0123456789ABCDEF"
LONG = b"0123456789BCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxy"
BASE64 = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
EPOCH_YEAR = 2026


def is_queue_id(word):
    """A short id is hexadecimal; a long one has its `z` between the time and the inode."""
    return all(c in HEX for c in word) or (b"z" in word[8:] and any(c in b"0123456789" for c in word))


def read_ids(lines):
    ids = set()
    for line in lines:
        ids.update(word for word in QUEUE_ID.findall(line) if is_queue_id(word))
        ids.update(SESSION_ID.findall(line))
    return sorted(ids)


def fresh_id(word, dice):
    if all(c in HEX for c in word):
        alphabet = HEX
    elif b"+" in word or b"/" in word or b"z" not in word:
        alphabet = BASE64
    else:
        alphabet = LONG
    return bytes(c if c == ord("z") and alphabet is LONG else dice.choice(alphabet) for c in word)


def split(line, ids):
    """The line as pieces: literal bytes, and indexes of ids."""
    pieces, last = [], 0
    for word in WORD.finditer(line):
        if word[0] in ids:
            pieces += [line[last : word.start()], ids[word[0]]]
            last = word.end()
    return pieces + [line[last:]]


def seconds_of(stamp):
    return calendar.timegm(time.strptime(f"{EPOCH_YEAR} {stamp.decode()}", "%Y %b %d %H:%M:%S"))


def stamp_of(seconds):
    moment = time.gmtime(seconds)
    return (time.strftime("%b ", moment) + f"{moment.tm_mday:2d}" + time.strftime(" %H:%M:%S", moment)).encode()


def prepare(lines):
    words = read_ids(lines)
    index = {word: i for i, word in enumerate(words)}
    records = []
    for line in lines:
        stamp = STAMP.match(line)
        moment = seconds_of(stamp[0]) if stamp else None
        records.append((moment, split(line[stamp.end() :] if stamp else line, index)))
    return words, records


def repetition(records, ids, shift):
    stamps, out = {}, []
    for moment, pieces in records:
        if moment is not None:
            if moment not in stamps:
                stamps[moment] = stamp_of(moment + shift)
            out.append(stamps[moment])
        out += [ids[piece] if isinstance(piece, int) else piece for piece in pieces]
        out.append(b"\n")
    return b"".join(out)


def repetitions(small):
    """Yields the small log again and again, each time with stamps that go on and ids of its own."""
    with open(small, "rb") as file:
        words, records = prepare(file.read().splitlines())
    moments = [moment for moment, _ in records if moment is not None]
    span = max(moments) - min(moments) + 1
    dice = random.Random(1)
    for number in itertools.count():
        ids = words if number == 0 else [fresh_id(word, dice) for word in words]
        yield repetition(records, ids, number * span)


def amplify(small, large, megabytes):
    """Writes so many whole repetitions that there are at least `megabytes`: how many, and their bytes."""
    written = 0
    with open(large, "wb") as file:
        for number, text in enumerate(repetitions(small), 1):
            written += file.write(text)
            if written >= megabytes * 1_000_000:
                return number, written


def main(small, large, megabytes):
    number, written = amplify(small, large, int(megabytes))
    with open(small, "rb") as file:
        lines = len(file.read().splitlines())
    print(f"{number} repetitions, {number * lines} lines, {written} bytes")


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    main(*sys.argv[1:])
