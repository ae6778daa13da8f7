"""Reads figures.txt, and compares it with what an exporter shows."""

import pathlib

import exposition

# What depends on times and on the servers' versions.
NOT_COMPARED = {
    "maillog_delivery_delay_seconds_sum",
    "maillog_delivery_phase_seconds_count",
    "maillog_delivery_phase_seconds_sum",
    "maillog_message_size_bytes_sum",
    "maillog_smtp_session_seconds_sum",
    "maillog_mailbox_session_seconds_sum",
    "maillog_imap_bytes_total",  # compared with the client's own count, which leaves out a few bytes
    "maillog_pop3_mailbox_messages_count",  # up to Dovecot 2.3
    "maillog_pop3_mailbox_messages_sum",
    "maillog_pop3_deleted_bytes_total",  # from Dovecot 2.4 on
}


def read():
    """(metric, labels) -> (how much: text, whether it is once)."""
    found = {}
    for line in pathlib.Path(__file__).with_name("figures.txt").read_text(encoding="ascii").splitlines():
        words = line.split()
        if not words or line.startswith("#"):
            continue
        if not line.startswith(" "):
            metric = words[0]
            continue
        once = words[0] == "once"
        amount, *labels = words[1:] if once else words
        found[metric, frozenset(tuple(label.split("=")) for label in labels)] = (amount, once)
    return found


def expected(rounds, tally):
    """(metric, labels) -> value after so many rounds; `tally`: names -> what they add up to."""
    values = {}
    for series, (amount, once) in read().items():
        if amount.isdigit():
            values[series] = int(amount) * (1 if once else rounds)
        else:
            values[series] = tally[amount]
    return values


def shown(text):
    """(metric, labels) -> value of what an exporter shows and the table has to have."""
    values = {}
    for family in exposition.of_text(text).values():
        for (metric, labels), value in family.series.items():
            labels = frozenset(labels)
            if value and "server" in dict(labels) and not metric.endswith("_bucket") and metric not in NOT_COMPARED:
                values[metric, labels] = value
    return values


def differences(text, rounds, tally):
    """One line for each series that is not as expected."""
    should, has = expected(rounds, tally), shown(text)
    lines = []
    for series in sorted(should.keys() | has.keys(), key=str):
        if should.get(series, 0) != has.get(series, 0):
            metric, labels = series
            names = ",".join(f"{name}={value}" for name, value in sorted(labels))
            lines.append(f"{metric}{{{names}}}: {has.get(series, 0):g}, expected {should.get(series, 0):g}")
    return lines
