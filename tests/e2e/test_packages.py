"""What is packed besides the program, as far as this machine has the tools: the unit, AppArmor's profile, install.sh."""

import os
import re
import shutil
import subprocess
import tempfile
import unittest

from exporter import PROGRAM

UNIT = "deploy/systemd/maillog_exporter.service"
MOST_EXPOSED = 1.5


def needs(tool):
    return unittest.skipUnless(shutil.which(tool), f"no {tool} here")


def said(*command, **process):
    done = subprocess.run(command, capture_output=True, text=True, check=False, **process)
    return done.returncode, done.stdout + done.stderr


class Unit(unittest.TestCase):
    @needs("systemd-analyze")
    def test_verify_is_silent(self):
        with tempfile.TemporaryDirectory() as folder, open(UNIT, encoding="utf-8") as unit:
            text = unit.read()
            self.assertIn("/usr/local/bin/maillog_exporter ", text)
            path = os.path.join(folder, "maillog_exporter.service")
            with open(path, "w", encoding="utf-8") as file:
                # The page of the manual is not installed here.
                file.write(re.sub(r"Documentation=.*\n", "", text).replace(
                    "/usr/local/bin/maillog_exporter", os.path.abspath(PROGRAM)))
            self.assertEqual(said("systemd-analyze", "verify", "--recursive-errors=no", path), (0, ""))

    @needs("systemd-analyze")
    def test_exposes_little(self):
        status, text = said("systemd-analyze", "security", "--offline=true", UNIT)
        if "unrecognized option" in text:
            self.skipTest("this systemd-analyze looks at running units only")
        level = re.search(r"Overall exposure level for \S+: (\S+)", text)
        self.assertEqual((status, bool(level)), (0, True), text)
        self.assertLessEqual(float(level[1]), MOST_EXPOSED, text)


class Files(unittest.TestCase):
    @needs("apparmor_parser")
    def test_the_profile_is_understood(self):
        status, text = said("apparmor_parser", "-Q", "-K", "deploy/apparmor/maillog_exporter")
        # Where the kernel has no AppArmor, it says so and parses all the same.
        self.assertEqual(status, 0, text)

    def test_scripts_are_of_sh(self):
        for script in ("deploy/tarball/install.sh", "deploy/debian/maillog-exporter.postinst",
                       "deploy/debian/maillog-exporter.postrm", "tests/packages/in-tarball"):
            self.assertEqual(said("sh", "-n", script), (0, ""), script)

    def test_the_configuration_that_is_installed_is_sound(self):
        for config in ("deploy/maillog_exporter.yml",):
            status, text = said(PROGRAM, "check-config", "--state.path=", f"--config.file={config}")
            # 1: the log may not be there on this machine.
            self.assertIn(status, (0, 1), text)
            self.assertIn("follow /var/log/mail.log", text)
