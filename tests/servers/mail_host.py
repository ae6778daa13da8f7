"""A mail server of the laboratory: Postfix, Dovecot and a syslog daemon from packages, and the hosts that it talks to."""

import gzip
import os
import pathlib
import re
import shutil
import ssl
import subprocess

import laboratory
import remote
from certificates import Authority

PASSWORD = "correct horse"
USERS = ("alice", "bob", "carol")
ADDRESS = "192.0.2.1"
NAMES = {
    "127.0.0.1": "localhost",
    ADDRESS: "mx.lab.example",
    "192.0.2.10": "friend.example",
    "192.0.2.11": "refuser.example",
    "192.0.2.12": "greylister.example",
    "192.0.2.13": "silent.example",
    "192.0.2.14": "gmail-smtp-in.l.google.com",
    "192.0.2.15": "slow.example",
    **{f"198.51.100.{i}": f"c{i}.clients.example" for i in range(1, 100)},
}
TRANSPORTS = "gmail.com smtp:[gmail-smtp-in.l.google.com]\n"
JOURNALD = "/usr/lib/systemd/systemd-journald"
MACHINE_ID = "5e3a1c0d8b7f4e2f9a6d1c2b3e4f5a60"
# What is logged at the beginning of a session, and at its end.
SESSIONS = [
    (r"\]: connect from ", r"\]: disconnect from "),
    # Whom postscreen lets pass goes on to smtpd. It does not always log PASS OLD: see traffic.py.
    (r"/postscreen\[\d+\]: CONNECT ", r"/postscreen\[\d+\]: DISCONNECT |postfix/smtpd\[\d+\]: connect from "),
    (r": (?:Info: )?Connect from local", r": (?:Info: )?Disconnect from local"),
    (r"pop3-login: (?:Info: )?(?:Login|Logged in): ", r"pop3\("),
    (r"imap-login: (?:Info: )?(?:Login|Logged in): ", r"imap\("),
]
HEADER_CHECKS = "/^Subject: forbidden/ REJECT Subject not allowed here\n/^Subject: odd/ WARN odd\n"
GOOGLE_SAYS = (
    "421-4.7.28 Gmail has detected an unusual rate of mail originating from your IP\r\n"
    "421-4.7.28 address. To protect our users from spam, mail sent from your IP address\r\n"
    "421 4.7.28 has been temporarily rate limited. x.1 - gsmtp"
)


def why_not(*more_programs):
    """Why there can be no such server here; empty if there can be one."""
    return laboratory.why_not("postfix", "postscreen", "dovecot", "pop3-login", "imap-login", "lmtp", "openssl", *more_programs)


def server_context(certificate):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate + ".crt", certificate + ".key")
    return context


class MailHost(laboratory.Laboratory):
    """Runs until it is closed. The syslog daemon, if any, has to be started first: start_syslog(host) does it; without one,
    Postfix and Dovecot write to log/mail.log themselves."""

    def __init__(self, start_syslog=None):
        super().__init__(NAMES)
        self.remotes = {}  # name -> its server
        try:
            self._make_files()
            if start_syslog:
                start_syslog(self)
                self.wait_until(lambda: os.path.lexists(f"{self.folder}/run/log"), "the socket for syslog")
            self._start_remotes()
            own_log = "" if start_syslog else f"log_path = {self.folder}/log/dovecot.log\n"
            self._start_dovecot(own_log)
            self._start_postfix("" if start_syslog else f"{self.folder}/log/mail.log")
        except BaseException:
            self.close()
            raise

    def _make_files(self):
        self._make_spool("spool")
        os.makedirs(f"{self.folder}/mail")
        shutil.chown(f"{self.folder}/mail", "mail", "mail")
        self.write("etc/mailboxes", "".join(f"{user}@lab.example x\n" for user in USERS))
        self.write("etc/users", "".join(f"{user}@lab.example:{PASSWORD}::::::\n" for user in USERS))
        self.write("etc/header_checks", HEADER_CHECKS)
        self.write("etc/transport", TRANSPORTS)
        authority = Authority(f"{self.folder}/etc")
        authority.sign("mx", "DNS:mx.lab.example")
        authority.sign("friend", "DNS:friend.example")

    def _make_spool(self, name):
        """Its path, for the main.cf of one Postfix."""
        for part in ("data", "postfix/private"):
            os.makedirs(f"{self.folder}/{name}/{part}")
            shutil.chown(f"{self.folder}/{name}/{part}", "postfix")
        return f"{self.folder}/{name}"

    def _start_remotes(self):
        tls = server_context(f"{self.folder}/etc/friend")
        for address, options in {
            "192.0.2.10": {"tls": tls},
            "192.0.2.11": {"replies": {"RCPT": "550 5.1.1 User unknown"}},
            "192.0.2.12": {"replies": {"RCPT": remote.Greylister()}},
            "192.0.2.14": {"replies": {"END": GOOGLE_SAYS}},
        }.items():
            self.remotes[NAMES[address]] = remote.SmtpServer(self, address, **options)
        self.remotes["filter"] = remote.content_filter(self, 10025, 10026)

    def _start_dovecot(self, more):
        version = subprocess.run(["dovecot", "--version"], capture_output=True, text=True, check=True).stdout
        template = "dovecot-2.3.conf" if version.startswith("2.3.") else "dovecot-2.4.conf"
        with open(self.configure(template, "dovecot.conf"), "a", encoding="ascii") as file:
            file.write(more)
        self.start("/usr/sbin/dovecot", "-F", "-c", f"{self.folder}/etc/dovecot.conf")

    def _start_postfix(self, log):
        self.configure("main.cf", maillog_file=log, spool=f"{self.folder}/spool", syslog_name="postfix")
        self.configure("master.cf")
        self.postfix("start")
        self.wait_for((ADDRESS, 25), (ADDRESS, 587), *(("127.0.0.1", port) for port in (110, 143, 10026)))

    def add_instance(self, name, port):
        """Another Postfix, which takes mail on this port of loopback; its log goes to syslog."""
        os.mkdir(f"{self.folder}/etc/{name}")
        self.configure("main.cf", f"{name}/main.cf", maillog_file="", spool=self._make_spool(name), syslog_name=name)
        self.configure("master-more.cf", f"{name}/master.cf", port=port)
        self.tool_of(name, "postfix", "start")
        self.wait_for(("127.0.0.1", port))

    def postfix(self, *command):
        return self.run("postfix", "-c", f"{self.folder}/etc", *command)

    def postfix_tool(self, tool, *arguments, **process):
        return self.tool_of("postfix", tool, *arguments, **process)

    def tool_of(self, instance, tool, *arguments, **process):
        """Of `postfix`, or what add_instance added."""
        folder = f"{self.folder}/etc" if instance == "postfix" else f"{self.folder}/etc/{instance}"
        return self.run(tool, "-c", folder, *arguments, **process)

    def is_in_queue(self, deferred=0):
        """Whether so many messages are deferred and no others in the queue. Looked at in the order in which messages move."""
        spool = pathlib.Path(self.folder, "spool/postfix")
        for queue, count in {"maildrop": 0, "incoming": 0, "active": 0, "deferred": deferred}.items():
            if sum(path.is_file() for path in spool.glob(f"{queue}/**/*")) != count:
                return False
        return True

    def lines(self):
        """Of all logs, also those that were rotated away and packed. Only exact while nothing is rotated."""
        lines = []
        for path in pathlib.Path(self.folder, "log").iterdir():
            packed = path.suffix == ".gz"
            if path.suffix == ".out" or packed and path.with_suffix("").exists():
                continue
            try:
                with gzip.open(path) if packed else open(path, "rb") as file:
                    lines += file.read().decode(errors="replace").splitlines()
            except FileNotFoundError:
                pass  # renamed or packed in this moment
        return lines

    def unfinished(self, lines=None):
        """What has begun and, by the log, not ended; empty if nothing is going on, and all that was has been logged."""
        text = "\n".join(self.lines() if lines is None else lines)
        messages = set(re.findall(r"/qmgr\[\d+\]: (\w+): from=", text))
        ended = len(re.findall(r"/qmgr\[\d+\]: \w+: removed", text)) + sum(map(int, re.findall(r"\]: Deleted: (\d+)", text)))
        found = [f"{len(messages)} messages, {ended} ended"] if len(messages) != ended else []
        for begin, end in SESSIONS:
            begun, over = len(re.findall(begin, text)), len(re.findall(end, text))
            if begun != over:
                found.append(f"{begun} times {begin}, {over} times {end}")
        return found if self.is_in_queue() else [*found, "the queue is not empty"]

    def is_quiet(self):
        return not self.unfinished()

    def said(self):
        last = "\n".join(self.lines()[-30:])
        return f"{super().said()}\nThe last lines: {last}\nUnfinished: {self.unfinished()}"

    def close(self):
        for server in self.remotes.values():
            server.close()
        super().close()


def start_rsyslog(host):
    """A copy of the program, since a security profile of the machine may allow /usr/sbin/rsyslogd its usual files only."""
    program = shutil.copy("/usr/sbin/rsyslogd", f"{host.folder}/rsyslogd")
    configuration = host.configure("rsyslog.conf")
    host.start(program, "-n", "-f", configuration, "-i", f"{host.folder}/run/rsyslogd.pid")


def start_journald(host):
    """journald with a /run and a /var/log of its own; what it writes is in journal_of(host)."""
    os.symlink("/run/systemd/journal/dev-log", f"{host.folder}/run/log")
    machine = host.write("etc/machine-id", MACHINE_ID + "\n")
    for name in ("system-run", "system-log"):
        os.mkdir(f"{host.folder}/{name}")
    host.run("mount", "--bind", machine, "/etc/machine-id")
    host.run("mount", "--bind", f"{host.folder}/system-run", "/run")
    host.run("mount", "--bind", f"{host.folder}/system-log", "/var/log")
    host.run("mkdir", "-p", "/run/systemd/journal")
    host.start(JOURNALD)
    host.wait_until(lambda: os.path.exists(f"{host.folder}/system-run/systemd/journal/dev-log"), "journald's socket")
    host.lines = lambda: host.run("journalctl", f"--directory={journal_of(host)}", "--facility=mail", "-q").splitlines()


def journal_of(host):
    return f"{host.folder}/system-run/log/journal/{MACHINE_ID}"
