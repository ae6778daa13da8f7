"""The demo writer: what a mail server logs in ordinary hours, and what it logs when something goes wrong.

Lines have the forms of Postfix 3.7 and Dovecot 2.3 as the corpora have them; rejects and trouble are taken from there.
"""

import math
import random
import time

import corpora

# Receiver: one of its relays, and how much of the mail goes there.
RECEIVERS = {
    "gmail-smtp-in.l.google.com": 30,
    "example-jp.mail.protection.outlook.com": 20,
    "mx1.mail.yahoo.co.jp": 10,
    "mfsmax.docomo.ne.jp": 8,
    "lsean.ezweb.ne.jp": 4,
    "mx.softbank.ne.jp": 3,
    "mx01.mail.icloud.com": 4,
    "mail.example.com": 15,
    "mx.example.org": 6,
}

REPLIES = {
    "sent": ("2.0.0", "sent (250 2.0.0 OK)"),
    "bounced": ("5.1.1", "bounced (host {relay}[192.0.2.25] said: 550 5.1.1 <user@example.net>: Recipient address rejected: User unknown (in reply to RCPT TO command))"),
    "spam": ("5.7.1", "bounced (host {relay}[192.0.2.25] said: 554 5.7.1 Message rejected as spam (in reply to end of DATA command))"),
    "greylist": ("4.2.0", "deferred (host {relay}[192.0.2.25] said: 450 4.2.0 <user@example.net>: Recipient address rejected: Greylisted, see http://postgrey.example/ (in reply to RCPT TO command))"),
    "blocklist": ("5.7.1", "bounced (host {relay}[192.0.2.25] said: 554 5.7.1 Service unavailable; Client host [198.51.100.7] blocked using zen.spamhaus.org (in reply to RCPT TO command))"),
    "rate_limit": ("4.7.28", "deferred (host {relay}[192.0.2.25] said: 421 4.7.28 Our system has detected an unusual rate of unsolicited mail originating from your IP address (in reply to end of DATA command))"),
    "mailbox_full": ("4.2.2", "deferred (host {relay}[192.0.2.25] said: 452 4.2.2 The email account that you tried to reach is over quota (in reply to RCPT TO command))"),
    "tls": ("4.7.5", "deferred (Server certificate not trusted)"),
    "timeout": ("4.4.1", "deferred (connect to {relay}[192.0.2.25]:25: Connection timed out)"),
    "dns": ("4.4.3", "deferred (Host or domain name not found. Name service error for name=example.net type=MX: Host not found, try again)"),
}
NO_HOST = ("timeout", "dns")
TROUBLES = ("bounced", "spam", "greylist", "mailbox_full", "timeout", "dns", "rate_limit")
SLICE = 300  # seconds of a slice of ordinary traffic
# Ahead of the clock, and by less than a day with all that is written: then the last hour and day that the exporter shows end
# with the log, however fast it is replayed. On the hour, since that is where the slices of a day begin.
BEGIN = (int(time.time()) // 3600 + 2) * 3600
USERS = 40


def is_final(what):
    return not REPLIES[what][1].startswith("deferred")


def stamp(seconds):
    """As syslog writes it, so long after the beginning."""
    return time.strftime("%b %e %H:%M:%S", time.localtime(BEGIN + seconds))


class Mail:
    """One that is under way."""

    def __init__(self, queue_id, recipients, size, arrived, user):
        self.queue_id, self.recipients, self.size, self.arrived = queue_id, recipients, size, arrived
        self.user = user  # who sends it, if one of ours does
        self.why = ""  # it was put off


class Writer:
    """Writes the same for the same seed."""

    def __init__(self, seed=1):
        self.random = random.Random(seed)
        self.number = 0
        self.failures = 0
        self.now = 0  # seconds
        self.waiting = []  # what ordinary traffic has left in the queue
        recorded = [line.decode("latin-1") for line in corpora.lines_by_file()["mail.log"]]
        self.recorded = [line[16:].partition(" ")[2] for line in recorded]
        self.rejects = self.taken(" reject: RCPT", " reject: CONNECT", but=(": 451 ", "Insufficient", "configuration"))
        self.postscreen = self.taken("postscreen[")
        self.sieve = self.taken("dovecot: lmtp(")
        self.sessions = self.taken("SSL_accept error", "lost connection after", "does not resolve to address")
        self.administration = self.taken("postsuper[")
        self.warnings = self.taken("warning: ", but=("SASL", "TLS library", "fatal", "does not resolve"))

    def taken(self, *words, but=()):
        """Recorded lines that contain one of the words."""
        return [line for line in self.recorded if any(w in line for w in words) and not any(w in line for w in but)]

    def times(self, mean):
        """A random number of events with this mean."""
        whole = int(mean)
        return whole + (self.random.random() < mean - whole) if mean < 3 else max(0, round(self.random.gauss(mean, math.sqrt(mean))))

    def queue_id(self):
        self.number += 1
        return f"{self.number:09X}A"

    def delay(self, median):
        return self.random.lognormvariate(math.log(median), 1.0)

    def attempt(self, what, relay=None, age=0.0, queue_id=None):
        """One attempt to deliver over SMTP to one recipient of a mail that has waited for so many seconds."""
        relay = relay or self.receiver()
        dsn, reply = REPLIES[what]
        before, queued, connection, transmission = self.delay(0.05), self.delay(0.01) + age, self.delay(0.2), self.delay(0.4)
        if what == "timeout":
            connection += 30
        total = before + queued + connection + transmission
        service = "relay/" if relay.startswith("mx.example") else ""
        host = "none" if what in NO_HOST else f"{relay}[192.0.2.25]:25"
        return (
            f"postfix/{service}smtp[7700]: {queue_id or self.queue_id()}: to=<user@example.net>, relay={host}, delay={total:.2f}, "
            f"delays={before:.2f}/{queued:.2f}/{connection:.2f}/{transmission:.2f}, dsn={dsn}, status={reply.format(relay=relay)}"
        )

    def receiver(self):
        return self.random.choices(list(RECEIVERS), RECEIVERS.values())[0]

    # The life of a mail: mail(), taken_in(), then tried() until it is final, or local().

    def mail(self, recipients=None, user=None):
        """Of one user after the other, or of this one."""
        user = user or f"user{self.number % USERS}"
        return Mail(self.queue_id(), recipients or 1 + self.times(0.4), int(self.delay(20000)) + 600, self.now, user)

    def taken_in(self, mail, own):
        """From a user who logs in, or from outside."""
        name = f"postfix/{'submission/' if own else ''}smtpd[7500]"
        tls = self.random.choice(("TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits)", "TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits)", "TLSv1.2 with cipher ECDHE-RSA-AES256-GCM-SHA384 (256/256 bits)"))
        login = f", sasl_method={self.random.choice(('PLAIN', 'LOGIN'))}, sasl_username={mail.user}" if own else ""
        yield f"{name}: connect from client.example[198.51.100.20]"
        yield f"{name}: Anonymous TLS connection established from client.example[198.51.100.20]: {tls}"
        yield f"{name}: {mail.queue_id}: client=client.example[198.51.100.20]{login}"
        yield f"postfix/cleanup[7510]: {mail.queue_id}: message-id=<{mail.queue_id}@example.com>"
        yield self.active(mail)
        yield f"{name}: disconnect from client.example[198.51.100.20] ehlo=2 starttls=1 {'auth=1 ' if own else ''}mail=1 rcpt=1 data=1 quit=1 commands=7"

    @staticmethod
    def active(mail, sender="user@example.com"):
        return f"postfix/qmgr[7400]: {mail.queue_id}: from=<{sender}>, size={mail.size}, nrcpt={mail.recipients} (queue active)"

    @staticmethod
    def removed(mail):
        return f"postfix/qmgr[7400]: {mail.queue_id}: removed"

    def tried(self, mail, what):
        """An attempt for all recipients; after one that is final, the mail leaves the queue."""
        relay = self.receiver()
        if what not in NO_HOST and self.random.random() < 0.9:
            trust = self.random.choices(("Trusted", "Verified", "Untrusted"), (8, 1, 1))[0]
            yield f"postfix/smtp[7700]: {trust} TLS connection established to mx.example.com[192.0.2.25]:25: TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits)"
        for _ in range(mail.recipients):
            yield self.attempt(what, relay, self.now - mail.arrived, mail.queue_id)
        if what in ("bounced", "spam", "blocklist"):
            yield from self.notice(mail)
        if is_final(what):
            yield self.removed(mail)

    def notice(self, about):
        mail = self.mail(recipients=1)
        yield f"postfix/bounce[7800]: {about.queue_id}: sender non-delivery notification: {mail.queue_id}"
        yield f"postfix/cleanup[7510]: {mail.queue_id}: message-id=<{mail.queue_id}@lab.example>"
        yield self.active(mail, sender="")
        yield from self.local(mail)

    def local(self, mail):
        for _ in range(mail.recipients):
            seconds = self.delay(0.15)
            yield (f"postfix/lmtp[7600]: {mail.queue_id}: to=<user@lab.example>, relay=mx1[private/dovecot-lmtp], delay={seconds:.2f}, "
                   f"delays=0.03/0/0.01/{seconds:.2f}, dsn=2.0.0, status=sent (250 2.0.0 <user@lab.example> Saved)")
            yield self.random.choice(self.sieve) if self.random.random() < 0.2 else (
                "dovecot: lmtp(user@lab.example)<7610><aB/cD>: msgid=<a@example.com>: saved mail to INBOX")
        yield self.removed(mail)

    def filtered(self, mail, seconds):
        """By a content filter that takes so long and gives it back to port 10025."""
        back = self.mail(mail.recipients)
        back.size = mail.size + 500
        yield "postfix/smtpd[7550]: connect from localhost[127.0.0.1]"
        yield f"postfix/smtpd[7550]: {back.queue_id}: client=localhost[127.0.0.1]"
        yield f"postfix/cleanup[7510]: {back.queue_id}: message-id=<{mail.queue_id}@example.com>"
        yield self.active(back)
        yield "postfix/smtpd[7550]: disconnect from localhost[127.0.0.1] ehlo=1 mail=1 rcpt=1 data=1 quit=1 commands=5"
        for _ in range(mail.recipients):
            yield (f"postfix/smtp[7710]: {mail.queue_id}: to=<user@lab.example>, relay=127.0.0.1[127.0.0.1]:10024, delay={seconds:.2f}, "
                   f"delays=0.03/0/0.01/{seconds:.2f}, dsn=2.0.0, status=sent (250 2.0.0 from MTA(smtp:[127.0.0.1]:10025): 250 2.0.0 Ok: queued as {back.queue_id})")
        yield self.removed(mail)
        yield from self.local(back)

    def outgoing(self, what="sent", recipients=None, user=None):
        """A new mail of a user who has logged in, and the first attempt to deliver it."""
        mail = self.mail(recipients, user)
        yield from self.taken_in(mail, own=True)
        yield from self.tried(mail, what)
        return mail

    def outgoing_and_retried(self, what):
        """Among ordinary traffic from then on."""
        mail = yield from self.outgoing(what)
        mail.why = what
        self.waiting.append(mail)

    def retries(self):
        """Of what ordinary traffic has left in the queue: a third is due, and half of that gets through."""
        waiting, self.waiting = self.waiting, []
        for mail in waiting:
            if self.random.random() < 0.3:
                yield self.active(mail)
                what = "sent" if mail.why == "greylist" or self.random.random() < 0.5 else mail.why
                yield from self.tried(mail, what)
                if is_final(what):
                    continue
            self.waiting.append(mail)

    def mailbox(self):
        if self.random.random() < 0.4:
            size = int(self.delay(4e6))
            taken = self.times(2)
            yield "dovecot: pop3-login: Login: user=<user@lab.example>, method=PLAIN, rip=198.51.100.9, lip=192.0.2.10, mpid=1523, TLS, session=<zwSRicxgQbvGM2QL>"
            yield (f"dovecot: pop3(user@lab.example)<1523><zwSRicxgQbvGM2QL>: Disconnected: Logged out top=0/0, retr={taken}/{taken * int(self.delay(2e4))}, "
                   f"del={taken}/{taken + int(self.delay(60))}, size={size}")
        else:
            yield "dovecot: imap-login: Login: user=<user@lab.example>, method=PLAIN, rip=198.51.100.9, lip=192.0.2.10, mpid=1524, TLS, session=<aaSRicxgQbvGM2QL>"
            yield (f"dovecot: imap(user@lab.example)<1524><aaSRicxgQbvGM2QL>: Disconnected: Logged out in={int(self.delay(900))} out={int(self.delay(60000))} "
                   f"deleted={self.times(0.7)} expunged={self.times(0.7)} trashed=0 hdr_count={self.times(4)} hdr_bytes=900 body_count={self.times(2)} body_bytes={int(self.delay(9000))}")

    def failed_login(self, over="smtp", client="203.0.113.30"):
        if over == "imap":
            yield ("dovecot: imap-login: Disconnected: Aborted login by logging out (auth failed, 1 attempts in 2 secs): user=<admin>, "
                   f"method=PLAIN, rip={client}, lip=192.0.2.10, session=<nooricxgQbvGM2QL>")
        else:
            yield f"postfix/submission/smtpd[7501]: connect from unknown[{client}]"
            yield f"postfix/submission/smtpd[7501]: warning: unknown[{client}]: SASL LOGIN authentication failed: UGFzc3dvcmQ6, sasl_username=admin"
            yield f"postfix/submission/smtpd[7501]: disconnect from unknown[{client}] ehlo=1 auth=0/1 quit=1 commands=2/3"

    def scattered_login(self, over="smtp"):
        """One that fails, each of another client than the 200 before it."""
        self.failures += 1
        return self.failed_login(over, f"203.0.113.{self.failures % 200 + 31}")

    def ordinary(self, mails):
        """The lines of the next slice of time, in which so many mails come and go."""
        self.now += SLICE
        yield from self.retries()
        for _ in range(self.times(mails)):
            mail, chance = self.mail(), self.random.random()
            yield from self.taken_in(mail, own=chance < 0.45)
            if 0.4 < chance < 0.97:  # 0.4 to 0.45: from user to user; from 0.97 on it is forwarded
                yield from self.local(mail)
                continue
            mail.why = "sent" if self.random.random() < 0.94 else self.random.choice(TROUBLES)
            yield from self.tried(mail, mail.why)
            if not is_final(mail.why):
                self.waiting.append(mail)
        for _ in range(self.times(mails * 0.5)):
            yield self.random.choice(self.rejects)
        for _ in range(self.times(mails * 0.4)):
            yield self.random.choice(self.postscreen)
        for _ in range(self.times(mails * 0.8)):
            yield from self.mailbox()
        for _ in range(self.times(mails * 0.08)):
            yield from self.scattered_login(self.random.choice(("smtp", "imap")))
        for _ in range(self.times(mails * 0.03)):
            yield self.random.choice(self.warnings)
        for _ in range(self.times(mails * 0.1)):
            yield self.random.choice(self.sessions)
        for _ in range(self.times(mails * 0.003)):
            yield self.random.choice(self.administration)

    @staticmethod
    def piece(lines, stamp="Nov 21 10:00:00"):
        return "".join(f"{stamp} mx1 {line}\n" for line in lines).encode("latin-1")
