"""A real rsyslog that follows a file and sends it by RELP."""

import os
import shutil
import subprocess
import tempfile

RSYSLOGD = shutil.which("rsyslogd", path="/usr/sbin:" + os.environ.get("PATH", ""))

# As docs/logs.md has it, with an input and a template for lines that are written already, and nothing in memory that would be
# lost when it stops.
CONFIGURATION = """
main_queue(queue.type="Direct")
global(workDirectory="{folder}/spool" internalmsg.severity="0")
module(load="imfile")
module(load="omrelp")
template(name="line" type="string" string="%msg%")
input(type="imfile" file="{log}" tag="mail" reopenOnTruncate="on")
if $syslogtag == "mail" then
  action(type="omrelp" target="127.0.0.1" port="{port}" windowSize="{window}" template="line"
         action.resumeRetryCount="-1" action.resumeInterval="1" queue.type="{queue}" queue.filename="relp"
         queue.size="1000000" queue.timeoutEnqueue="60000" queue.timeoutShutdown="{patience}")
"""


def why_not():
    """Why RELP cannot be tried here; empty if it can."""
    if RSYSLOGD is None:
        return "no rsyslogd"
    with tempfile.NamedTemporaryFile("w", suffix=".conf") as file:
        file.write('module(load="omrelp")\n*.* action(type="omrelp" target="127.0.0.1" port="1")\n')
        file.flush()
        done = subprocess.run([RSYSLOGD, "-N1", "-f", file.name], capture_output=True, check=False)
    return "" if done.returncode == 0 else "rsyslog has no omrelp (package rsyslog-relp)"


class Rsyslog:
    """Follows `log`, and sends to the port of loopback until it is stopped."""

    def __init__(self, folder, log, port, window=128, queue="Disk", patience=10000):
        os.makedirs(f"{folder}/spool", exist_ok=True)
        self._folder = folder
        # A security profile of the machine may allow /usr/sbin/rsyslogd its usual files only.
        self._program = f"{folder}/rsyslogd"
        if not os.path.exists(self._program):
            shutil.copy(RSYSLOGD, self._program)
        with open(f"{folder}/rsyslog.conf", "w", encoding="utf-8") as file:
            file.write(CONFIGURATION.format(folder=folder, log=log, port=port, window=window, queue=queue, patience=patience))
        self._process = None
        self.start()

    def start(self):
        with open(f"{self._folder}/rsyslog.out", "ab") as out:
            self._process = subprocess.Popen(
                [self._program, "-n", "-f", f"{self._folder}/rsyslog.conf", "-i", f"{self._folder}/rsyslogd.pid"],
                stdout=out,
                stderr=out,
            )

    def status(self):
        """Whether it runs."""
        return "runs" if self._process.poll() is None else f"ended with {self._process.returncode}"

    def output(self):
        """What it has said."""
        with open(f"{self._folder}/rsyslog.out", encoding="utf-8") as out:
            return out.read()

    def stop(self):
        """As a service is stopped."""
        if self._process.poll() is None:
            self._process.terminate()
            self._process.wait(60)

    def kill(self):
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()
