"""SMTP servers of others, which say what a test wants them to; and a content filter, which passes mail on."""

import contextlib
import smtplib
import socket
import ssl
import threading

from laboratory import PATIENCE

XFORWARD = "XFORWARD NAME ADDR PROTO HELO SOURCE PORT IDENT"


class SmtpServer:
    """Listens on an address of the laboratory until it is closed. `replies`: verb (END for what ends the data) -> what to say
    instead of what is usual; a function is asked with the line. `tls`: the context of a server that offers STARTTLS.
    `taken` counts mails; `take(envelope, data)` is called with each mail that was taken."""

    def __init__(self, laboratory, address, port=25, replies=(), tls=None, take=lambda envelope, data: None):
        self.replies, self.tls, self.take = dict(replies), tls, take
        self.taken = 0
        self.listener = laboratory.inside(socket.create_server, (address, port))
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            client.settimeout(PATIENCE)
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client):
        try:
            with contextlib.ExitStack() as sockets:
                self._talk(sockets.enter_context(client), sockets)
        except (OSError, ssl.SSLError):
            pass  # the client has gone

    def _talk(self, client, sockets):
        lines = client.makefile("rb")
        envelope = {}

        def say(text):
            client.sendall(text.encode() + b"\r\n")

        say("220 remote ESMTP")
        while line := lines.readline().decode(errors="replace").rstrip():
            verb = line.split()[0].upper()
            if verb in self.replies:
                reply = self.replies[verb]
                say(reply(line) if callable(reply) else reply)
                continue
            if verb == "EHLO":
                say("250-remote")
                if self.tls and not isinstance(client, ssl.SSLSocket):
                    say("250-STARTTLS")
                say(f"250-{XFORWARD}\r\n250 ENHANCEDSTATUSCODES")
            elif verb == "STARTTLS":
                say("220 2.0.0 go ahead")
                client = sockets.enter_context(self.tls.wrap_socket(client, server_side=True))
                lines = client.makefile("rb")
            elif verb == "DATA":
                say("354 go on")
                data = []
                while (part := lines.readline()) not in (b".\r\n", b""):
                    data.append(part)
                if "END" in self.replies:
                    say(self.replies["END"])
                    continue
                self.take(envelope, b"".join(data))
                self.taken += 1
                envelope = {}
                say("250 2.0.0 Ok: queued")
            elif verb == "QUIT":
                say("221 2.0.0 bye")
                return
            else:
                envelope.setdefault(verb, []).append(line)
                say("250 2.0.0 Ok")

    def close(self):
        # A thread that waits in accept() is not woken by close().
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()


class Greylister:
    """A reply to RCPT: not at the first attempt."""

    def __init__(self):
        self.seen = set()

    def __call__(self, line):
        if line in self.seen:
            return "250 2.1.5 Ok"
        self.seen.add(line)
        return "451 4.7.1 Greylisted, please try again in 300 seconds"


def content_filter(laboratory, port, next_port):
    """Takes mail from Postfix and gives it back on another port, with what Postfix said of the client (XFORWARD)."""

    def pass_on(envelope, data):
        with smtplib.SMTP("127.0.0.1", next_port, timeout=PATIENCE) as back:
            back.ehlo()
            for line in envelope.get("XFORWARD", []):
                back.putcmd(line)
                back.getreply()
            for line in envelope["MAIL"] + envelope["RCPT"]:
                back.putcmd(line)
                back.getreply()
            back.data(data)

    return SmtpServer(laboratory, "127.0.0.1", port, take=lambda *mail: laboratory.inside(pass_on, *mail))
