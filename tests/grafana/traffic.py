"""The demo writer: what a mail server logs in ordinary hours, and what it logs when something goes wrong.

Lines have the forms of Postfix 3.7 and Dovecot 2.3 as the corpora have them; rejects and trouble are taken from there.
"""

import math
import random

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


class Writer:
    """Writes the same for the same seed."""

    def __init__(self, seed=1):
        self.random = random.Random(seed)
        self.number = 0
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

    def attempt(self, what, relay=None, age=0.0):
        """One attempt to deliver over SMTP a mail that has waited for so many seconds."""
        relay = relay or self.random.choices(list(RECEIVERS), RECEIVERS.values())[0]
        dsn, reply = REPLIES[what]
        before, queued, connection, transmission = self.delay(0.05), self.delay(0.01) + age, self.delay(0.2), self.delay(0.4)
        if what == "timeout":
            connection += 30
        total = before + queued + connection + transmission
        service = "relay/" if relay.startswith("mx.example") else ""
        host = "none" if what in NO_HOST else f"{relay}[192.0.2.25]:25"
        return (
            f"postfix/{service}smtp[7700]: {self.queue_id()}: to=<user@example.net>, relay={host}, delay={total:.2f}, "
            f"delays={before:.2f}/{queued:.2f}/{connection:.2f}/{transmission:.2f}, dsn={dsn}, status={reply.format(relay=relay)}"
        )

    def message_in(self, listener="", login=""):
        name = f"postfix/{listener}smtpd[7500]"
        queue_id = self.queue_id()
        tls = self.random.choice(("TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits)", "TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits)", "TLSv1.2 with cipher ECDHE-RSA-AES256-GCM-SHA384 (256/256 bits)"))
        yield f"{name}: connect from client.example[198.51.100.20]"
        yield f"{name}: Anonymous TLS connection established from client.example[198.51.100.20]: {tls}"
        yield f"{name}: {queue_id}: client=client.example[198.51.100.20]" + (f", sasl_method={login}, sasl_username=user" if login else "")
        yield f"postfix/cleanup[7510]: {queue_id}: message-id=<{queue_id}@example.com>"
        yield f"postfix/qmgr[7400]: {queue_id}: from=<user@example.com>, size={int(self.delay(20000)) + 600}, nrcpt={1 + self.times(0.4)} (queue active)"
        yield f"{name}: disconnect from client.example[198.51.100.20] ehlo=2 starttls=1 {'auth=1 ' if login else ''}mail=1 rcpt=1 data=1 quit=1 commands=7"

    def local(self):
        seconds = self.delay(0.15)
        yield (f"postfix/lmtp[7600]: {self.queue_id()}: to=<user@lab.example>, relay=mx1[private/dovecot-lmtp], delay={seconds:.2f}, "
               f"delays=0.03/0/0.01/{seconds:.2f}, dsn=2.0.0, status=sent (250 2.0.0 <user@lab.example> Saved)")
        yield self.random.choice(self.sieve) if self.random.random() < 0.2 else (
            "dovecot: lmtp(user@lab.example)<7610><aB/cD>: msgid=<a@example.com>: saved mail to INBOX")

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

    def failed_login(self, over="smtp"):
        if over == "imap":
            yield ("dovecot: imap-login: Disconnected: Aborted login by logging out (auth failed, 1 attempts in 2 secs): user=<admin>, "
                   "method=PLAIN, rip=203.0.113.30, lip=192.0.2.10, session=<nooricxgQbvGM2QL>")
        else:
            yield "postfix/submission/smtpd[7501]: connect from unknown[203.0.113.30]"
            yield "postfix/submission/smtpd[7501]: warning: unknown[203.0.113.30]: SASL LOGIN authentication failed: UGFzc3dvcmQ6, sasl_username=admin"
            yield "postfix/submission/smtpd[7501]: disconnect from unknown[203.0.113.30] ehlo=1 auth=0/1 quit=1 commands=2/3"

    def ordinary(self, mails):
        """The lines of a time in which so many mails come and go."""
        for _ in range(self.times(mails)):
            out = self.random.random() < 0.45
            yield from self.message_in("submission/" if out else "", self.random.choice(("PLAIN", "LOGIN")) if out else "")
            if out:
                chance = self.random.random()
                what = "sent" if chance < 0.94 else self.random.choice(("bounced", "spam", "greylist", "mailbox_full", "timeout", "dns", "rate_limit"))
                if self.random.random() < 0.9:
                    trust = self.random.choices(("Trusted", "Verified", "Untrusted"), (8, 1, 1))[0]
                    yield f"postfix/smtp[7700]: {trust} TLS connection established to mx.example.com[192.0.2.25]:25: TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits)"
                yield self.attempt(what, age=self.delay(900) if self.random.random() < 0.04 else 0)
            else:
                yield from self.local()
            yield f"postfix/qmgr[7400]: {self.queue_id()}: removed"
        for _ in range(self.times(mails * 0.5)):
            yield self.random.choice(self.rejects)
        for _ in range(self.times(mails * 0.4)):
            yield self.random.choice(self.postscreen)
        for _ in range(self.times(mails * 0.8)):
            yield from self.mailbox()
        for _ in range(self.times(mails * 0.08)):
            yield from self.failed_login(self.random.choice(("smtp", "imap")))
        for _ in range(self.times(mails * 0.03)):
            yield self.random.choice(self.warnings)
        for _ in range(self.times(mails * 0.1)):
            yield self.random.choice(self.sessions)
        for _ in range(self.times(mails * 0.003)):
            yield self.random.choice(self.administration)

    @staticmethod
    def piece(lines, stamp="Nov 21 10:00:00"):
        return "".join(f"{stamp} mx1 {line}\n" for line in lines).encode("latin-1")
