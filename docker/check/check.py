"""Checks the files that deploy the product: Kubernetes manifests, compose files, Prometheus rules and the Grafana dashboard.

`just lint` runs it. Each fault is one line: the file, the place in it, and what is wrong."""

import json
import re
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

import compose_spec
import kubernetes_validate
import promql_parser
import yaml
from kubernetes_validate import utils

# Reads each schema once instead of once for each resource, which takes most of the time.
utils.schema_contents = cache(utils.schema_contents)

DOCKER = Path(__file__).resolve().parents[1]
KUBERNETES = DOCKER / "kubernetes"

# The oldest and the newest version of Kubernetes whose schemas the manifests must fit.
VERSIONS = ("1.33", "1.37")

# Grafana replaces these variables before it sends a query.
GRAFANA = {"$__rate_interval": "5m", "$__range": "1h", "$instance": ".*"}

faults = []


def fault(path, place, what):
    faults.append(f"{path.relative_to(DOCKER.parent)}: {place}: {what}")


def documents(path, text=None):
    """The YAML documents of a file. A file that is not YAML is a fault, and has none."""
    try:
        return [one for one in yaml.safe_load_all(text or path.read_text()) if one is not None]
    except yaml.YAMLError as error:
        fault(path, "YAML", " ".join(str(error).split()))
        return []


def name(resource):
    return f"{resource.get('kind')}/{resource.get('metadata', {}).get('name')}"


def validate(path, resource, is_patch=False):
    """Compares a resource with the strict schema of its kind. A patch may leave out what the resource has already."""
    for version in VERSIONS:
        try:
            kubernetes_validate.validate(resource, version, strict=True)
        except kubernetes_validate.ValidationError as error:
            if is_patch and error.validator == "required":
                continue
            place = ".".join(str(part) for part in error.absolute_path)
            fault(path, f"{name(resource)} {place}".strip(), f"{error.message} (Kubernetes {version})")
            return
        except (kubernetes_validate.SchemaNotFoundError, kubernetes_validate.InvalidSchemaError) as error:
            fault(path, name(resource), error.message)
            return
        except KeyError as error:
            fault(path, name(resource), f"{error} is missing")
            return


def kustomization(path):
    """Compares the list of files with the folder, and validates each file alone."""
    (listed,) = documents(path) or [{}]
    patches = [patch["path"] for patch in listed.get("patches", []) if "path" in patch]
    files = {file for file in listed.get("resources", []) if file.endswith(".yaml")} | set(patches)
    there = {file.name for file in path.parent.glob("*.yaml")} - {path.name}
    for file in sorted(files - there):
        fault(path, file, "the file does not exist")
    for file in sorted(there - files):
        fault(path, file, "the file is not listed")
    for file in sorted(files & there):
        for resource in documents(path.parent / file):
            validate(path.parent / file, resource, is_patch=file in patches)


def build(path):
    """The resources as Kubernetes gets them, or `None` if no program that builds them is installed."""
    for command in (["kustomize", "build"], ["kubectl", "kustomize"]):
        if shutil.which(command[0]):
            built = subprocess.run([*command, str(path.parent)], capture_output=True, text=True)
            if built.returncode != 0:
                fault(path, command[0], built.stderr.strip())
            return documents(path, built.stdout) if built.returncode == 0 else []
    return None


def pod(resource):
    """The pod template of a resource, or `None`."""
    spec = resource.get("spec") or {}
    if resource["kind"] == "CronJob":
        spec = spec["jobTemplate"]["spec"]
    return spec.get("template") if resource["kind"] in ("Deployment", "Job", "CronJob") else None


def rules_of_ours(path, resources):
    """What no schema can say: who sees the owner's password, how long a pod may take to stop, and whether selectors select a pod."""
    pods = [pod(one) for one in resources if pod(one)]
    settings = {key: value for one in resources if one["kind"] == "ConfigMap" for key, value in one["data"].items()}
    for resource in resources:
        template = pod(resource)
        if resource["kind"] == "Secret":
            fault(path, name(resource), "a Secret must not be in the repository; refer to it by its name")
        if template and resource["kind"] == "Deployment":
            volumes = [volume.get("secret", {}).get("secretName") for volume in template["spec"].get("volumes", [])]
            for secret in {"watertight-owner", "watertight-superuser"} & set(volumes):
                fault(path, name(resource), f"the server must not see the Secret `{secret}`")
            least = int(settings.get("WATERTIGHT_DRAIN_SECONDS", 0)) + 10
            if template["spec"]["terminationGracePeriodSeconds"] <= least:
                fault(path, name(resource), f"`terminationGracePeriodSeconds` must be more than {least} s: the drain period and 10 s")
        if resource["kind"] in ("Service", "PodDisruptionBudget"):
            selector = resource["spec"]["selector"]
            wanted = selector.get("matchLabels", selector).items()
            if not any(wanted <= one["metadata"]["labels"].items() for one in pods):
                fault(path, name(resource), "its selector selects no pod")


def kubernetes():
    paths = sorted(KUBERNETES.rglob("kustomization.yaml"))
    for path in paths:
        kustomization(path)
    # A fault of a file would be repeated in each overlay that contains it.
    built = [(path, build(path)) for path in paths] if not faults else []
    for path, resources in built:
        if resources is None:
            print(f"did not build {path.relative_to(DOCKER.parent)}: neither `kustomize` nor `kubectl` is installed")
            continue
        for resource in resources:
            validate(path, resource)
        if not faults:
            rules_of_ours(path, resources)


def compose():
    for path in sorted(DOCKER.glob("compose*.yaml")):
        # Compose replaces variables before it reads the file; here they get their defaults.
        text = re.sub(r"\$\{[A-Z_]+:-([^}]*)\}", r"\1", path.read_text())
        try:
            compose_spec.PyCompose.from_yaml(yaml.safe_dump(yaml.safe_load(text))).validate()
        except (ValueError, yaml.YAMLError) as error:
            fault(path, "compose", " ".join(str(error).split()))


def query(path, place, text):
    for variable, value in GRAFANA.items():
        text = text.replace(variable, value)
    try:
        promql_parser.parse(text)
    except ValueError as error:
        fault(path, place, f"{error} in `{text}`")


def metrics():
    rules = DOCKER / "prometheus" / "rules.yml"
    for document in documents(rules):
        for group in document["groups"]:
            for rule in group["rules"]:
                query(rules, rule["alert"], rule["expr"])
    for path in [*DOCKER.glob("prometheus/*.yml"), *DOCKER.glob("grafana/provisioning/*/*.yaml")]:
        documents(path)
    if shutil.which("promtool"):
        tested = subprocess.run(["promtool", "test", "rules", rules.with_name("rules.test.yml")], capture_output=True, text=True)
        if tested.returncode != 0:
            fault(rules, "promtool", tested.stdout + tested.stderr)
    dashboard = DOCKER / "grafana" / "dashboards" / "watertight.json"
    try:
        panels = json.loads(dashboard.read_text())["panels"]
    except json.JSONDecodeError as error:
        fault(dashboard, "JSON", str(error))
        return
    for panel in panels:
        for target in panel.get("targets", []):
            query(dashboard, panel["title"], target["expr"])


kubernetes()
compose()
metrics()
if faults:
    sys.exit("\n".join(f"error: {one}" for one in faults))
print("the files in `docker/` that deploy the product are valid")
