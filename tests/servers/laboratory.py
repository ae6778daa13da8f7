"""A host of its own in name spaces: own network, processes, /dev and /etc/hosts, so that servers run as they do in earnest,
on their usual ports and with names for all addresses, and nothing of it is left when the test is over."""

import concurrent.futures
import ctypes
import fcntl
import os
import pathlib
import shutil
import signal
import socket
import struct
import subprocess
import tempfile

import exporter

HERE = pathlib.Path(__file__).resolve().parent
# Servers start slowly on a machine that is busy with other things.
PATIENCE = 60
CLONE_NEWNET = 0x40000000
SIOCSIFADDR, SIOCSIFFLAGS = 0x8916, 0x8914
UP_AND_RUNNING = 0x41

# Everything in the networks of these is on this host.
ADDRESSES = {"lo": "127.0.0.1", "lo:1": "192.0.2.1", "lo:2": "198.51.100.1"}

# The first process of the host: ends with the test, however that ends, since its standard input does then; with it end all.
# A /dev of its own, since syslog(3) writes to /dev/log. What is mounted here is seen here only.
FIRST_PROCESS = """
set -e
mount -t proc proc /proc
mount -t tmpfs -o mode=755 tmpfs "$0/dev"
for node in null zero full random urandom tty; do
  : >"$0/dev/$node"
  mount --bind "/dev/$node" "$0/dev/$node"
done
mkdir "$0/dev/shm"
ln -s /proc/self/fd "$0/dev/fd"
ln -s "$0/run/log" "$0/dev/log"
mount --rbind "$0/dev" /dev
mount --bind "$0/etc/hosts" /etc/hosts
echo made
while read -r; do :; done
"""


def why_not(*programs):
    """Why there can be no such host here; empty if there can be one."""
    if os.geteuid() != 0:
        return "name spaces need root"
    for program in ("unshare", "nsenter", *programs):
        if not shutil.which(program, path="/usr/sbin:/usr/bin:/sbin:/bin:/usr/lib/postfix/sbin:/usr/lib/dovecot"):
            return f"no {program}"
    made = subprocess.run(["unshare", "--mount", "--net", "--pid", "--fork", "mount", "-t", "proc", "proc", "/proc"],
                          capture_output=True, check=False)
    return "" if made.returncode == 0 else f"name spaces are not allowed here: {made.stderr.decode().strip()}"


def join_network(descriptor):
    """Of the calling thread: its sockets are of that network from now on."""
    if ctypes.CDLL(None, use_errno=True).setns(descriptor, CLONE_NEWNET) != 0:
        raise OSError(ctypes.get_errno(), "setns")


def set_addresses():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        for name, address in ADDRESSES.items():
            family_and_address = struct.pack("=HH4s8x", socket.AF_INET, 0, socket.inet_aton(address))
            fcntl.ioctl(any_socket, SIOCSIFADDR, struct.pack("16s16s8x", name.encode(), family_and_address))
            fcntl.ioctl(any_socket, SIOCSIFFLAGS, struct.pack("16sH22x", name.encode(), UP_AND_RUNNING))


class Laboratory:
    """Until it is closed. `names`: address -> name, for everybody on the host."""

    def __init__(self, names):
        self.folder = tempfile.mkdtemp(prefix="lab")
        self.names = names
        os.chmod(self.folder, 0o755)
        for name in ("etc", "dev", "run", "log"):
            os.mkdir(f"{self.folder}/{name}")
        self.write("etc/hosts", "".join(f"{address}\t{name}\n" for address, name in names.items()))
        self._processes = []
        self._first = subprocess.Popen(
            ["unshare", "--mount", "--net", "--pid", "--fork", "--kill-child", "bash", "-c", FIRST_PROCESS, self.folder],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )
        said = self._first.stdout.readline()
        if said != b"made\n":
            self.close()
            raise AssertionError(f"no host: {said.decode()}")
        spaces = f"/proc/{self._first.pid}/ns"
        # The root is named since this may run in a changed one, which entering a name space of mounts would leave.
        self._enter = [
            "nsenter", f"--root=/proc/{self._first.pid}/root", f"--mount={spaces}/mnt", f"--net={spaces}/net",
            f"--pid={spaces}/pid_for_children", "--",
        ]  # fmt: skip
        self._network = os.open(f"{spaces}/net", os.O_RDONLY)
        self._threads = concurrent.futures.ThreadPoolExecutor(8, initializer=join_network, initargs=(self._network,))
        self.inside(set_addresses)

    def inside(self, what, *arguments):
        """Calls it in a thread whose sockets are on the host's network, and waits for what it returns."""
        return self._threads.submit(what, *arguments).result()

    def write(self, name, text):
        path = f"{self.folder}/{name}"
        with open(path, "w", encoding="ascii") as file:
            file.write(text)
        return path

    def configure(self, template, name=None, **values):
        """Writes a file of etc/ with @folder@ and what else is named replaced; its path."""
        text = (HERE / "etc" / template).read_text(encoding="ascii")
        for key, value in {"folder": self.folder, **values}.items():
            text = text.replace(f"@{key}@", str(value))
        return self.write(f"etc/{name or template}", text)

    def run(self, *command, stdin=b"", **process):
        """A command on the host to its end: what it prints."""
        done = subprocess.run([*self._enter, *command], input=stdin, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              timeout=60, check=False, **process)
        if done.returncode != 0:
            raise AssertionError(f"{' '.join(command)}: {done.stdout.decode(errors='replace')}\n{self.said()}")
        return done.stdout.decode(errors="replace")

    def start(self, *command):
        """A server that stays in the foreground; what it prints is in log/NAME.out."""
        name = os.path.basename(command[0])
        with open(f"{self.folder}/log/{name}.out", "ab") as out:
            process = subprocess.Popen([*self._enter, *command], stdin=subprocess.DEVNULL, stdout=out, stderr=out)
        self._processes.append(process)
        return process

    def enter_network(self):
        """The beginning of a command line that runs a program here with the host's network; signals reach the program."""
        return ["nsenter", f"--net=/proc/{self._first.pid}/ns/net", "--"]

    def listening(self):
        """Addresses and ports on which something on the host waits for connections. No connection is made to find out, since
        servers log that."""
        found = set()
        for line in pathlib.Path(f"/proc/{self._first.pid}/net/tcp").read_text(encoding="ascii").splitlines()[1:]:
            local, state = line.split()[1], line.split()[3]
            if state == "0A":
                address, port = local.split(":")
                found.add((socket.inet_ntoa(struct.pack("=I", int(address, 16))), int(port, 16)))
        return found

    def wait_for(self, *places):
        self.wait_until(lambda: set(places) <= self.listening(), f"somebody to listen on {places}")

    def wait_until(self, question, what):
        exporter.wait_until(question, lambda: f"{what}\n{self.said()}", PATIENCE)

    def said(self):
        """The ends of all that servers printed and logged."""
        ends = []
        for path in sorted(path for path in pathlib.Path(self.folder, "log").iterdir() if path.suffix != ".gz"):
            ends.append(f"{path.name}:\n{path.read_text(encoding='utf-8', errors='replace')[-3000:]}")
        return "\n".join(ends)

    def close(self):
        self._first.stdin.close()
        try:
            self._first.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self._first.send_signal(signal.SIGKILL)
            self._first.wait()
        self._first.stdout.close()
        for process in self._processes:
            process.wait(PATIENCE)
        if hasattr(self, "_threads"):
            self._threads.shutdown()
            os.close(self._network)
        shutil.rmtree(self.folder)
