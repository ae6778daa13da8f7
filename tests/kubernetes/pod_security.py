"""The profile `restricted` of the Pod Security Standards, as far as these manifests come near to it."""

VOLUMES = {"configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "persistentVolumeClaim", "projected", "secret"}


def violations(pod, only=None):
    """What of a pod's spec the profile forbids, in words. `only`: of one container."""
    found = []
    whole = pod.get("securityContext", {})
    for key in ("hostNetwork", "hostPID", "hostIPC"):
        if pod.get(key):
            found.append(key)
    for volume in pod.get("volumes", []) if only is None else []:
        found += [f"a {kind} volume" for kind in volume if kind not in VOLUMES | {"name"}]
    for container in pod.get("initContainers", []) + pod["containers"]:
        if only is not None and container["name"] != only:
            continue
        own = container.get("securityContext", {})
        of = {**whole, **own}
        if own.get("privileged"):
            found.append("privileged")
        if own.get("allowPrivilegeEscalation") is not False:
            found.append("privileges can grow")
        if own.get("capabilities", {}).get("drop") != ["ALL"] or own["capabilities"].get("add"):
            found.append("has capabilities")
        if of.get("runAsNonRoot") is not True:
            found.append("may be root")
        if of.get("runAsUser") == 0:
            found.append("is root")
        if of.get("seccompProfile", {}).get("type") not in ("RuntimeDefault", "Localhost"):
            found.append("has no seccomp profile")
        found += ["a port of the host" for port in container.get("ports", []) if port.get("hostPort")]
    return sorted(set(found))
