"""The image that deploy/container makes: its root runs with nothing else there; built and run, with --all, by buildah and
podman."""

import json
import os
import re
import shutil
import signal
import subprocess
import tempfile
import unittest

from exporter import PROGRAM, samples, wait_until

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
LONG = os.environ.get("MAILLOG_LONG") == "yes"
NOBODY = "65534:65534"
REMOVED = "Nov 28 10:00:00 mx1 postfix/qmgr[1]: {:010X}: removed\n"


def run(*command, **options):
    return subprocess.run(command, capture_output=True, text=True, timeout=300, check=False, **options)


def make_context(folder):
    """What the image is built of, as the Containerfile says."""
    program = os.path.join(folder, "maillog_exporter")
    done = run("strip", "-o", program, PROGRAM)
    if done.returncode == 0:
        done = run(f"{ROOT}/scripts/container-root", program, os.path.join(folder, "root"))
    if done.returncode != 0:
        raise AssertionError(done.stdout + done.stderr)


class ContainerTest(unittest.TestCase):
    def setUp(self):
        if os.geteuid() != 0:
            self.skipTest("needs root")
        if not shutil.which("readelf") or not shutil.which("strip"):
            self.skipTest("no binutils")
        folder = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        os.chmod(self.folder, 0o755)

    def write(self, numbers):
        with open(f"{self.folder}/log/mail.log", "a", encoding="ascii") as log:
            log.write("".join(REMOVED.format(number) for number in numbers))


class Root(ContainerTest):
    def setUp(self):
        super().setUp()
        make_context(self.folder)
        self.root = os.path.join(self.folder, "root")

    def inside(self, *arguments):
        done = run("chroot", f"--userspec={NOBODY}", self.root, "/maillog_exporter", *arguments)
        return done.returncode, done.stdout + done.stderr

    def test_the_program_needs_nothing_else(self):
        status, said = self.inside("--version")
        self.assertEqual(status, 0, said)
        self.assertTrue(said.startswith("maillog_exporter "), said)

    def test_time_zones_have_their_names(self):
        with open(f"{self.root}/maillog_exporter.yml", "w", encoding="ascii") as file:
            file.write("sources:\n  - {path: /var/log/mail.log, timezone: Asia/Tokyo}\n")
        status, said = self.inside("check-config", "--config.file=/maillog_exporter.yml", "--web.listen-address=:0")
        self.assertEqual(status, 0, said)
        self.assertIn("Asia/Tokyo", said)

    def test_a_library_that_is_missing_is_named(self):
        done = run(f"{ROOT}/scripts/container-root", f"{self.folder}/maillog_exporter", f"{self.folder}/other", "/proc/sys")
        self.assertNotEqual(done.returncode, 0)
        self.assertRegex(done.stderr, r"there is no \S+\.so")


@unittest.skipUnless(LONG, "builds an image: --all")
class Image(ContainerTest):
    def setUp(self):
        super().setUp()
        for tool in ("buildah", "podman", "runc", "nsenter", "curl"):
            if not shutil.which(tool):
                self.skipTest(f"no {tool}")
        self.store = ("--storage-driver=vfs", f"--root={self.folder}/storage", f"--runroot={self.folder}/run")
        os.mkdir(f"{self.folder}/context")
        make_context(f"{self.folder}/context")
        built = run(
            "buildah", *self.store, "build", "--isolation=chroot", "--format=docker", "--tag=maillog-exporter:test",
            f"--file={ROOT}/deploy/container/Containerfile", f"{self.folder}/context",
        )  # fmt: skip
        if built.returncode != 0 and "Operation not permitted" in built.stderr:
            self.skipTest("images cannot be built here")
        self.assertEqual(built.returncode, 0, built.stderr)
        for name in ("log", "state"):
            os.mkdir(f"{self.folder}/{name}")
        shutil.chown(f"{self.folder}/state", 65534, 65534)
        self.write(range(3))

    def podman(self, *arguments, check=True):
        done = run("podman", *self.store, "--runtime=runc", *arguments)
        if check:
            self.assertEqual(done.returncode, 0, done.stderr)
        return done.returncode, done.stdout.strip()

    def begin(self):
        """As docs/container.md has it; without a network, so that the default port is free."""
        self.addCleanup(self.podman, "rm", "--force", "mail", check=False)
        started = run(
            "podman", *self.store, "--runtime=runc", "run", "--detach", "--name=mail", "--network=none", "--read-only", "--cap-drop=all",
            "--security-opt=no-new-privileges", "--ulimit=nofile=1024:1024", "--ulimit=nproc=1000:1000",
            f"--volume={self.folder}/log:/var/log/mail:ro", f"--volume={self.folder}/state:/state",
            "maillog-exporter:test", "--from-start", "--state.path=/state", "/var/log/mail/mail.log",
        )  # fmt: skip
        if started.returncode != 0 and re.search("not permitted|cgroup|rlimit", started.stderr):
            self.skipTest("containers cannot be run here")
        self.assertEqual(started.returncode, 0, started.stderr)

    def inspect(self, what, thing="mail"):
        return json.loads(self.podman("inspect", "--format", f"{{{{json {what}}}}}", thing)[1])

    def removed(self):
        done = run("nsenter", f"--target={self.inspect('.State.Pid')}", "--net",
                   "curl", "--silent", "http://127.0.0.1:9025/metrics")  # fmt: skip
        return sum(samples(done.stdout, "maillog_queue_removed_total"))

    def test_what_it_says_of_itself(self):
        labels = self.inspect(".Labels", "maillog-exporter:test")
        version = run(PROGRAM, "--version").stdout.split()[1]
        self.assertEqual(labels["org.opencontainers.image.version"], version)
        self.assertEqual(self.inspect(".User", "maillog-exporter:test"), NOBODY)

    def test_it_runs_without_any_right(self):
        self.begin()
        wait_until(lambda: self.podman("healthcheck", "run", "mail", check=False)[0] == 0, "health")
        wait_until(lambda: self.removed() == 3, "3 lines")
        pid = self.inspect(".State.Pid")
        with open(f"/proc/{pid}/status", encoding="ascii") as file:
            status = dict(line.rstrip("\n").split(":\t", 1) for line in file if ":\t" in line)
        self.assertEqual(status["Uid"].split(), ["65534"] * 4)
        for rights in ("CapEff", "CapPrm", "CapBnd"):
            self.assertEqual(int(status[rights], 16), 0)
        self.assertEqual(status["NoNewPrivs"], "1")
        self.assertEqual(status["NSpid"].split()[-1], "1")

    def test_it_ends_when_it_is_told_to_and_goes_on(self):
        self.begin()
        wait_until(lambda: self.removed() == 3, "3 lines")
        self.podman("stop", "--time=10", "mail")
        self.assertEqual(self.inspect(".State.ExitCode"), 0)
        self.write(range(3, 5))
        self.podman("start", "mail")
        wait_until(lambda: self.removed() == 5, "5 lines, none twice")
        self.podman("kill", "--signal=KILL", "mail")
        self.podman("wait", "mail")
        self.write(range(5, 6))
        self.podman("start", "mail")
        wait_until(lambda: self.removed() == 6, "6 lines, none twice")

    def test_one_that_hangs_is_not_healthy(self):
        self.begin()
        wait_until(lambda: self.podman("healthcheck", "run", "mail", check=False)[0] == 0, "health")
        pid = self.inspect(".State.Pid")
        os.kill(pid, signal.SIGSTOP)
        self.addCleanup(lambda: os.path.exists(f"/proc/{pid}") and os.kill(pid, signal.SIGCONT))
        self.assertNotEqual(self.podman("healthcheck", "run", "mail", check=False)[0], 0)
        os.kill(pid, signal.SIGCONT)


if __name__ == "__main__":
    unittest.main()
