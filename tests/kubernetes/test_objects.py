"""The manifests against the types of the API and against each other: by kustomize and by helm, and with the rules and
dashboards that they hold."""

import copy
import importlib.machinery
import importlib.util
import json
import re
import shutil
import unittest

import tools
from manifests import DEPLOY, NAME, OVERLAYS, SNIPPETS, Kubernetes, exporter_of, kustomizations, only, pod_of, workloads
from tools import ROOT


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


if __name__ == "__main__":
    unittest.main()
