"""Logs for replaying: the recorded ones, and for PMailServer and E-Post the lines of the cases."""

import pathlib

ROOT = pathlib.Path(__file__).resolve().parents[2]
TESTS = ROOT / "tests"

RECORDED = {
    "mail.log": TESTS / "corpus/debian12/syslog/mail.log",
    "mx2.log": TESTS / "corpus/current/syslog/mail.log",
    "journald.log": TESTS / "corpus/debian12/journald/mail.log",
}
CASES = {
    "pmailserver.log": TESTS / "cases/pmailserver",
    "epost.log": TESTS / "cases/epost",
    "problems.log": TESTS / "cases/postfix",
}


def lines_of_cases(folder):
    """The log lines in a folder of cases, as bytes."""
    for path in sorted(folder.glob("*.txt")):
        for line in path.read_bytes().splitlines():
            if line and not line.startswith((b"#", b"=", b"{", b"\\")):
                yield line


def many_instances():
    """More values of the label syslog_name than it may have."""
    return [b"Nov 21 10:00:00 mx1 mx%d/smtpd[1]: connect from client.example[198.51.100.20]" % number for number in range(20)]


def lines_by_file():
    files = {name: path.read_bytes().splitlines() for name, path in RECORDED.items()}
    return files | {"instances.log": many_instances()} | {name: list(lines_of_cases(folder)) for name, folder in CASES.items()}


def pieces(count, rounds):
    """All of it, so many times, in so many pieces."""
    files = {name: lines * rounds for name, lines in lines_by_file().items()}
    for number in range(count):
        yield {
            name: b"".join(line + b"\n" for line in lines[len(lines) * number // count : len(lines) * (number + 1) // count])
            for name, lines in files.items()
        }
