#!/usr/bin/env python3
"""Writes seeds for the fuzz targets: DIR/<target>_fuzz/ gets one file per sampled line.

    make_seeds.py DIR

Lines come from the case files and the recorded logs beside this script. The sample is the same in
each run.
"""

import hashlib
import pathlib
import re
import sys

TESTS = pathlib.Path(__file__).resolve().parent.parent
TARGETS = ("scan", "envelope", "postfix", "dovecot", "pmailserver", "epost", "reason",
           "encoding", "showq", "relp")
MOST_PER_SHAPE = 1  # lines of a recorded log that differ in digits and names only

SYSLOG = re.compile(rb"^.{15} \S+ ([^ \[:]+)(?:\[[^\]]*\])?: (.*)$", re.DOTALL)
PMAILSERVER = re.compile(rb"^\[(SMTP|POP3|IMAP4|MTA)\] .{19} (.*)$", re.DOTALL)
REPORT = re.compile(rb"^[^ \t,]*[ \t,].*\d{4}/\d\d/\d\d|^\"?\d{4}/\d\d/\d\d")
EPOST = re.compile(rb"^ ?\[(\d\d[/:][^]]*)\] ?(.*)$", re.DOTALL)
EPOST_NUMBERED = re.compile(rb"^[\[< ]*B[0-9A-Z]{10,12}|^\S+ from [0-9a-fx.:]+ ", re.DOTALL)
ESCAPE = re.compile(rb"\\(\\|x[0-9a-fA-F]{2})")


def unescaped(line):
    return ESCAPE.sub(
        lambda m: b"\\" if m[1] == b"\\" else bytes([int(m[1][1:], 16)]), line)


def case_lines():
    for path in sorted((TESTS / "cases").rglob("*.txt")):
        for line in path.read_bytes().split(b"\n"):
            if line and not line.startswith((b"#", b"= ")):
                yield unescaped(line)


def recorded_lines():
    seen = {}
    for path in sorted((TESTS / "corpus").rglob("*")):
        if not path.is_file() or path.suffix in (".json", ".cc", ".h", ".md", ".prom"):
            continue
        for line in path.read_bytes().split(b"\n"):
            shape = re.sub(rb"[0-9A-F]+|<[^>]*>", b"", line)[16:70]
            seen[shape] = seen.get(shape, 0) + 1
            if line and seen[shape] <= MOST_PER_SHAPE:
                yield line


def journal_entry(message):
    """An entry of the journal's export, with a field that is not text."""
    data = b"x\n\n__CURSOR=s=2\nMESSAGE=" + message + b"\n\n"
    return (b"__CURSOR=s=1;i=2\n__REALTIME_TIMESTAMP=1795281448373224\n_HOSTNAME=mx1\nDATA\n"
            + len(data).to_bytes(8, "little") + data
            + b"\nSYSLOG_IDENTIFIER=postfix/smtpd\nMESSAGE=" + message + b"\n\n")


def relp_session(message):
    """One that sends the message twice and closes; the first byte says how it comes in pieces."""
    frames = [b"open 14 relp_version=0"] + 2 * [b"syslog %d %s" % (len(message), message)] + [b"close 0"]
    return b"\x07" + b"".join(b"%d %s\n" % (i + 1, frame) for i, frame in enumerate(frames))


def seeds(line):
    """What each target gets of one line."""
    yield "envelope", b"\x80" + line + b"\n" + line + b"\n"
    if len(line) % 16 == 0:
        yield "envelope", b"\x80" + journal_entry(line) + journal_entry(line[:40])
    yield "encoding", line
    if len(line) % 16 == 0:
        yield "relp", relp_session(line)
    yield "scan", b"\x02 \x00 \x06:\x09x\x01=\n" + line
    if match := PMAILSERVER.match(line):
        yield "pmailserver", match[1] + b"\n" + match[2]
        return
    if match := EPOST.match(line):
        yield "epost", match[1] + b"\n" + match[2]
        return
    if EPOST_NUMBERED.match(line):
        yield "epost", b"\n" + line
        return
    if REPORT.match(line):
        yield "pmailserver", b"\n" + line
        return
    match = SYSLOG.match(line)
    if not match:
        yield "dovecot", b"dovecot\n" + line[16:]
        return
    program, message = match.groups()
    yield "postfix" if b"/" in program else "dovecot", program + b"\n" + message
    if b"(" in message:
        yield "reason", message[message.index(b"(") + 1:].rstrip(b")")


def answers():
    """Those of showq, in pieces of 32 bytes."""
    for path in sorted((TESTS / "exporter/queue/answers").iterdir()):
        if path.suffix != ".md":
            yield b"\x1f" + path.read_bytes()


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    out = pathlib.Path(sys.argv[1])
    for target in TARGETS:
        (out / f"{target}_fuzz").mkdir(parents=True, exist_ok=True)
    for lines in (case_lines(), recorded_lines()):
        for line in lines:
            for target, seed in seeds(line):
                name = hashlib.sha1(seed).hexdigest()[:16]
                (out / f"{target}_fuzz" / name).write_bytes(seed)
    for seed in answers():
        (out / "showq_fuzz" / hashlib.sha1(seed).hexdigest()[:16]).write_bytes(seed)


if __name__ == "__main__":
    main()
