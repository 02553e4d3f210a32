"""Starts the program under test, as its own processes."""

from __future__ import annotations

import json
import os
import re
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

ROOT = Path(__file__).resolve().parents[3]


def binary() -> str:
    """The program: what BEDROCK_GATEWAY names, else the newest build."""
    if chosen := os.environ.get("BEDROCK_GATEWAY"):
        return str(Path(chosen).resolve())
    builds = [ROOT / ".build" / kind / "bedrock-gateway" for kind in ("debug", "release")]
    builds = sorted((build for build in builds if build.exists()), key=lambda build: build.stat().st_mtime)
    if not builds:
        raise RuntimeError("There is no build of bedrock-gateway: run 'swift build' first.")
    return str(builds[-1])


class Program:
    """A process whose output says on which port it listens."""

    def __init__(self, arguments: list[str], announcement: str, environment: dict[str, str]) -> None:
        self.directory = tempfile.TemporaryDirectory(prefix="bedrock-gateway-")
        self.output = Path(self.directory.name) / "output"
        # A clean environment: settings of whoever runs the tests must not reach the program.
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                [binary(), *arguments],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=self.directory.name,
                env={"PATH": os.environ["PATH"], **environment},
            )
        self.port = int(self.wait_for(announcement)[1])

    def wait_for(self, pattern: str, seconds: float = 30) -> re.Match[str]:
        """Waits until the output matches."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if match := re.search(pattern, self.output.read_text()):
                return match
            if self.process.poll() is not None:
                break
            time.sleep(0.02)
        self.stop()
        raise RuntimeError(f"The program did not say {pattern!r}. It said:\n{self.output.read_text()}")

    def stop(self) -> int:
        """Asks the program to end, and returns its exit status."""
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
        return self.process.wait()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        self.directory.cleanup()


class Simulator(Program):
    """The offline Bedrock."""

    def __init__(self) -> None:
        super().__init__(["simulate"], r"simulator on http://127\.0\.0\.1:(\d+)", {})
        self.url = f"http://127.0.0.1:{self.port}"

    def counts(self) -> dict[str, Any]:
        """What the simulator received so far."""
        with urllib.request.urlopen(f"{self.url}/simulator/requests", timeout=5) as answer:
            return json.load(answer)

    def wait_until(self, holds: Callable[[dict[str, Any]], bool], seconds: float) -> dict[str, Any]:
        """The first counts that fit, or the last ones when the time is over."""
        deadline = time.monotonic() + seconds
        while True:
            counts = self.counts()
            if holds(counts) or time.monotonic() > deadline:
                return counts
            time.sleep(0.02)


class Gateway(Program):
    """A gateway with settings, in front of a simulator."""

    def __init__(self, simulator: Simulator, **settings: str) -> None:
        environment = {
            "HTTP_HOST": "127.0.0.1",
            "HTTP_PORT": "0",
            "MODELS_FILE": str(ROOT / "models.yaml"),
            "AWS_ENDPOINT_URL": simulator.url,
            "SHUTDOWN_SECONDS": "1",
            **settings,
        }
        super().__init__([], r"listening for http on port (\d+)", environment)
        self.base_url = f"http://127.0.0.1:{self.port}/v1"
