"""The manifests against the program: what they give it, and what they let it do."""

import copy
import os
import re
import subprocess
import unittest

import pod_security
from manifests import DEPLOY, NAME, Kubernetes, exporter_of, only, pod_of
from tools import CHART, ROOT

PROGRAM = os.environ.get("MAILLOG_EXPORTER", str(ROOT / "build" / "maillog_exporter"))


def check_config(arguments):
    """Status 2: it would not start; 1: sound, but something is in the way here, such as a folder that is not there."""
    command = [PROGRAM, "check-config", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    return done.returncode, done.stdout + done.stderr


class Program(Kubernetes):
    """What the manifests say of the program is so."""

    def setUp(self):
        if not os.path.exists(PROGRAM):
            self.skipTest("the program is not compiled")

    def test_it_takes_the_arguments(self):
        checked = 0
        for where, container, _ in self.exporters():
            # The Secret of the test's values does not exist here.
            arguments = [word for word in container["args"] if not word.startswith("--web.config.file=")]
            status, said = check_config(arguments)
            self.assertIn(status, (0, 1), f"{where}: {said}")
            checked += 1
        self.assertGreater(checked, 10)
        self.assertEqual(check_config([*arguments, "--from-begin"])[0], 2)

    def test_ports_paths_and_version(self):
        help_text = subprocess.run([PROGRAM, "--help"], capture_output=True, text=True, check=True).stdout
        port = int(re.search(r"--web\.listen-address ADDRESS=:(\d+)", help_text)[1])
        version = subprocess.run([PROGRAM, "--version"], capture_output=True, text=True, check=True).stdout
        version = re.search(r"\d+\.\d+\.\d+", version)[0]
        for where, container, _ in self.exporters():
            self.assertEqual([one["containerPort"] for one in container["ports"]], [port], where)
            self.assertEqual(container["image"], f"maillog-exporter:{version}", where)
        for where, objects in self.all.items():
            for service in objects:
                if service["kind"] == "Service" and service["metadata"]["name"] == NAME:
                    self.assertEqual([one["port"] for one in service["spec"]["ports"]], [port], where)
        chart = self.files["Chart"]
        self.assertEqual((chart["version"], chart["appVersion"]), (version, version))

    def test_probes_are_answered(self):
        asked = set()
        for _, container, _ in self.exporters():
            for probe in ("startupProbe", "livenessProbe"):
                if "exec" in container[probe]:
                    self.assertEqual(container[probe]["exec"]["command"][:2], ["/maillog_exporter", "healthcheck"])
                    help_text = subprocess.run([PROGRAM, "--help"], capture_output=True, text=True, check=True).stdout
                    self.assertIn("healthcheck", help_text)
                else:
                    self.assertEqual(container[probe]["httpGet"]["port"], "maillog-metrics")
                    asked.add(container[probe]["httpGet"]["path"])
        self.assertEqual(asked, {"/-/healthy"})


class Safety(Kubernetes):
    def test_the_exporter_never_decides_whether_the_pod_gets_mail(self):
        for where, container, _ in self.exporters():
            self.assertNotIn("readinessProbe", container, where)
            self.assertNotIn("cpu", container["resources"]["limits"], where)

    def test_a_sidecar_is_restricted(self):
        for where, container, pod in self.exporters():
            if where.startswith(("examples/postfix", "snippet")):
                self.assertEqual(pod_security.violations(pod, NAME), [], where)
                self.assertIs(container["securityContext"]["readOnlyRootFilesystem"], True, where)

    def test_on_a_node_it_has_what_it_needs_and_no_more(self):
        root = ["a hostPath volume", "is root", "may be root"]
        for where, objects in self.all.items():
            for thing in objects:
                if thing["kind"] != "DaemonSet":
                    continue
                expected = ["a hostPath volume"] if "nonroot" in where else root
                pod = pod_of(thing)
                self.assertEqual(pod_security.violations(pod), expected, where)
                self.assertIs(pod["automountServiceAccountToken"], False, where)
                self.assertIs(pod["containers"][0]["securityContext"]["readOnlyRootFilesystem"], True, where)
                writable = [m["name"] for m in pod["containers"][0]["volumeMounts"] if not m.get("readOnly")]
                self.assertEqual(writable, ["state"], where)

    def test_the_profile_finds_what_it_forbids(self):
        pod = pod_of(only(self.kustomized["examples/postfix-file"], "StatefulSet"))
        for change, found in (
            ({"privileged": True}, "privileged"),
            ({"allowPrivilegeEscalation": True}, "privileges can grow"),
            ({"capabilities": {"drop": ["ALL"], "add": ["SYS_ADMIN"]}}, "has capabilities"),
            ({"runAsNonRoot": False}, "may be root"),
            ({"runAsUser": 0}, "is root"),
            ({"seccompProfile": {"type": "Unconfined"}}, "has no seccomp profile"),
        ):
            worse = copy.deepcopy(pod)
            exporter_of(worse)["securityContext"].update(change)
            self.assertEqual(pod_security.violations(worse, NAME), [found])


class NoRegistry(unittest.TestCase):
    def test_images_have_no_host(self):
        for path in [*DEPLOY.rglob("*.yaml"), *CHART.rglob("*.yaml")]:
            for image in re.findall(r"^\s*(?:- )?(?:image|newName|repository): *([^\s#{]+)", path.read_text(encoding="utf-8"), re.MULTILINE):
                self.assertRegex(image, r"^[a-z-]+(:[0-9.]+)?$", path)


if __name__ == "__main__":
    unittest.main()
