"""A queue for dashboards: a socket that gives an answer of Postfix's showq."""

import os
import pathlib
import random
import socket
import threading
import time

RECORDED = pathlib.Path(__file__).resolve().parents[1] / "exporter/queue/answers/postfix-3.7.showq"

# Domain, why its mail is waiting, how many of a hundred mails.
WAITING = (
    ("gmail.com", "host gmail-smtp-in.l.google.com[192.0.2.1] said: 421 4.7.28 Our system has detected an unusual rate of "
     "unsolicited mail (in reply to end of DATA command)", 30),
    ("example.net", "host mx.example.net[192.0.2.3] said: 450 4.2.0 Greylisted, see http://postgrey.example/ (in reply to RCPT "
     "TO command)", 25),
    ("docomo.ne.jp", "host mfsmax.docomo.ne.jp[192.0.2.4] said: 452 4.2.2 Mailbox full (in reply to RCPT TO command)", 15),
    ("gone.example", "connect to mx.gone.example[192.0.2.9]:25: Connection timed out", 20),
    ("example.org", "Host or domain name not found. Name service error for name=example.org type=MX: Host not found, try again", 10),
)


def made_up(messages=400, seed=14):
    """An answer with so many messages, most of them young."""
    chance = random.Random(seed)
    now = int(time.time())
    parts = ["protocol", "mail_queue_list_protocol", ""]
    for number in range(messages):
        domain, reason, _ = chance.choices(WAITING, [share for _, _, share in WAITING])[0]
        queue = chance.choices(["deferred", "active", "hold"], [90, 8, 2])[0]
        age = int(60 * 2 ** chance.uniform(0, 12 if domain == "gone.example" else 8))
        parts += ["queue_name", queue, "queue_id", f"F{number}", "time", str(now - age), "size", str(chance.randrange(2000, 200000)),
                  "sender", "sender@example.com", "recipient", f"user{number}@{domain}", "reason", "" if queue == "active" else reason, ""]
    return "\0".join([*parts, "", ""]).encode()


class Showq:
    """Answers until it is closed."""

    def __init__(self, folder, answer=None):
        self.answer = answer or RECORDED.read_bytes()
        self.directory = os.path.join(folder, "postfix")
        os.makedirs(os.path.join(self.directory, "public"))
        self.server = socket.socket(socket.AF_UNIX)
        self.server.bind(os.path.join(self.directory, "public", "showq"))
        self.server.listen()
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            try:
                client, _ = self.server.accept()
            except OSError:
                return
            with client:
                client.sendall(self.answer)

    def close(self):
        self.server.shutdown(socket.SHUT_RDWR)
        self.server.close()
