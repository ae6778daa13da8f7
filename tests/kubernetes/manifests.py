"""What is in deploy/kubernetes and deploy/helm, rendered by kubectl and helm."""

import functools
import pathlib
import re
import shutil
import unittest

import tools
from tools import CHART, HELM, ROOT

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
