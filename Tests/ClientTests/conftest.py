"""Fixtures: a simulated Bedrock, a gateway in front of it, and OpenAI clients that validate every answer strictly."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

# Nothing here may leave this machine, whatever proxy or telemetry the environment names.
for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
    os.environ.pop(name, None)
os.environ.update(
    NO_PROXY="127.0.0.1,localhost",
    LANGSMITH_TRACING="false",
    LITELLM_LOCAL_MODEL_COST_MAP="True",
    OPENAI_AGENTS_DISABLE_TRACING="1",
)
for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "OPENAI_ORG_ID", "OPENAI_PROJECT_ID"):
    os.environ.pop(name, None)

import pytest
from openai import AsyncOpenAI, OpenAI

from support.images import ImageServer
from support.programs import Gateway, Simulator

KEY = "us-east-1.AKIASIMULATOREXAMPLE.simulator-secret"


@pytest.fixture(scope="session")
def simulator() -> Iterator[Simulator]:
    with Simulator() as simulator:
        yield simulator


@pytest.fixture(scope="session")
def gateway(simulator: Simulator) -> Iterator[Gateway]:
    """The gateway that most tests share, with the shipped catalog."""
    with Gateway(simulator, IP_RATE_LIMIT_ENABLED="false", IMAGE_URL_ALLOWED_HOSTS="127.0.0.1") as gateway:
        yield gateway


@pytest.fixture(scope="session")
def client(gateway: Gateway) -> Iterator[OpenAI]:
    with OpenAI(base_url=gateway.base_url, api_key=KEY, max_retries=0, _strict_response_validation=True) as client:
        yield client


@pytest.fixture(scope="session")
async def async_client(gateway: Gateway) -> AsyncIterator[AsyncOpenAI]:
    async with AsyncOpenAI(
        base_url=gateway.base_url, api_key=KEY, max_retries=0, timeout=60, _strict_response_validation=True
    ) as client:
        yield client


@pytest.fixture(scope="session")
def images() -> Iterator[ImageServer]:
    with ImageServer() as server:
        yield server


@pytest.fixture(scope="session")
def key() -> str:
    return KEY


@pytest.fixture(scope="session")
def catalogs() -> Path:
    return Path(__file__).parent / "catalogs"
