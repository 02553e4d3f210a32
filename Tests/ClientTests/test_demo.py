"""What a newcomer does: paste what the demo prints; and what an operator sees at the start."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.programs import ROOT, Program, Simulator, binary


class Demo(Program):
    def __init__(self, python: str = sys.executable) -> None:
        arguments = ["demo", "--python", python]
        settings = {"MODELS_FILE": str(ROOT / "models.yaml")}
        super().__init__(arguments, r"http://127\.0\.0\.1:(\d+)/v1", settings)

    def commands(self) -> list[str]:
        """The printed commands: what follows each line that begins with '# '."""
        self.wait_for(r"\nPYTHON\n")
        return ["# " + command for command in self.output.read_text().split("\n# ")[1:]]


@pytest.fixture(scope="module")
def commands() -> Iterator[list[str]]:
    with Demo() as demo:
        yield demo.commands()
        assert demo.stop() == 0


def paste(command: str) -> str:
    shell = ["bash", "--norc", "--noprofile", "-s"]
    return subprocess.run(shell, input=command, capture_output=True, text=True, check=True, timeout=60).stdout


def test_three_commands(commands: list[str]) -> None:
    assert len(commands) == 3


def test_curl(commands: list[str]) -> None:
    answer = json.loads(paste(commands[0]))
    assert answer["choices"][0]["message"]["content"].endswith('You said: "Hello"')


def test_curl_streaming(commands: list[str]) -> None:
    lines = [line for line in paste(commands[1]).split("\n") if line]
    assert lines[-1] == "data: [DONE]"
    chunks = [json.loads(line.removeprefix("data: ")) for line in lines[:-1]]
    text = "".join(chunk["choices"][0]["delta"].get("content") or "" for chunk in chunks)
    assert text.endswith('You said: "Hello"')


def test_python(commands: list[str]) -> None:
    assert paste(commands[2]).endswith('You said: "Hello"\n')


def test_python_of_a_checkout_with_an_unusual_path(tmp_path: Path) -> None:
    python = tmp_path / "Bob's Prüfung $1" / "python"
    python.parent.mkdir()
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    python.chmod(0o755)
    with Demo(str(python)) as demo:
        assert paste(demo.commands()[2]).endswith('You said: "Hello"\n')


class TestOperator:
    def run(self, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [binary(), *arguments],
            env={"PATH": os.environ["PATH"], "MODELS_FILE": str(ROOT / "models.yaml"), **settings},
            cwd="/",
            capture_output=True,
            text=True,
            timeout=60,
        )

    def test_a_port_in_use_is_named(self, simulator: Simulator) -> None:
        ended = self.run("serve", HTTP_PORT=str(simulator.port), HTTP_HOST="127.0.0.1")
        assert ended.returncode == 1
        assert str(simulator.port) in ended.stderr and "HTTP_PORT" in ended.stderr

    def test_a_setting_that_makes_no_sense_is_named(self) -> None:
        ended = self.run("serve", HTTP_PORT="many")
        assert ended.returncode == 1 and "HTTP_PORT" in ended.stderr

    def test_health_of_nothing(self) -> None:
        assert self.run("health", "--port", "9").returncode == 1

    def test_health(self, gateway) -> None:
        assert self.run("health", "--port", str(gateway.port)).returncode == 0
        assert self.run("health", HTTP_PORT=str(gateway.port)).returncode == 0

    def test_the_shipped_catalog_has_no_mistake(self) -> None:
        ended = self.run("check")
        assert ended.returncode == 0, ended.stdout

    def test_a_mistake_in_a_catalog_is_found_with_its_line(self, tmp_path: Path) -> None:
        catalog = tmp_path / "models.yaml"
        catalog.write_text("models:\n  Mine:\n    bedrock_id: a.b\n    adapter: anthropic\n    colour: red\n")
        ended = self.run("check", str(catalog))
        assert ended.returncode == 1
        assert f"{catalog}:5:" in ended.stdout and "colour" in ended.stdout
