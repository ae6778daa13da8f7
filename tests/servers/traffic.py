"""What clients do to the mail server of the laboratory: one round, the same each time but for the clients' addresses."""

import contextlib
import email.utils
import imaplib
import poplib
import smtplib
import socket
import ssl

from exporter import wait_until
from laboratory import PATIENCE
from mail_host import ADDRESS, PASSWORD

SENDER = "someone@friend.example"


def trusting(newest=ssl.TLSVersion.TLSv1_3):
    """A client's context that takes any certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.maximum_version = newest
    return context


def connect(client_address, port=25):
    client = smtplib.SMTP(ADDRESS, port, local_hostname="client.example", timeout=PATIENCE, source_address=(client_address, 0))
    client.ehlo()
    return client


def mail(subject, lines=5):
    return f"Message-ID: {email.utils.make_msgid(domain='client.example')}\r\nSubject: {subject}\r\n\r\n" + lines * f"{'y' * 70}\r\n"


def recipients(number):
    """To whom alice writes: delivered twice there, once here, refused once, and put off three times."""
    return [
        "one@friend.example",
        "two@friend.example",
        "bob@lab.example",
        "nobody@refuser.example",
        f"someone{number}@greylister.example",
        "someone@silent.example",
        "someone@gmail.com",
    ]


class CountingImap(imaplib.IMAP4):
    """Counts what goes over the connection."""

    sent = received = 0

    def send(self, data):
        self.sent += len(data)
        super().send(data)

    def read(self, size):
        data = super().read(size)
        self.received += len(data)
        return data

    def readline(self):
        line = super().readline()
        self.received += len(line)
        return line


def bytes_of_pop3(answer):
    """Of the answer to RETR or TOP: the first line with its end, and the mail."""
    first, _, octets = answer
    return len(first) + 2 + octets


class Tally:
    """What cannot be known before: the bytes that clients got and sent; and how often postscreen logged PASS OLD, which it leaves
    out for some of the connections that come at once after another one of the same client."""

    def __init__(self):
        self.passed_old = 0
        self.pop3_retrieved = self.pop3_top = self.pop3_mailbox = self.imap_in = self.imap_out = 0

    def add_imap(self, client):
        self.imap_in += client.sent
        self.imap_out += client.received


class Round:
    def __init__(self, host, number, tally):
        self.host, self.number, self.tally = host, number, tally
        self.client, self.hasty = f"198.51.100.{number}", f"198.51.100.{50 + number}"

    def run(self):
        self.host.inside(self.come_in)
        self.host.inside(self.be_refused)
        self.host.inside(self.have_headers_looked_at)
        self.host.inside(self.be_hasty)
        self.host.inside(self.hang_up)
        self.host.inside(self.submit)
        self.submit_locally()
        self.try_again()
        self.host.inside(self.fetch_by_pop3)
        self.host.inside(self.fetch_by_imap)
        self.host.inside(self.vanish)
        self.host.wait_until(self._is_over, "the end of all sessions")

    def _is_over(self):
        """With all rounds before it; each has two wrong passwords over POP3 and IMAP, which are logged when the client leaves."""
        lines = self.host.lines()
        self.tally.passed_old = sum(": PASS OLD [" in line for line in lines)
        return not self.host.unfinished(lines) and sum("(auth failed, 1 attempts" in line for line in lines) == 2 * self.number

    def come_in(self):
        """One mail to two users, in TLS."""
        with connect(self.client) as client:
            client.starttls(context=trusting())
            client.sendmail(SENDER, ["alice@lab.example", "bob@lab.example"], mail("hello"))

    def be_refused(self):
        """A stranger, an unknown user, a mail that is too large; in an older TLS."""
        with connect(self.client) as client:
            client.starttls(context=trusting(ssl.TLSVersion.TLSv1_2))
            client.ehlo()
            client.mail(SENDER)
            assert client.rcpt("stranger@elsewhere.example")[0] == 554
            assert client.rcpt("nobody@lab.example")[0] == 550
            client.rset()
            assert client.mail(SENDER, ["SIZE=2000000"])[0] == 552

    def have_headers_looked_at(self):
        with connect(self.client) as client:
            client.sendmail(SENDER, ["carol@lab.example"], mail("odd"))
            try:
                client.sendmail(SENDER, ["carol@lab.example"], mail("forbidden"))
                raise AssertionError("it was taken")
            except smtplib.SMTPDataError as refused:
                assert refused.smtp_code == 550, refused

    def be_hasty(self):
        """Speaks before the server does."""
        with socket.create_connection((ADDRESS, 25), PATIENCE, (self.hasty, 0)) as client:
            client.sendall(b"EHLO hasty.example\r\n")
            answers = client.makefile("rb")
            while not answers.readline().startswith(b"250 "):
                pass
            for command in (b"MAIL FROM:<a@hasty.example>", b"RCPT TO:<alice@lab.example>", b"QUIT"):
                client.sendall(command + b"\r\n")
                answer = answers.readline()
            assert answer.startswith(b"221"), answer

    def hang_up(self):
        client = connect(self.client)
        client.mail(SENDER)
        client.close()

    def submit(self):
        """Two logins that fail, and a mail to everybody."""
        with connect(self.client, 587) as client:
            client.starttls(context=trusting())
            client.ehlo()
            client.user, client.password = "alice@lab.example", "wrong"
            try:
                client.auth("PLAIN", client.auth_plain)
                raise AssertionError("it was taken")
            except smtplib.SMTPAuthenticationError:
                pass
            assert client.docmd("AUTH", "PLAIN")[0] == 334
            assert client.docmd("*")[0] == 501
        with connect(self.client, 587) as client:
            client.starttls(context=trusting())
            client.login("alice@lab.example", PASSWORD)
            client.sendmail("alice@lab.example", recipients(self.number), mail("to all", 40))
        self.host.wait_until(lambda: self.host.is_in_queue(deferred=1), "one deferred message")

    def submit_locally(self):
        self.host.run("sendmail", "-C", f"{self.host.folder}/etc", "-f", "bob@lab.example", "carol@lab.example",
                      stdin=mail("from here").encode())
        self.host.wait_until(lambda: self.host.is_in_queue(deferred=1), "its delivery")

    def try_again(self):
        """Of the three that were put off, one is delivered now; the administrator gives up the others."""
        greylister = self.host.remotes["greylister.example"]
        before = greylister.taken
        self.host.postfix_tool("postqueue", "-f")
        self.host.wait_until(lambda: greylister.taken > before and self.host.is_in_queue(deferred=1), "the second attempt")
        self.host.postfix_tool("postsuper", "-d", "ALL", "deferred")

    def fetch_by_pop3(self):
        """A wrong password; then both mails of alice, one of them looked at first."""
        client = poplib.POP3("127.0.0.1", timeout=PATIENCE)
        client.user("alice@lab.example")
        try:
            client.pass_("wrong")
            raise AssertionError("it was taken")
        except poplib.error_proto:
            client.quit()
        client = poplib.POP3("127.0.0.1", timeout=PATIENCE)
        client.stls(context=trusting())
        client.user("alice@lab.example")
        client.pass_(PASSWORD)
        messages, size = client.stat()
        assert messages == 2
        self.tally.pop3_mailbox += size
        self.tally.pop3_top += bytes_of_pop3(client.top(1, 0))
        for number in (1, 2):
            self.tally.pop3_retrieved += bytes_of_pop3(client.retr(number))
            client.dele(number)
        client.quit()

    def fetch_by_imap(self):
        """A wrong password; then bob's two mails, and one that he puts there himself, all deleted."""
        client = imaplib.IMAP4("127.0.0.1", timeout=PATIENCE)
        client.starttls(ssl_context=trusting())
        try:
            client.login("bob@lab.example", "wrong")
            raise AssertionError("it was taken")
        except imaplib.IMAP4.error:
            client.logout()
        client = self.logged_in("bob@lab.example")
        client.append("INBOX", None, None, mail("a draft").encode())
        assert client.select()[1] == [b"3"]
        client.fetch("1", "(BODY[HEADER])")
        client.fetch("1:2", "(BODY[])")
        client.store("1:3", "+FLAGS", "\\Deleted")
        client.expunge()
        client.logout()
        self.tally.add_imap(client)

    def logged_in(self, user):
        """An IMAP session that counts from here: the answer to the login belongs to it, the command does not."""
        client = CountingImap("127.0.0.1", timeout=PATIENCE)
        client.received = 0
        client.login(user, PASSWORD)
        client.sent = 0
        return client

    def vanish(self):
        """Logs in, and hangs up without a word."""
        client = self.logged_in("carol@lab.example")
        client.shutdown()
        self.tally.add_imap(client)


def have_trouble(host, greylisted, refused, connections, guesses):
    """So many recipients that are put off, so many that are refused; and so many wrong passwords on each of these connections."""

    def send():
        client = smtplib.SMTP("127.0.0.1", 10026, timeout=PATIENCE)
        with client:
            client.sendmail("alice@lab.example", [f"u{i}@greylister.example" for i in range(greylisted)], mail("to many"))
            client.sendmail("alice@lab.example", [f"u{i}@refuser.example" for i in range(refused)], mail("to nobody"))

    def guess():
        # Dovecot takes half a second for each of them, but for those of other connections at the same time.
        with contextlib.ExitStack() as open_ones:
            clients = []
            for _ in range(connections):
                client = open_ones.enter_context(socket.create_connection(("127.0.0.1", 110), PATIENCE))
                clients.append((client, client.makefile("rb")))
                assert clients[-1][1].readline().startswith(b"+OK")
            for command, answer in [(b"USER alice@lab.example", b"+OK"), (b"PASS guess", b"-ERR")] * guesses + [(b"QUIT", b"+OK")]:
                for client, _ in clients:
                    client.sendall(command + b"\r\n")
                for _, answers in clients:
                    assert answers.readline().startswith(answer), command

    host.inside(send)
    host.inside(guess)


class Bulk:
    """Much mail to all users, and fetched by one of them: what can be counted exactly even if Postfix is reloaded meanwhile,
    which may make it try again later what was being delivered then."""

    def __init__(self, host):
        self.host = host
        self.messages = self.recipients = self.retrieved = self.retrieved_bytes = 0

    def run(self, messages):
        self.host.inside(self._send, messages)
        self.host.wait_until(self._is_over, "the delivery of all")
        self.host.inside(self._fetch)
        self.host.wait_until(self._is_over, "the end of all sessions")

    def _send(self, messages):
        users = ["alice@lab.example", "bob@lab.example", "carol@lab.example"]
        for _ in range(messages):
            with smtplib.SMTP("127.0.0.1", 10026, timeout=PATIENCE) as client:
                client.sendmail(SENDER, users, mail("one of many"))
            self.messages += 1
            self.recipients += len(users)

    def _is_over(self):
        """What a queue manager finds still being delivered when it starts, it tries again after minutes, or if it is told to."""
        try:
            wait_until(self.host.is_quiet, "silence", patience=2)
        except AssertionError:
            self.host.postfix_tool("postqueue", "-f")
            return False
        return True

    def _fetch(self):
        client = poplib.POP3("127.0.0.1", timeout=PATIENCE)
        client.user("alice@lab.example")
        client.pass_(PASSWORD)
        for number in range(1, client.stat()[0] + 1):
            self.retrieved_bytes += bytes_of_pop3(client.retr(number))
            self.retrieved += 1
            client.dele(number)
        client.quit()
