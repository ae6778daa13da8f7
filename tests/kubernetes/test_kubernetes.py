"""What is in deploy/kubernetes and deploy/helm, rendered by kubectl and helm, against the types of the API and against the
program itself."""

import copy
import functools
import importlib.machinery
import importlib.util
import json
import os
import pathlib
import re
import shutil
import subprocess
import unittest

import pod_security
import tools
from tools import CHART, HELM, ROOT

PROGRAM = os.environ.get("MAILLOG_EXPORTER", str(ROOT / "build" / "maillog_exporter"))
DEPLOY = ROOT / "deploy" / "kubernetes"
NAME = "maillog-exporter"
EVERYTHING = CHART / "ci" / "everything-values.yaml"
# Components that no example uses, and what they are used with.
OVERLAYS = {"nonroot": (["daemonset"], ["daemonset/nonroot", "daemonset/podmonitor", "daemonset/networkpolicy"])}
WORKLOADS = ("DaemonSet", "Deployment", "StatefulSet")
# Values of other charts, and where their container is.
SNIPPETS = {
    "docker-mailserver": ("deployment", "initContainers", "extraVolumes"),
    "mailu": ("postfix", "extraContainers", "extraVolumes"),
    "bokysan-postfix": (None, "extraContainers", "extraVolumes"),
}


def kustomizations(kind):
    """Folders below deploy/kubernetes, by their names there."""
    found = {}
    for file in sorted(DEPLOY.rglob("kustomization.yaml")):
        if re.search(rf"^kind: {kind}$", file.read_text(encoding="utf-8"), re.MULTILINE):
            found[str(file.parent.relative_to(DEPLOY))] = file.parent
    return found


def values_files():
    return [None, *sorted((CHART / "ci").glob("*-values.yaml"))]


def pod_of(thing):
    return thing["spec"]["template"]["spec"]


def workloads(objects):
    return [thing for thing in objects if thing["kind"] in WORKLOADS]


def only(objects, kind, name=None):
    found = [thing for thing in objects if thing["kind"] == kind and name in (None, thing["metadata"]["name"])]
    if len(found) != 1:
        raise AssertionError(f"{len(found)} of {kind} {name}")
    return found[0]


def exporter_of(pod):
    return next(one for one in pod.get("initContainers", []) + pod["containers"] if one["name"] == NAME)


def check_config(arguments):
    """Status 2: it would not start; 1: sound, but something is in the way here, such as a folder that is not there."""
    command = [PROGRAM, "check-config", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    return done.returncode, done.stdout + done.stderr


@functools.cache
def rendered():
    """All that there is, once: (kustomized, made by helm, other files), each name -> objects."""
    tools.set_up()
    kustomized = {name: tools.kustomize(path) for name, path in kustomizations("Kustomization").items()}
    for name, (resources, components) in OVERLAYS.items():
        kustomized[name] = tools.overlay(name, resources, components)
    kustomized["grafana"] = tools.kustomize(ROOT / "grafana")
    helmed = {}
    for values in values_files():
        name = "helm" if values is None else f"helm {values.name}"
        helmed[name] = tools.helm(*([] if values is None else ["--values", values]))
    helmed["helm, packed"] = tools.helm("--values", EVERYTHING, chart=packed())
    files = {name: DEPLOY / "snippets" / f"{name}-values.yaml" for name in SNIPPETS}
    files |= {name: ROOT / "prometheus" / f"{name}.yml" for name in ("rules", "alerts")}
    files |= {name: CHART / f"{name}.yaml" for name in ("Chart", "values")}
    texts = {name: path.read_text(encoding="utf-8") for name, path in files.items()}
    parsed = tools.parse({f"kustomize {name}": text for name, text in kustomized.items()} | helmed | texts)
    return (
        {name: parsed[f"kustomize {name}"] for name in kustomized},
        {name: parsed[name] for name in helmed},
        {name: parsed[name][0] for name in files},
    )


def packed():
    """The chart as an archive."""
    folder = tools.WORKSHOP / "packed"
    shutil.rmtree(folder, ignore_errors=True)
    status, out, err = tools.run(HELM, "package", CHART, "--destination", folder)
    if status:
        raise AssertionError(out + err)
    return next(pathlib.Path(folder).glob("*.tgz"))


class Kubernetes(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.kustomized, cls.helmed, cls.files = rendered()
        cls.all = {**cls.kustomized, **cls.helmed}

    def snippet(self, name):
        """Its container, and a pod with all that it brings."""
        above, containers, volumes = SNIPPETS[name]
        values = self.files[name] if above is None else self.files[name][above]
        container = values[containers][0]
        pod = {"containers": [{"name": "mail", "image": "mail"}], "volumes": list(values[volumes])}
        pod[containers if containers == "initContainers" else "containers"] = [*pod["containers"], container]
        return container, pod

    def exporters(self):
        """Of everything: (where, container, pod)."""
        for name, objects in self.all.items():
            for thing in workloads(objects):
                yield name, exporter_of(pod_of(thing)), pod_of(thing)
        for name in SNIPPETS:
            yield f"snippet {name}", *self.snippet(name)


class Objects(Kubernetes):
    def test_the_api_takes_every_object(self):
        everything = [thing for objects in self.all.values() for thing in objects]
        for name in SNIPPETS:
            pod = self.snippet(name)[1]
            everything.append({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name}, "spec": pod})
        self.assertGreater(len(everything), 60)
        self.assertEqual(tools.faults(everything), [])

    def test_what_the_api_does_not_take_is_found(self):
        sound = only(self.kustomized["daemonset"], "DaemonSet")
        monitor = only(self.kustomized["examples/node"], "PodMonitor")

        def changed(thing, change):
            thing = copy.deepcopy(thing)
            change(thing)
            return thing

        wrong = [
            changed(sound, lambda it: pod_of(it)["containers"][0].update(volumeMount=[])),
            changed(sound, lambda it: pod_of(it)["containers"][0]["ports"][0].update(containerPort="many")),
            changed(sound, lambda it: pod_of(it)["volumes"][0]["hostPath"].pop("path")),
            changed(monitor, lambda it: it["spec"]["podMetricsEndpoints"][0].update(interval="30")),
            changed(monitor, lambda it: it["spec"]["podMetricsEndpoints"][0].update(intervall="30s")),
            changed(monitor, lambda it: it.update(kind="PodMonitors")),
        ]
        for i, thing in enumerate(wrong):
            thing["metadata"]["name"] = f"wrong-{i}"
        said = "\n".join(tools.faults(wrong))
        for i in range(len(wrong)):
            self.assertIn(f"wrong-{i}:", said)

    def test_every_component_is_rendered(self):
        used = set()
        for path in [*kustomizations("Kustomization").values(), *kustomizations("Component").values()]:
            text = (path / "kustomization.yaml").read_text(encoding="utf-8")
            listed = re.search(r"^components:\n((?:  - .*\n)+)", text, re.MULTILINE)
            for line in listed[1].splitlines() if listed else ():
                used.add(str((path / line[4:]).resolve().relative_to(DEPLOY)))
        for _, components in OVERLAYS.values():
            used.update(components)
        self.assertEqual(set(kustomizations("Component")) - used, set())

    def test_names_are_those_of_something(self):
        """What the types do not say: volumes that are mounted are there, selectors find, ports have their names."""
        for where, container, pod in self.exporters():
            volumes = [volume["name"] for volume in pod.get("volumes", [])]
            self.assertEqual(len(volumes), len(set(volumes)), where)
            mounted = {mount["name"] for mount in container.get("volumeMounts", [])}
            # That chart has it, in a claim.
            there = set(volumes) | ({"mail-log"} if where == "snippet docker-mailserver" else set())
            self.assertEqual(mounted - there, set(), where)
            ports = [port["name"] for one in pod["containers"] for port in one.get("ports", []) if "name" in port]
            self.assertEqual(len(ports), len(set(ports)), where)
        found = 0
        for where, objects in self.all.items():
            pods = [(thing["spec"]["template"]["metadata"]["labels"], pod_of(thing)) for thing in workloads(objects)]
            for thing in objects:
                spec = thing["spec"] if "spec" in thing else {}
                selector = spec.get("podSelector") or spec.get("selector")
                if thing["kind"] not in ("Service", "PodMonitor", "NetworkPolicy") or not pods:
                    continue
                if thing["metadata"]["name"].endswith("-sidecar") and where.startswith("helm"):
                    continue  # for pods that are not the chart's
                wanted = selector.get("matchLabels", selector)
                selected = [pod for labels, pod in pods if wanted.items() <= labels.items()]
                self.assertEqual(len(selected), 1, f"{where}: {thing['kind']}")
                ports = {port["name"] for one in selected[0]["containers"] for port in one.get("ports", [])}
                named = {port.get("targetPort") for port in spec.get("ports", [])}
                named |= {end["port"] for end in spec.get("podMetricsEndpoints", [])}
                named |= {port["port"] for rule in spec.get("ingress", []) for port in rule["ports"]}
                self.assertEqual({name for name in named if isinstance(name, str)} - ports, set(), where)
                found += 1
        self.assertGreater(found, 12)


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


class SameInEachWay(Kubernetes):
    def spec(self, where, kind="DaemonSet", name=NAME):
        return copy.deepcopy(only(self.all[where], kind, name)["spec"])

    def test_kustomize_and_helm_make_the_same_pods(self):
        for one, other in (("daemonset", "helm"), ("nonroot", "helm nonroot-values.yaml")):
            kustomized, helmed = self.spec(one)["template"]["spec"], self.spec(other)["template"]["spec"]
            self.assertEqual(helmed["containers"][0].pop("imagePullPolicy"), "IfNotPresent")
            self.assertEqual(kustomized, helmed)

    def test_kustomize_and_helm_make_the_same_of_the_rest(self):
        for kind, name in (("PodMonitor", NAME), ("NetworkPolicy", NAME), ("Service", NAME)):
            kustomized = self.spec("examples/node", kind, name)
            helmed = self.spec("helm everything-values.yaml", kind, name)
            for spec in (kustomized, helmed):
                selector = spec.get("podSelector") or spec["selector"]
                selector.get("matchLabels", selector).pop("app.kubernetes.io/instance", None)
            self.assertEqual(kustomized, helmed, kind)
        kustomized = self.spec("examples/postfix-file", "PodMonitor", f"{NAME}-sidecar")
        helmed = self.spec("helm everything-values.yaml", "PodMonitor", f"{NAME}-sidecar")
        self.assertEqual(helmed.pop("namespaceSelector"), {"matchNames": ["mail"]})
        self.assertEqual(kustomized, helmed)

    def test_sidecars_are_the_same_but_for_the_log(self):
        def common(container):
            left = {key: value for key, value in container.items() if key not in ("args", "volumeMounts", "restartPolicy")}
            return left, [mount for mount in container["volumeMounts"] if mount["name"] == "maillog-state"]

        sidecars = [(where, one) for where, one, _ in self.exporters() if where.startswith(("examples/postfix", "snippet"))]
        self.assertEqual(len(sidecars), 6)
        for where, container in sidecars:
            self.assertEqual(common(container), common(sidecars[0][1]), where)
        node = only(self.kustomized["daemonset"], "DaemonSet")
        for key in ("ports", "startupProbe", "livenessProbe", "resources", "image"):
            self.assertEqual(sidecars[0][1][key], pod_of(node)["containers"][0][key], key)


class OneSource(Kubernetes):
    """Rules and dashboards are those of prometheus/ and grafana/."""

    def test_the_rules_are_not_stale(self):
        path = str(ROOT / "scripts" / "kubernetes-rules")
        loader = importlib.machinery.SourceFileLoader("kubernetes_rules", path)
        script = importlib.util.module_from_spec(importlib.util.spec_from_loader("kubernetes_rules", loader))
        loader.exec_module(script)
        committed = (DEPLOY / "rules" / "prometheusrules.yaml").read_text(encoding="utf-8")
        self.assertTrue(committed == script.objects(), "stale: call scripts/kubernetes-rules")

    def test_rules(self):
        for name in ("rules", "alerts"):
            self.assertEqual(only(self.kustomized["rules"], "PrometheusRule", f"maillog-{name}")["spec"], self.files[name])
            for where in ("helm everything-values.yaml", "helm sidecars-only-values.yaml"):
                self.assertEqual(only(self.helmed[where], "PrometheusRule", f"{NAME}-{name}")["spec"], self.files[name])

    @unittest.skipUnless(shutil.which("promtool"), "no promtool")
    def test_prometheus_takes_the_rules(self):
        for rule in self.kustomized["rules"]:
            file = tools.WORKSHOP / f"{rule['metadata']['name']}.yml"
            file.write_text(json.dumps(rule["spec"]), encoding="utf-8")
            status, out, err = tools.run("promtool", "check", "rules", file)
            self.assertEqual(status, 0, out + err)

    def test_dashboards(self):
        for where, objects, language in (
            ("grafana", self.kustomized["grafana"], "en"),
            ("node", self.kustomized["examples/node"], "en"),
            ("helm", self.helmed["helm everything-values.yaml"], "en"),
            ("helm, Japanese", self.helmed["helm sidecars-only-values.yaml"], "ja"),
        ):
            files = {path.name: path.read_text(encoding="utf-8") for path in (ROOT / "grafana/dashboards" / language).glob("*.json")}
            shown = {}
            for one in objects:
                if one["kind"] == "ConfigMap":
                    self.assertEqual(one["metadata"]["labels"]["grafana_dashboard"], "1", where)
                    shown.update(one["data"])
            self.assertEqual(set(shown), set(files), where)
            for name, text in files.items():
                self.assertEqual(json.loads(shown[name]), json.loads(text), f"{where}: {name}")


class Chart(Kubernetes):
    def test_lint(self):
        for values in values_files():
            given = [] if values is None else ["--values", values]
            status, out, err = tools.run(HELM, "lint", "--strict", CHART, *given)
            self.assertEqual(status, 0, out + err)

    def test_values_that_are_none_are_refused(self):
        for mistake in (
            "daemonset.enabled=true",
            "daemonSet.log[0].namespace=mail",
            "daemonSet.logs[0].namespaces=mail",
            "daemonSet.logs[0].namespace=/etc",
            "daemonSet.logs[0].pod=a/b",
            "daemonSet.nonroot=true",
            "daemonSet.nonRoot=yes-please",
            "daemonSet.extraArgs[0]=/var/log/mail.log",
            "daemonSet.stateDirectory=state",
            "daemonSet.resources.limit.memory=64Mi",
            "image.name=x",
            "image.pullPolicy=Sometimes",
            "web.secret=x",
            "service.enable=true",
            "podMonitor.interval=30",
            "networkPolicy.namespace=x",
            "prometheusRules.enabled=true",
            "dashboards.language=de",
        ):
            status, _, err = tools.run(HELM, "template", NAME, CHART, "--set", mistake)
            self.assertNotEqual(status, 0, mistake)
            self.assertIn("schema", err, mistake)

    def test_every_value_is_in_the_schema(self):
        schema = json.loads((CHART / "values.schema.json").read_text(encoding="utf-8"))

        def compare(value, part, where):
            if "properties" not in part or not value:
                return
            self.assertEqual(set(value) ^ set(part["properties"]), set(), where)
            self.assertIs(part["additionalProperties"], False, where)
            for key, inner in value.items():
                if isinstance(inner, dict) and where.count(".") < 1:
                    compare(inner, part["properties"][key], f"{where}.{key}")

        compare(self.files["values"], schema, "")

    def test_what_is_packed_needs_nothing_else(self):
        self.assertEqual(self.helmed["helm, packed"], self.helmed[f"helm {EVERYTHING.name}"])
        # helm keeps a release in one Secret, which may have 1 MiB.
        archive = next((tools.WORKSHOP / "packed").glob("*.tgz"))
        self.assertLess(archive.stat().st_size, 300_000)

    def test_notes(self):
        for values in values_files():
            given = [] if values is None else ["--values", values]
            status, out, err = tools.run(
                HELM, "install", NAME, CHART, "--dry-run=client", "--namespace", "monitoring", *given
            )
            self.assertEqual(status, 0, err)
            notes = out.partition("NOTES:")[2]
            self.assertNotIn("<no value>", notes)
            self.assertIn("maillog_exporter runs on" if "sidecars" not in str(values) else "No exporter runs", notes)


class NoRegistry(unittest.TestCase):
    def test_images_have_no_host(self):
        for path in [*DEPLOY.rglob("*.yaml"), *CHART.rglob("*.yaml")]:
            for image in re.findall(r"^\s*(?:- )?(?:image|newName|repository): *([^\s#{]+)", path.read_text(encoding="utf-8"), re.MULTILINE):
                self.assertRegex(image, r"^[a-z-]+(:[0-9.]+)?$", path)


if __name__ == "__main__":
    unittest.main()
