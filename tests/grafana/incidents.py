"""Incidents: what the demo writer and the corpora log in them, five minutes at a time, after an ordinary hour."""

import traffic

STEP = 300
ORDINARY = 13  # scrapes: an hour, which is repeated for the day before
MAILS = 20  # in five minutes

# Alerts that no log causes to fire, or not within hours; their cases try them.
WITHOUT_INCIDENT = {
    "MaillogSourceUnreadable": "a file without permission",
    "MaillogSourceLagging": "a disk that hangs",
    "MaillogLinesLost": "a log emptied while the exporter is down",
    "MaillogStateNotSaved": "a disk without room for the state",
    "MaillogStateWentBack": "a file of the state that was lost, or a copy put back",
    "MaillogQueueUnread": "a showq that does not answer",
    "MaillogMailsForgotten": "more mails in the queue than `mail_limit`",
    "MaillogReloadFailed": "a fault in the configuration",
}


class Incident:
    def __init__(self, name, what, steps, lines, ordinary=True, fires=True):
        """lines(writer, step) are the lines of the incident: besides the ordinary ones, or instead of them. `fires`: some alert does."""
        self.name, self.what, self.steps, self.lines, self.ordinary, self.fires = name, what, steps, lines, ordinary, fires

    def pieces(self):
        writer = traffic.Writer(seed=7)
        # The queue is known once two hours of the log have been seen.
        begin = writer.piece(sent(writer, sent=5), traffic.stamp(-3 * 3600))
        for step in range(ORDINARY + self.steps):
            lines = list(writer.ordinary(MAILS))
            if step >= ORDINARY:
                more = list(self.lines(writer, step - ORDINARY))
                lines = lines + more if self.ordinary else more
            yield {"mail.log": begin + writer.piece(lines, traffic.stamp(step * STEP))}
            begin = b""


def sent(writer, **many):
    """So many new mails of each kind."""
    for what, count in many.items():
        for _ in range(writer.times(count)):
            yield from writer.outgoing(what)


class Outage:
    """Nothing can be reached: waiting mail is tried again and again, and gets old."""

    def tried(self, writer, mail, what):
        yield writer.active(mail)
        yield from writer.tried(mail, what)

    def lines(self, writer, step):
        if step == 0:
            self.waiting = []  # oldest first
        for _ in range(10):
            mail = writer.mail(recipients=1)
            self.waiting.append(mail)
            yield from writer.taken_in(mail, own=True)
        for _ in range(75):  # no number that makes a ratio equal to a threshold: sums of floats differ in their last digit
            yield from self.tried(writer, writer.random.choice(self.waiting), writer.random.choice(("timeout", "dns")))
        if step > 100:
            for _ in range(3):
                mail = self.waiting.pop(0)
                yield f"postfix/qmgr[7400]: {mail.queue_id}: from=<user@example.com>, status=expired, returned to sender"
                yield writer.removed(mail)
            for _ in range(12):  # and some of it arrives, late
                yield from self.tried(writer, self.waiting.pop(writer.random.randrange(len(self.waiting))), "sent")


def stolen_account(writer, _):
    yield from sent(writer, bounced=20, spam=5, blocklist=10, rate_limit=10, greylist=3)


def spam_run(writer, _):
    for _ in range(30):
        yield from writer.outgoing("sent", recipients=5, user="web")


def one_account(writer, _):
    for _ in range(8):
        yield from writer.outgoing("sent", recipients=4, user="user7")


def filter_slow(writer, _):
    for _ in range(10):
        mail = writer.mail()
        yield from writer.taken_in(mail, own=False)
        yield from writer.filtered(mail, 400 + 400 * writer.random.random())


def filter_hangs(writer, _):
    for _ in range(writer.times(MAILS)):
        yield from writer.taken_in(writer.mail(), own=False)


def guessed(writer, step):
    return (line for _ in range(80) for line in writer.failed_login())


def guessed_slowly(writer, step):
    return (line for _ in range(9) for line in writer.scattered_login())


def guessed_patiently(writer, step):
    return (line for _ in range(6) for line in writer.failed_login("imap"))


def guessed_here_and_there(writer, step):
    return (line for _ in range(3) for line in writer.scattered_login("imap"))


def spam_wave(writer, step):
    for _ in range(150):
        yield writer.random.choice(writer.rejects)
    for line in writer.taken("SSL_accept error from")[:1] * 25:
        yield line


def broken_server(writer, step):
    for _ in range(5):
        yield writer.random.choice(writer.taken("Insufficient system storage"))
        yield writer.random.choice(writer.taken("Server configuration error", "mail system configuration error"))
        yield writer.random.choice(writer.taken("dovecot: auth: Error:"))
        yield writer.random.choice(writer.taken("dovecot: auth: Error:"))
    yield "postfix/virtual[4711]: fatal: configuration error: virtual_mailbox_limit is smaller than message_size_limit"
    if step == 5:
        yield "postfix/smtpd[4712]: panic: vstream_fdopen: bad descriptor -1"


def new_version(writer, step):
    for number in range(15):
        yield f"postfix/smtpd[4711]: frobnicated the session of client.example[198.51.100.20] ({number})"
    if step == 3:
        for number in range(20):
            yield f"mx-{number}/smtpd[4711]: connect from client.example[198.51.100.20]"


INCIDENTS = [
    Incident("outage", "the line is down; later, part of the mail arrives and part expires", 132, Outage().lines),
    Incident("stolen-account", "somebody sends spam with a stolen password", 24, stolen_account),
    Incident("spam-run", "a web form sends 30 mails to 5 recipients each in five minutes; receivers take them", 24, spam_run),
    Incident("one-account", "one account sends 8 mails to 4 recipients each in five minutes; receivers take them", 24, one_account),
    Incident("slow-filter", "the content filter takes ten minutes for half of the incoming mail", 24, filter_slow),
    Incident("hung-filter", "the content filter hangs: mail comes in, and none leaves the queue", 24, filter_hangs, ordinary=False),
    Incident("greylisting", "a mailing to many new recipients", 24, lambda writer, _: sent(writer, greylist=25)),
    Incident("guessing", "80 wrong passwords in five minutes", 12, guessed),
    Incident("slow-guessing", "9 wrong passwords in five minutes, each from another client, for hours", 90, guessed_slowly),
    Incident("patient-guessing", "6 wrong passwords in five minutes, all from one client, for hours", 90, guessed_patiently),
    Incident("scattered-guessing", "3 wrong passwords more than usual in five minutes, each from another client, for a night", 108, guessed_here_and_there, fires=False),
    Incident("spam-wave", "a wave of spam and of scanners", 24, spam_wave),
    Incident("broken-server", "disk full, password file unreadable, virtual misconfigured, a panic", 12, broken_server),
    Incident("certificates", "receivers whose certificates cannot be verified", 12, lambda writer, _: sent(writer, tls=2)),
    Incident("new-version", "messages that nobody knows, instances that appear", 24, new_version),
    Incident("exporter-stopped", "the exporter does not run", 6, lambda writer, step: ()),
    Incident("pmailserver", "PMailServer's DNS server is down", 24, lambda writer, step: ()),
    Incident("silence", "a week of mail, then none", 36, lambda writer, step: (), ordinary=False),
]


def pmailserver_report(step):
    """The lines of its MTA report in five minutes."""
    codes = ["0"] * 10 + (["-13"] * 4 if step >= ORDINARY else [])
    return "".join(f"2012/03/04 10:00:00\ta@example.jp\tb@example.net\t{code}\n" for code in codes).encode()
