"""The OpenAI SDK: every class of error, before and in a stream, and what the SDK tries again."""

from __future__ import annotations

import httpx2
import openai
import pytest
from openai import APIError, AsyncOpenAI, OpenAI

from support.images import ImageServer
from support.programs import Gateway, Simulator

MODEL = "Claude-Sonnet-4-6"


def user(text: str) -> list[dict[str, str]]:
    return [{"role": "user", "content": text}]


# What Bedrock answers, and the class, status, type, code and param that a client sees.
REFUSALS = [
    ("throttle", openai.RateLimitError, 429, "rate_limit_error", "rate_limit_exceeded", None),
    ("quota", openai.RateLimitError, 429, "insufficient_quota", "insufficient_quota", None),
    ("deny", openai.PermissionDeniedError, 403, "permission_error", "model_access_denied", None),
    ("expired-token", openai.AuthenticationError, 401, "authentication_error", "expired_credentials", None),
    ("invalid-model", openai.NotFoundError, 404, "invalid_request_error", "model_not_found", "model"),
    ("on-demand", openai.BadRequestError, 400, "invalid_request_error", "model_not_found", "model"),
    ("too-long", openai.BadRequestError, 400, "invalid_request_error", "context_length_exceeded", "messages"),
    ("internal", openai.InternalServerError, 500, "server_error", "internal_error", None),
    ("model-error", openai.InternalServerError, 502, "server_error", "model_error", None),
    ("not-ready", openai.InternalServerError, 503, "server_error", "model_not_ready", None),
    ("unavailable", openai.InternalServerError, 503, "server_error", "service_unavailable", None),
    ("html-error", openai.InternalServerError, 502, "server_error", "bad_gateway", None),
    ("timeout", openai.InternalServerError, 504, "server_error", "timeout", None),
    ("first-frame-exception", openai.RateLimitError, 429, "rate_limit_error", "rate_limit_exceeded", None),
]


@pytest.mark.parametrize("streams", [False, True], ids=["whole", "stream"])
@pytest.mark.parametrize("word, kind, status, type, code, param", REFUSALS, ids=[row[0] for row in REFUSALS])
def test_refusals(
    client: OpenAI, word: str, kind: type, status: int, type: str, code: str, param: str | None, streams: bool
) -> None:
    with pytest.raises(kind) as caught:
        client.chat.completions.create(model=MODEL, messages=user(f"simulate:{word}"), stream=streams)
    error = caught.value
    assert (error.status_code, error.type, error.code, error.param) == (status, type, code, param)
    assert error.request_id.startswith("req_")
    assert error.body["message"]
    assert "simulator-secret" not in str(error)


async def test_refusals_reach_an_async_client(async_client: AsyncOpenAI) -> None:
    with pytest.raises(openai.RateLimitError) as caught:
        await async_client.chat.completions.create(model=MODEL, messages=user("simulate:throttle"), stream=True)
    assert 1000 <= int(caught.value.response.headers["retry-after-ms"]) <= 5000


MID_STREAM = [
    ("fail-mid-stream", "server_error", "model_error"),
    ("throttle-mid-stream", "rate_limit_error", "rate_limit_exceeded"),
    ("cut", "server_error", "stream_interrupted"),
    ("truncate", "server_error", "stream_interrupted"),
    ("bad-crc", "server_error", "stream_interrupted"),
]


@pytest.mark.parametrize("word, type, code", MID_STREAM, ids=[row[0] for row in MID_STREAM])
def test_errors_in_a_stream(client: OpenAI, word: str, type: str, code: str) -> None:
    stream = client.chat.completions.create(model=MODEL, messages=user(f"simulate:{word}"), stream=True)
    text = ""
    with pytest.raises(APIError) as caught:
        for chunk in stream:
            text += chunk.choices[0].delta.content or ""
            assert chunk.choices[0].finish_reason is None
    assert text.startswith("This is ")
    assert (caught.value.type, caught.value.code) == (type, code)


class TestRequestsThatNeverReachBedrock:
    def check(self, client: OpenAI, simulator: Simulator, kind: type, code: str, param: str | None, **request) -> str:
        before = simulator.counts()["requests"]
        with pytest.raises(kind) as caught:
            client.chat.completions.create(**{"model": MODEL, "messages": user("Hello!"), **request})
        assert (caught.value.code, caught.value.param) == (code, param)
        assert caught.value.request_id
        assert simulator.counts()["requests"] == before
        return caught.value.body["message"]

    def test_unknown_model(self, client: OpenAI, simulator: Simulator) -> None:
        message = self.check(
            client, simulator, openai.NotFoundError, "model_not_found", "model", model="Claude-Sonet-4-6"
        )
        assert "Claude-Sonnet-4-6" in message

    def test_no_messages(self, client: OpenAI, simulator: Simulator) -> None:
        with pytest.raises(openai.BadRequestError) as caught:
            client.chat.completions.create(model=MODEL, messages=[])
        assert caught.value.param == "messages"

    def test_value_of_a_wrong_kind(self, client: OpenAI, simulator: Simulator) -> None:
        with pytest.raises(openai.BadRequestError) as caught:
            client.chat.completions.create(model=MODEL, messages=user("Hello!"), max_completion_tokens="many")
        assert caught.value.param == "max_completion_tokens"

    def test_picture_from_a_private_address(self, client: OpenAI, simulator: Simulator) -> None:
        parts = [{"type": "image_url", "image_url": {"url": "http://169.254.169.254/latest/meta-data"}}]
        self.check(
            client,
            simulator,
            openai.BadRequestError,
            "invalid_image_url",
            "messages[0].content[0]",
            messages=[{"role": "user", "content": parts}],
        )

    def test_picture_that_is_not_there(self, client: OpenAI, simulator: Simulator, images: ImageServer) -> None:
        parts = [{"type": "image_url", "image_url": {"url": f"{images.url}/other.png"}}]
        self.check(
            client,
            simulator,
            openai.BadRequestError,
            "invalid_image_url",
            "messages[0].content[0]",
            messages=[{"role": "user", "content": parts}],
        )

    def test_picture_for_a_model_that_sees_none(self, client: OpenAI, simulator: Simulator) -> None:
        parts = [{"type": "image_url", "image_url": {"url": "data:image/png;base64,iVBORw0KGgo="}}]
        with pytest.raises(openai.BadRequestError) as caught:
            client.chat.completions.create(model="Nova-Micro", messages=[{"role": "user", "content": parts}])
        assert "image" in str(caught.value)

    def test_unknown_path(self, client: OpenAI) -> None:
        with pytest.raises(openai.NotFoundError):
            client.get("/nothing", cast_to=object)

    def test_apis_that_are_not_there(self, client: OpenAI) -> None:
        with pytest.raises(openai.NotFoundError) as caught:
            client.responses.create(model=MODEL, input="Hello!")
        assert "chat/completions" in str(caught.value)
        with pytest.raises(openai.NotFoundError):
            client.embeddings.create(model=MODEL, input="Hello!")

    def test_method_that_is_not_allowed(self, client: OpenAI) -> None:
        with pytest.raises(openai.APIStatusError) as caught:
            client.get("/chat/completions", cast_to=object)
        assert caught.value.status_code == 405


class TestKeys:
    def client(self, gateway: Gateway, key: str) -> OpenAI:
        return OpenAI(base_url=gateway.base_url, api_key=key, max_retries=0, _strict_response_validation=True)

    @pytest.mark.parametrize(
        "key",
        [
            "sk-something",
            "us-east-1.AKIASIMULATOREXAMPLE",
            "nowhere-1.AKIASIMULATOREXAMPLE.simulator-secret",
            "us-east-1.AKIASIMULATOREXAMPLE.wrong-secret",
            "us-east-1.AKIASOMEBODYELSE00000.simulator-secret",
        ],
        ids=["other-form", "no-secret", "no-such-region", "wrong-secret", "unknown-key"],
    )
    def test_refused(self, gateway: Gateway, key: str) -> None:
        with pytest.raises(openai.AuthenticationError) as caught:
            self.client(gateway, key).chat.completions.create(model=MODEL, messages=user("Hello!"))
        assert caught.value.code == "invalid_api_key"
        for part in key.split(".")[1:]:
            assert part not in str(caught.value)

    def test_bedrock_api_key(self, gateway: Gateway) -> None:
        client = self.client(gateway, "us-east-1.simulator-api-key")
        answer = client.chat.completions.create(model=MODEL, messages=user("Hello!"))
        assert answer.choices[0].finish_reason == "stop"


class TestRetries:
    def test_the_sdk_waits_as_long_as_it_is_told_and_tries_again(
        self, gateway: Gateway, simulator: Simulator, key: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        waits: list[float] = []
        monkeypatch.setattr("time.sleep", waits.append)
        before = simulator.counts()["requests"]
        client = OpenAI(base_url=gateway.base_url, api_key=key, max_retries=2, _strict_response_validation=True)
        with pytest.raises(openai.RateLimitError):
            client.chat.completions.create(model=MODEL, messages=user("simulate:throttle"))
        monkeypatch.undo()
        assert simulator.counts()["requests"] == before + 3
        # retry-after-ms is 1000 to 5000; without it the SDK would wait half a second at first.
        assert len(waits) == 2 and all(1 <= wait <= 5 for wait in waits)

    @pytest.mark.parametrize("word", ["quota", "timeout", "deny"])
    def test_what_will_not_get_better_is_asked_once(
        self, gateway: Gateway, simulator: Simulator, key: str, word: str
    ) -> None:
        before = simulator.counts()["requests"]
        client = OpenAI(base_url=gateway.base_url, api_key=key, max_retries=2, _strict_response_validation=True)
        with pytest.raises(openai.APIStatusError):
            client.chat.completions.create(model=MODEL, messages=user(f"simulate:{word}"))
        assert simulator.counts()["requests"] == before + 1


class TestOtherSettings:
    def test_rate_limit(self, simulator: Simulator, key: str) -> None:
        with Gateway(simulator, IP_RATE_LIMIT_MAX_REQUESTS="2") as gateway:
            client = OpenAI(base_url=gateway.base_url, api_key=key, max_retries=0, _strict_response_validation=True)
            for _ in range(2):
                client.chat.completions.create(model=MODEL, messages=user("Hello!"))
            with pytest.raises(openai.RateLimitError) as caught:
                client.chat.completions.create(model=MODEL, messages=user("Hello!"))
            assert caught.value.code == "rate_limit_exceeded"
            assert 0 < int(caught.value.response.headers["retry-after"]) <= 60
            # A health check is never refused.
            assert httpx2.get(f"http://127.0.0.1:{gateway.port}/health").status_code == 200

    def test_body_that_is_too_large(self, simulator: Simulator, key: str) -> None:
        with Gateway(simulator, MAX_REQUEST_BODY_SIZE="10kb") as gateway:
            client = OpenAI(base_url=gateway.base_url, api_key=key, max_retries=0, _strict_response_validation=True)
            with pytest.raises(openai.APIStatusError) as caught:
                client.chat.completions.create(model=MODEL, messages=user("x" * 20_000))
            assert (caught.value.status_code, caught.value.code) == (413, "request_too_large")

    def test_picture_by_url_from_this_machine_is_refused_by_default(
        self, simulator: Simulator, key: str, images: ImageServer
    ) -> None:
        before = images.requests
        with Gateway(simulator) as gateway:
            client = OpenAI(base_url=gateway.base_url, api_key=key, max_retries=0, _strict_response_validation=True)
            parts = [{"type": "image_url", "image_url": {"url": f"{images.url}/picture.png"}}]
            with pytest.raises(openai.BadRequestError) as caught:
                client.chat.completions.create(model=MODEL, messages=[{"role": "user", "content": parts}])
            assert caught.value.code == "invalid_image_url"
        assert images.requests == before

    def test_strict_parameters(self, simulator: Simulator, key: str) -> None:
        with Gateway(simulator, STRICT_PARAMETERS="true") as gateway:
            client = OpenAI(base_url=gateway.base_url, api_key=key, max_retries=0, _strict_response_validation=True)
            with pytest.raises(openai.BadRequestError) as caught:
                client.chat.completions.create(model=MODEL, messages=user("Hello!"), frequency_penalty=0.5)
            assert caught.value.param == "frequency_penalty"

    def test_streams_by_default_where_the_operator_says_so(self, simulator: Simulator, key: str) -> None:
        with Gateway(simulator, DEFAULT_STREAM="true") as gateway:
            answer = httpx2.post(
                f"{gateway.base_url}/chat/completions",
                headers={"Authorization": f"Bearer {key}"},
                json={"model": MODEL, "messages": user("Hello!")},
            )
            assert answer.headers["content-type"].startswith("text/event-stream")
            assert answer.text.endswith("data: [DONE]\n\n")

    def test_bedrock_that_is_not_there(self, simulator: Simulator, key: str) -> None:
        with Gateway(simulator, AWS_ENDPOINT_URL_BEDROCK_RUNTIME="http://127.0.0.1:9") as gateway:
            client = OpenAI(base_url=gateway.base_url, api_key=key, max_retries=0, _strict_response_validation=True)
            with pytest.raises(openai.InternalServerError) as caught:
                client.chat.completions.create(model=MODEL, messages=user("Hello!"))
            assert (caught.value.status_code, caught.value.code) == (502, "upstream_unreachable")
