"""The image and the manifests of `deploy/` keep what docs/ci.md says of them."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from conformance import __version__
from conformance.contract.verdict import ExitCode
from tests.conftest import Serve
from tests.outside_tools import run_tool
from tests.running import ROOT, SECONDS, credentials

FILES = sorted((ROOT / "deploy").glob("*.yaml"))
MANIFESTS: Mapping[str, Any] = {
    f"{one['kind']}/{one['metadata']['name']}": one for path in FILES for one in yaml.safe_load_all(path.read_text())
}
JOBS = {name: one["spec"] for name, one in MANIFESTS.items() if one["kind"] == "Job"}
DOCKERFILE = (ROOT / "Dockerfile").read_text()
LAST_STAGE = DOCKERFILE.rpartition("\nFROM ")[2]


def pod(job: str) -> Any:
    return JOBS[job]["template"]["spec"]


def container(job: str) -> Any:
    (only,) = pod(job)["containers"]
    return only


def volumes(job: str) -> dict[str, Any]:
    """What is mounted where."""
    known = {one.pop("name"): one for one in map(dict, pod(job)["volumes"])}
    return {one["mountPath"]: known[one["name"]] for one in container(job)["volumeMounts"]}


@pytest.mark.parametrize("version", ["1.29", "1.37"])
def test_manifests_fit_the_schema_of_kubernetes(version: str) -> None:
    told = run_tool("kubernetes-validate", "--strict", "-k", version, *FILES)
    assert told.count(f" against version {version}") == len(MANIFESTS), told


def test_hook_is_a_template_of_helm_as_it_is() -> None:
    assert "{{" not in (ROOT / "deploy" / "hook.yaml").read_text()
    assert MANIFESTS["Job/dial-conformance"]["metadata"]["annotations"] == {
        "helm.sh/hook": "post-install,post-upgrade",
        "helm.sh/hook-delete-policy": "before-hook-creation",
    }


@pytest.mark.parametrize("job", JOBS)
def test_pods_are_restricted(job: str) -> None:
    """As the Pod Security Standard `restricted` has it, and more."""
    assert (
        pod(job)["securityContext"].items()
        >= {
            "runAsNonRoot": True,
            "seccompProfile": {"type": "RuntimeDefault"},
        }.items()
    )
    assert pod(job)["automountServiceAccountToken"] is False
    assert container(job)["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert container(job)["resources"].keys() == {"requests", "limits"}


@pytest.mark.parametrize("job", JOBS)
def test_nothing_is_tried_twice_or_for_ever(job: str) -> None:
    assert pod(job)["restartPolicy"] == "Never"
    assert JOBS[job].get("backoffLimitPerIndex", JOBS[job].get("backoffLimit")) == 0
    assert JOBS[job]["activeDeadlineSeconds"] > 0


@pytest.mark.parametrize("job", [one for one in JOBS if "merge" not in one])
def test_key_comes_from_a_secret(job: str) -> None:
    environment = {one["name"]: one for one in container(job)["env"]}
    assert environment["DIAL_API_KEY"]["valueFrom"] == {"secretKeyRef": {"name": "dial-conformance", "key": "api-key"}}
    assert {"--live", "--budget"} <= {word.partition("=")[0] for word in container(job)["args"]}


def test_each_pod_takes_its_shard(tmp_path: Path) -> None:
    a_program(tmp_path / "dial-conformance", 'printf "%s\\n" "$@"; exit 7')
    ran = [run_as_pod("Job/dial-conformance-shards", tmp_path, index) for index in range(4)]
    assert [one.returncode for one in ran] == [7] * JOBS["Job/dial-conformance-shards"]["completions"]
    assert [one.stdout.splitlines() for one in ran] == [
        [
            f"--shard={number}/4",
            f"--report-json={tmp_path}/shard-{number}.json",
            *("--live", "--dial-deployment=*", "--budget=100"),
        ]
        for number in range(1, 5)
    ]


@pytest.mark.long
def test_the_jobs_check_all_deployments_and_merge(tmp_path: Path, serve: Serve) -> None:
    python = f"PYTHONPATH={shlex.quote(str(ROOT))} exec {shlex.quote(sys.executable)}"
    a_program(tmp_path / "dial-conformance", f'{python} -m conformance "$@"')
    a_program(tmp_path / "python", f'{python} "$@"')
    served = serve()
    shards = [
        run_as_pod("Job/dial-conformance-shards", tmp_path, index, **credentials(served.url)) for index in range(4)
    ]
    merged = run_as_pod("Job/dial-conformance-merge", tmp_path)
    codes = {one.returncode for one in shards}
    assert codes <= {ExitCode.PASSED, ExitCode.INCOMPLETE}, [one.stdout for one in shards]
    assert merged.returncode == max(codes), merged.stdout
    report = json.loads((tmp_path / "report.json").read_text())
    assert {one["id"] for one in report["deployments"]} >= {"dall-e-3", "echo", "search", "buttons"}
    assert (tmp_path / "report.html").is_file()


def a_program(path: Path, script: str) -> None:
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


def run_as_pod(job: str, folder: Path, index: int = 0, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the command of a pod, with its programs and its reports in a folder."""
    given = {one["name"]: one["value"] for one in container(job).get("env", []) if "value" in one}
    path = f"{folder}:{os.environ['PATH']}"
    given |= {"JOB_COMPLETION_INDEX": str(index), "PATH": path, **environment}
    words = [as_kubernetes_expands(one, given) for one in container(job)["command"] + container(job)["args"]]
    return subprocess.run(  # noqa: S603 - our own tests
        [one.replace("/reports", str(folder)) for one in words],
        env=given,
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=SECONDS,
        check=False,
    )


def as_kubernetes_expands(word: str, environment: Mapping[str, str]) -> str:
    """Kubernetes replaces `$(NAME)`, and leaves what it does not know."""
    return re.sub(r"\$\(([^)]*)\)", lambda found: environment.get(found[1], found[0]), word)


@pytest.mark.parametrize("job", ["Job/dial-conformance-merge", "Job/dial-conformance-shards"])
def test_merging_reads_what_the_shards_wrote(job: str) -> None:
    assert "PersistentVolumeClaim/dial-conformance-reports" in MANIFESTS
    assert volumes(job)["/reports"] == {"persistentVolumeClaim": {"claimName": "dial-conformance-reports"}}


@pytest.mark.parametrize("job", [one for one in JOBS if "merge" not in one])
def test_the_suite_can_write_what_pytest_must(job: str) -> None:
    assert volumes(job)["/tmp"] == {"emptyDir": {}}  # noqa: S108 - of the container


def test_the_linter_has_nothing_to_say_of_the_image() -> None:
    run_tool("hadolint", ROOT / "Dockerfile")


def test_image_starts_the_suite_without_rights() -> None:
    assert 'ENTRYPOINT ["dial-conformance"]' in LAST_STAGE
    assert re.search(r"^USER [1-9]\d*:[1-9]\d*$", LAST_STAGE, re.MULTILINE)
    assert "STOPSIGNAL SIGINT" in LAST_STAGE
    assert not re.search(r"\b(ARG|ADD|KEY|TOKEN|PASSWORD)\b", DOCKERFILE.replace("DIAL_API_KEY IMAGE", ""))
    assert re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE) == ["python:3.11-slim"] * 2


def test_image_replays_the_sets_it_carries() -> None:
    folder = re.search(r"^WORKDIR (\S+)$", LAST_STAGE, re.MULTILINE)
    assert folder is not None
    assert f"COPY cassettes {folder[1]}/cassettes" in LAST_STAGE


def test_image_gets_only_what_it_is_made_of() -> None:
    lines = [line for line in (ROOT / ".dockerignore").read_text().splitlines() if not line.startswith("#")]
    assert lines[0] == "*"
    copied = {
        name for line in re.findall(r"^COPY (?!--from)(.+) \S+$", DOCKERFILE, re.MULTILINE) for name in line.split()
    }
    assert {line.removeprefix("!") for line in lines if line.startswith("!")} == copied
    assert all((ROOT / name).exists() for name in copied)


@pytest.mark.parametrize("path", [*FILES, ROOT / "docs" / "ci.md"], ids=lambda path: path.name)
def test_the_version_is_this_one(path: Path) -> None:
    told = re.findall(r"dial-conformance(?::|@v)(\d[\w.]*\d)", path.read_text())
    assert set(told) == {__version__}
