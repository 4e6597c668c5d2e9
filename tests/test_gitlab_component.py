"""The component for GitLab does what it promises, whatever its inputs hold."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from conformance import __version__
from tests.outside_tools import run_tool
from tests.running import ROOT, SECONDS

TEXT = (ROOT / "templates" / "dial-conformance.yml").read_text()
HEADER, BODY = yaml.safe_load_all(TEXT)
INPUTS: Mapping[str, Any] = HEADER["spec"]["inputs"]
URL = "https://dial.example.com"
SHELLS = [shell for shell in ("bash", "dash", "sh") if shutil.which(shell)]
HOSTILE = ["$(touch pwned)", "`touch pwned`", "a;touch", "a'b", 'a"b', "${IFS}", "a\\", "*", "-n", "%s%n", "é", "@x"]


def job(**given: str) -> Any:
    """The job, with its inputs filled in as GitLab does: in the values of the parsed YAML."""
    values = {name: one.get("default") for name, one in INPUTS.items()} | {"url": URL, **given}
    (only,) = filled(BODY, values).values()
    return only


def filled(node: Any, values: Mapping[str, str]) -> Any:
    if isinstance(node, dict):
        return {filled(key, values): filled(value, values) for key, value in node.items()}
    if isinstance(node, list):
        return [filled(one, values) for one in node]
    if isinstance(node, str):
        return re.sub(r"\$\[\[ inputs\.([\w-]+) \]\]", lambda found: values[found[1]], node)
    return node


def asked(folder: Path, shell: str, code: int = 0, **given: str) -> tuple[int, list[str]]:
    """Run the script with a program in place of the suite: the exit code, and what that program was given."""
    program = folder / "dial-conformance"
    program.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" > asked\nexit {code}\n')
    program.chmod(0o755)
    one = job(**given)
    variables = {name: value["value"] for name, value in one["variables"].items()}
    ran = subprocess.run(  # noqa: S603 - our own tests
        [str(shutil.which(shell)), "-e", "-c", "\n".join(one["script"])],
        env={**variables, "PATH": f"{folder}:{os.environ['PATH']}"},
        cwd=folder,
        timeout=SECONDS,
        check=False,
    )
    assert {path.name for path in folder.iterdir()} == {"asked", "dial-conformance"}
    return ran.returncode, (folder / "asked").read_text().splitlines()


def test_inputs_get_into_no_script() -> None:
    (one,) = BODY.values()
    assert "$[[" not in str(one["script"])
    assert all(value["expand"] is False for value in one["variables"].values())


def test_it_fits_the_schema_of_gitlab(tmp_path: Path) -> None:
    path = tmp_path / ".gitlab-ci.yml"
    path.write_text(yaml.safe_dump({"dial-conformance": job()}))
    run_tool("check-jsonschema", "--builtin-schema=vendor.gitlab-ci", path)


def test_shellcheck_has_nothing_to_say() -> None:
    run_tool("shellcheck", "--shell=sh", "-", given="\n".join(job()["script"]))


@pytest.mark.parametrize("shell", SHELLS)
def test_what_the_suite_is_given(tmp_path: Path, shell: str) -> None:
    given = {"deployments": " dall-e-3, gpt-*\n\r\necho", "budget": "9", "fail-on": "should"}
    code, words = asked(tmp_path, shell, 7, **given)
    assert code == 7
    assert words == [
        *("--live", "--fail-on=should"),
        *("--dial-deployment=dall-e-3", "--dial-deployment=gpt-*", "--dial-deployment=echo", "--budget=9"),
        *("--junit-xml=junit.xml", "--report-html=report.html", "--report-json=report.json"),
    ]


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize("text", HOSTILE)
def test_no_input_is_a_command(tmp_path: Path, shell: str, text: str) -> None:
    name = text.replace(" ", "")
    _, words = asked(tmp_path, shell, deployments=text, budget=text)
    assert f"--dial-deployment={name}" in words
    assert f"--budget={text}" in words


def test_defaults_check_the_dial_alone(tmp_path: Path) -> None:
    _, words = asked(tmp_path, "sh")
    assert words[:2] == ["--live", "--fail-on=must"]
    assert not [one for one in words if one.startswith(("--dial-deployment", "--budget"))]


def test_only_what_could_not_be_decided_is_a_warning() -> None:
    assert job()["allow_failure"] == {"exit_codes": [10]}


def test_the_version_is_this_one() -> None:
    assert INPUTS["image"]["default"].endswith(f":{__version__}")


def test_the_documents_name_each_input() -> None:
    table = (ROOT / "docs" / "ci.md").read_text()
    for name in INPUTS:
        assert f"| `{name}` |" in table
