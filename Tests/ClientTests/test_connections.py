"""What lies between a client and the gateway: TLS, silence, and a gateway that is told to stop."""

from __future__ import annotations

import datetime
import ipaddress
import signal
import ssl
import threading
from pathlib import Path

import httpx2
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from openai import DefaultHttpx2Client, OpenAI

from support.programs import Gateway, Simulator

MODEL = "Claude-Sonnet-4-6"


def user(text: str) -> list[dict[str, str]]:
    return [{"role": "user", "content": text}]


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with key.pem and certificate.pem for 127.0.0.1."""
    directory = tmp_path_factory.mktemp("certificate")
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "gateway")])
    now = datetime.datetime.now(datetime.UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    (directory / "key.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    (directory / "certificate.pem").write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    return directory


def test_https(simulator: Simulator, key: str, certificate: Path) -> None:
    settings = {
        "HTTPS_ENABLED": "true",
        "HTTPS_PORT": "0",
        "HTTPS_KEY_PATH": str(certificate / "key.pem"),
        "HTTPS_CERT_PATH": str(certificate / "certificate.pem"),
    }
    with Gateway(simulator, **settings) as gateway:
        port = gateway.wait_for(r"listening for https on port (\d+)")[1]
        context = ssl.create_default_context(cafile=certificate / "certificate.pem")
        client = OpenAI(
            base_url=f"https://127.0.0.1:{port}/v1",
            api_key=key,
            max_retries=0,
            http_client=DefaultHttpx2Client(verify=context),
            _strict_response_validation=True,
        )
        stream = client.chat.completions.create(model=MODEL, messages=user("Hello!"), stream=True)
        assert "".join(chunk.choices[0].delta.content or "" for chunk in stream).endswith('You said: "Hello!"')


def test_silence_is_filled_with_comments(simulator: Simulator, key: str) -> None:
    with Gateway(simulator, KEEP_ALIVE_SECONDS="1") as gateway:
        request = {"model": MODEL, "messages": user("simulate:quiet=2500"), "stream": True}
        with httpx2.stream(
            "POST",
            f"{gateway.base_url}/chat/completions",
            headers={"Authorization": f"Bearer {key}"},
            json=request,
            timeout=1.9,
        ) as answer:
            lines = [line for line in answer.iter_lines() if line]
        assert sum(line.startswith(":") for line in lines) >= 2
        assert lines[-1] == "data: [DONE]"
        # The SDK skips them.
        client = OpenAI(base_url=gateway.base_url, api_key=key, max_retries=0, _strict_response_validation=True)
        stream = client.chat.completions.create(**request)
        assert "".join(chunk.choices[0].delta.content or "" for chunk in stream).endswith('simulate:quiet=2500"')


def test_open_answers_end_before_the_gateway_does(simulator: Simulator, key: str) -> None:
    with Gateway(simulator, SHUTDOWN_SECONDS="20") as gateway:
        client = OpenAI(base_url=gateway.base_url, api_key=key, max_retries=0, _strict_response_validation=True)
        stream = client.chat.completions.create(
            model=MODEL, messages=user("simulate:events=20 simulate:slow=50"), stream=True
        )
        pieces = [next(stream), next(stream)]
        gateway.process.send_signal(signal.SIGTERM)
        gateway.wait_for("stopping")
        pieces += list(stream)
        assert pieces[-1].choices[0].finish_reason == "stop"
        ended = threading.Event()
        threading.Thread(target=lambda: (gateway.process.wait(10), ended.set()), daemon=True).start()
        assert ended.wait(10) and gateway.process.returncode == 0
