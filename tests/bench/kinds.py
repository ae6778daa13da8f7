#!/usr/bin/env python3
"""What a line of each kind costs `maillog_exporter count`.

    kinds.py MAILLOG_EXPORTER FOLDER [MEGABYTES [ROUNDS]]

Sorts the lines of the recorded log into kinds and makes of each a log of 150 MB in FOLDER (once). `count` and `grep -c` run over each
on one processor, in turn in every round; the least CPU time of the rounds counts, less what an empty log takes. Last come the kinds by their
share of the recorded lines together, and the log as it is.

The counts of the whole log are compared with the golden exposition first, those of each kind with the recorded lines of the kind.
"""

import os
import re
import sys

import amplify
import measure

# The first that is found in a line says what it is.
KINDS = (
    ("delivery, sent", rb"/\w+\[\d+\]: \w+: to=<.* status=sent \("),
    ("delivery, deferred", rb"/\w+\[\d+\]: \w+: to=<.* status=deferred \("),
    ("delivery, bounced", rb"/\w+\[\d+\]: \w+: to=<.* status=bounced \("),
    ("dovecot lmtp, lda", rb" dovecot: (?:lmtp|lda)\("),
    ("dovecot login", rb" dovecot: [\w-]+-login: Login: "),
    ("dovecot session's end", rb" dovecot: (?:imap|pop3|submission|managesieve)\(.*: (?:Disconnected|Logged out|Connection closed)"),
    ("qmgr from=", rb"/qmgr\[\d+\]: \w+: from=<"),
    ("removed", rb"/qmgr\[\d+\]: \w+: removed$"),
    ("cleanup message-id=", rb"/cleanup\[\d+\]: \w+: message-id="),
    ("smtpd client=", rb"/smtpd\[\d+\]: \w+: client="),
    ("smtpd connect", rb"/smtpd\[\d+\]: connect from "),
    ("smtpd disconnect", rb"/smtpd\[\d+\]: disconnect from "),
    ("smtpd reject", rb"/smtpd\[\d+\]: \w+: reject: "),
    ("postscreen", rb"/postscreen\[\d+\]: "),
    ("other", rb""),
)
# Depend on the lines of other kinds between these, on a salt, or on the clock.
NOT_OF_ONE_LINE = re.compile(r"^maillog_(?:mail_|mails_|pop3_mailbox_|auth_failed_|top_|source_|.*session_seconds|label_overflows).*\n", re.MULTILINE)


def sort_lines():
    """The recorded lines of each kind."""
    patterns = [(name, re.compile(pattern)) for name, pattern in KINDS]
    sorted_lines = {name: [] for name, _ in KINDS}
    with open(measure.RECORDED, "rb") as file:
        for line in file.read().splitlines():
            sorted_lines[next(name for name, pattern in patterns if pattern.search(line))].append(line)
    return sorted_lines


def make_log(lines, path, megabytes):
    """As amplify.py does it; nothing if the log is there."""
    small = path + ".small"
    with open(small, "wb") as file:
        file.write(b"".join(line + b"\n" for line in lines))
    if not os.path.exists(path):
        amplify.amplify(small, path + ".part", megabytes)
        os.rename(path + ".part", path)
    return small


def check(exporter, small, log, one):
    """That the log holds the small one a whole number of times, and counts so many times as much."""
    times, rest = divmod(measure.line_count(log), measure.line_count(small))
    if rest:
        measure.fail(f"{log} is of other lines: remove it")
    texts = []
    for path in (small, log):
        with open(path, "rb") as file:  # not by its name, which is a label
            texts.append(measure.output([*one, exporter, "count", "-"], stdin=file).decode())
    expected, counted = texts
    measure.check_times(counted, NOT_OF_ONE_LINE.sub("", expected), times)


def main(exporter, folder, megabytes=150, rounds=7):
    one = measure.one_processor()
    os.makedirs(folder, exist_ok=True)
    kinds = sort_lines()
    everything = [line for lines in kinds.values() for line in lines]
    logs = {}
    for name, lines in kinds.items():
        log = os.path.join(folder, f"{megabytes}MB-{re.sub('[^a-z0-9]+', '-', name)}.log")
        check(exporter, make_log(lines, log, megabytes), log, one)
        logs[name] = log
    with open(measure.RECORDED, "rb") as file:
        mixed = os.path.join(folder, f"{megabytes}MB.log")
        make_log(file.read().splitlines(), mixed, megabytes)
    measure.check_golden(exporter, mixed, one)
    logs["mixed"] = mixed

    commands = {("count", "nothing"): [*one, exporter, "count", os.devnull], ("grep", "nothing"): [*one, "grep", "-c", "status=sent", os.devnull]}
    for name, log in logs.items():
        commands["count", name] = [*one, exporter, "count", log]
        commands["grep", name] = [*one, "grep", "-c", "status=sent", log]
    best = measure.best_of(commands, rounds)

    def nanoseconds(tool, name):
        return (best[tool, name][1] - best[tool, "nothing"][1]) / measure.line_count(logs[name]) * 1e9

    rows = [("one processor, ns of CPU a line", "share", "bytes", "count", "grep", "ratio")]
    together = [0.0, 0.0]
    for name, lines in kinds.items():
        share = len(lines) / len(everything)
        took = [nanoseconds(tool, name) for tool in ("count", "grep")]
        together = [sum_ + share * each for sum_, each in zip(together, took)]
        length = sum(len(line) + 1 for line in lines) / len(lines)
        rows.append((name, f"{share:.1%}", f"{length:.0f}", f"{took[0]:.0f}", f"{took[1]:.0f}", f"{took[0] / took[1]:.1f}"))
    length = os.path.getsize(mixed) / measure.line_count(mixed)
    mixed_took = [nanoseconds(tool, "mixed") for tool in ("count", "grep")]
    for name, took in (("by share together", together), ("as they are mixed", mixed_took)):
        rows.append((name, "100.0%", f"{length:.0f}", f"{took[0]:.0f}", f"{took[1]:.0f}", f"{took[0] / took[1]:.1f}"))
    measure.table(*rows)


if __name__ == "__main__":
    if len(sys.argv) not in (3, 4, 5):
        sys.exit(__doc__)
    main(*sys.argv[1:3], *map(int, sys.argv[3:]))
