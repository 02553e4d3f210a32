"""The OpenAI SDK's own tests of `chat.completions.create` with minimal arguments, and of `models`.

They come with the SDK's source distribution, which `scripts/test` downloads; OPENAI_SDK_SOURCE names the archive.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from support.programs import Gateway, Simulator

# Replaces the SDK's own fixtures, whose API key is not one of ours.
CONFTEST = """
import os
import pytest
from openai import AsyncOpenAI, OpenAI

def settings(request):
    strict = getattr(request, "param", True)
    return dict(
        base_url=os.environ["TEST_API_BASE_URL"],
        api_key=os.environ["TEST_API_KEY"],
        max_retries=0,
        _strict_response_validation=strict,
    )

@pytest.fixture(scope="session")
def client(request):
    with OpenAI(**settings(request)) as client:
        yield client

@pytest.fixture(scope="session")
async def async_client(request):
    async with AsyncOpenAI(**settings(request)) as client:
        yield client
"""


@pytest.fixture(scope="module")
def own_tests(tmp_path_factory: pytest.TempPathFactory) -> Path:
    source = os.environ.get("OPENAI_SDK_SOURCE")
    if not source:
        pytest.skip("OPENAI_SDK_SOURCE does not name the SDK's source archive; scripts/test downloads it")
    directory = tmp_path_factory.mktemp("openai")
    with tarfile.open(source) as archive:
        members = [member for member in archive.getmembers() if re.match(r"[^/]+/tests/", member.name)]
        archive.extractall(directory, members=members)
    [root] = directory.iterdir()
    (root / "tests" / "conftest.py").write_text(CONFTEST)
    (root / "pytest.ini").write_text("[pytest]\nasyncio_mode = auto\nasyncio_default_test_loop_scope = session\n")
    return root


def test_own_tests(own_tests: Path, simulator: Simulator, catalogs: Path, key: str) -> None:
    settings = {"MODELS_FILE": str(catalogs / "openai-sdk.yaml"), "IP_RATE_LIMIT_ENABLED": "false"}
    with Gateway(simulator, **settings) as gateway:
        ended = subprocess.run(
            [
                *(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--no-header"),
                *("-k", "((create and not all_params) or (models and not delete)) and not aiohttp"),
                "tests/api_resources/chat/test_completions.py",
                "tests/api_resources/test_models.py",
            ],
            cwd=own_tests,
            env={**os.environ, "TEST_API_BASE_URL": gateway.base_url, "TEST_API_KEY": key},
            capture_output=True,
            text=True,
            timeout=120,
        )
    print(ended.stdout)
    assert ended.returncode == 0, ended.stdout
    passed = int(re.search(r"(\d+) passed", ended.stdout)[1])
    # Three forms of two kinds of create and of models, each by a loose and a strict client, sync and async.
    assert passed >= 48
