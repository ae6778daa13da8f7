"""A real Postfix in a temporary folder: its own configuration, queue and ports, and nothing that it delivers to."""

import os
import shutil
import smtplib
import socket
import subprocess
import tempfile

from exporter import wait_until

DAEMONS = "/usr/lib/postfix/sbin"
PATIENCE = 60

# Each is deferred by error(8) under the name of retry, with the text that smtp(8) would give.
REASONS = {
    "gmail.com": "4.4.1 connect to gmail-smtp-in.l.google.com[192.0.2.1]:25: Connection timed out",
    "outlook.com": "4.7.650 host outlook-com.olc.protection.outlook.com[192.0.2.2] said: 451 4.7.650 The mail server "
    "[192.0.2.9] has been temporarily rate limited due to IP reputation. (in reply to MAIL FROM command)",
    "docomo.ne.jp": "4.4.3 Host or domain name not found. Name service error for name=mfsmax.docomo.ne.jp type=A: "
    "Host not found, try again",
    "example.net": "4.2.2 host mx.example.net[192.0.2.3] said: 452 4.2.2 Mailbox full (in reply to RCPT TO command)",
}

MAIN = """
compatibility_level = 3.6
queue_directory = {folder}/postfix-lab
data_directory = {folder}/data
daemon_directory = {daemons}
syslog_name = postfix-lab
maillog_file = {folder}/log/mail.log
maillog_file_prefixes = {folder}
myhostname = lab.example.com
mydestination =
alias_maps =
alias_database =
local_recipient_maps =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
disable_dns_lookups = yes
smtpd_peername_lookup = no
smtpd_relay_restrictions = permit_mynetworks, reject
smtpd_reject_unlisted_recipient = no
smtpd_tls_security_level = none
transport_maps = texthash:{folder}/etc/transport
default_transport = retry:4.4.1 put off
"""

MASTER = """
127.0.0.1:{smtp} inet n - n - - smtpd
127.0.0.1:{showq} inet n - n - - showq
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
flush unix n - n 1000? 0 flush
showq unix n - n - - showq
error unix - - n - - error
retry unix - - n - - error
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
"""


def why_not():
    """Why Postfix cannot run here; empty if it can."""
    if not shutil.which("postfix") or not os.path.exists(DAEMONS + "/showq"):
        return "no postfix"
    return "" if os.geteuid() == 0 else "Postfix needs root"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Postfix:
    """Runs until it is stopped."""

    def __init__(self):
        self.folder = tempfile.mkdtemp()
        os.chmod(self.folder, 0o755)
        for name in ("etc", "postfix-lab", "data", "log"):
            os.mkdir(f"{self.folder}/{name}")
        shutil.chown(f"{self.folder}/data", "postfix")
        self.config = f"{self.folder}/etc"
        self.queue = f"{self.folder}/postfix-lab"
        self.smtp, self.showq = free_port(), free_port()
        self._write("main.cf", MAIN.format(folder=self.folder, daemons=DAEMONS))
        self._write("master.cf", MASTER.format(smtp=self.smtp, showq=self.showq))
        self._write("transport", "".join(f"{domain} retry:{text}\n" for domain, text in REASONS.items()))
        self.run("postfix", "start")
        wait_until(lambda: os.path.exists(f"{self.queue}/public/showq"), "showq's socket")

    def _write(self, name, text):
        with open(f"{self.config}/{name}", "w", encoding="ascii") as file:
            file.write(text)

    def run(self, command, *arguments, stdin=None):
        done = subprocess.run([command, "-c", self.config, *arguments], input=stdin, capture_output=True,
                              timeout=PATIENCE, check=False)
        if done.returncode != 0:
            raise AssertionError(f"{command} {arguments}: {done.stderr.decode(errors='replace')}{self.log()}")
        return done.stdout.decode()

    def log(self):
        try:
            with open(f"{self.folder}/log/mail.log", encoding="utf-8", errors="replace") as log:
                return log.read()[-2000:]
        except OSError:
            return ""

    def send(self, mails):
        """Each is a list of recipients and a size; returns once all are deferred or about to be."""
        with smtplib.SMTP("127.0.0.1", self.smtp, timeout=PATIENCE) as client:
            for recipients, size in mails:
                client.sendmail("sender@example.com", recipients, "Subject: x\r\n\r\n" + "y" * size)

    def hold(self, ids):
        self.run("postsuper", "-h", "-", stdin="\n".join(ids).encode())

    def stop(self):
        try:
            self.run("postfix", "stop")
        finally:
            shutil.rmtree(self.folder, ignore_errors=True)
