"""The OpenAI SDK: whole answers, streams, thinking, pictures, tools and structured output."""

from __future__ import annotations

import asyncio
import base64
import json

import pytest
from openai import AsyncOpenAI, OpenAI, pydantic_function_tool
from pydantic import BaseModel

from support.images import PNG, ImageServer
from support.programs import Gateway, Simulator

MODEL = "Claude-Sonnet-4-6"
# Of each dialect one: Anthropic's with schemas through a tool and of its own, Nova's, Converse, OpenAI's at its own endpoint
# and through InvokeModel, and prompts, which leave tools to Converse.
SEEING = ["Claude-Sonnet-4-6", "Claude-4-5-Haiku", "Nova-Lite", "GPT-6-Sol", "Grok-4.7"]
ENFORCING = [*SEEING, "GPT-OSS-120B"]
# Llama is asked for a schema in words, which the simulator does not follow.
MODELS = [*ENFORCING, "Llama-3-3-70b"]

SIMULATED = "This is the Bedrock simulator, not a model."

WEATHER = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "description": "Tells the weather.",
        "parameters": {
            "type": "object",
            "properties": {"city": {"type": "string"}, "days": {"type": "integer", "minimum": 3}},
            "required": ["city", "days"],
        },
    },
}
TIME = {
    "type": "function",
    "function": {
        "name": "get_time",
        "parameters": {
            "type": "object",
            "properties": {"zone": {"type": "string", "enum": ["Asia/Tokyo", "UTC"]}},
            "required": ["zone"],
        },
    },
}


def user(text: str) -> list[dict[str, str]]:
    return [{"role": "user", "content": text}]


class TestWhole:
    @pytest.mark.parametrize("model", MODELS)
    def test_answer(self, client: OpenAI, model: str) -> None:
        answer = client.chat.completions.create(model=model, messages=user("Hello!"))
        assert answer.object == "chat.completion"
        assert answer.model == model
        [choice] = answer.choices
        assert choice.message.role == "assistant"
        assert choice.message.content == f'{SIMULATED} You said: "Hello!"'
        assert choice.finish_reason == "stop"
        assert answer.usage.completion_tokens > 0
        assert answer.usage.total_tokens == answer.usage.prompt_tokens + answer.usage.completion_tokens

    async def test_answer_to_an_async_client(self, async_client: AsyncOpenAI) -> None:
        answer = await async_client.chat.completions.create(model=MODEL, messages=user("Hello!"))
        assert answer.choices[0].message.content == f'{SIMULATED} You said: "Hello!"'

    def test_headers_carry_ids(self, client: OpenAI) -> None:
        raw = client.chat.completions.with_raw_response.create(model=MODEL, messages=user("Hello!"))
        assert raw.headers["content-type"] == "application/json"
        assert raw.headers["x-request-id"].startswith("req_")
        assert raw.headers["x-amzn-requestid"]
        assert raw.parse()._request_id == raw.headers["x-request-id"]

    def test_maximum_tokens_end_an_answer(self, client: OpenAI) -> None:
        answer = client.chat.completions.create(model=MODEL, messages=user("Hello!"), max_completion_tokens=3)
        assert answer.choices[0].message.content == "This is the "
        assert answer.choices[0].finish_reason == "length"

    def test_stop_texts_end_an_answer(self, client: OpenAI) -> None:
        answer = client.chat.completions.create(model=MODEL, messages=user("Hello!"), stop=["simulator"])
        assert answer.choices[0].message.content == "This is the Bedrock "
        assert answer.choices[0].finish_reason == "stop"

    def test_system_and_developer_messages_reach_the_model(self, client: OpenAI) -> None:
        for role in ("system", "developer"):
            messages = [{"role": role, "content": "Be brief."}, *user("simulate:system")]
            answer = client.chat.completions.create(model=MODEL, messages=messages)
            assert 'The system prompt is: "Be brief."' in answer.choices[0].message.content

    def test_every_script_survives(self, client: OpenAI) -> None:
        whole = client.chat.completions.create(model=MODEL, messages=user("simulate:unicode"))
        text = whole.choices[0].message.content
        assert "你好，世界。" in text and "👩‍👩‍👧" in text and text.endswith('"\\/\t\x01\u2028 end')
        stream = client.chat.completions.create(model=MODEL, messages=user("simulate:unicode"), stream=True)
        assert "".join(chunk.choices[0].delta.content or "" for chunk in stream) == text

    def test_the_models_name_is_an_alias_or_a_bedrock_id(self, client: OpenAI) -> None:
        for name in ("claude-sonnet-4-6", "anthropic.claude-sonnet-4-6", "us.anthropic.claude-sonnet-4-6"):
            answer = client.chat.completions.create(model=name, messages=user("Hello!"))
            assert answer.model == name

    def test_what_is_dropped_is_told(self, client: OpenAI) -> None:
        raw = client.chat.completions.with_raw_response.create(
            model=MODEL, messages=user("Hello!"), frequency_penalty=0.5
        )
        assert "frequency_penalty" in raw.headers["x-gateway-dropped"]

    def test_an_answer_can_be_given_back(self, client: OpenAI) -> None:
        messages = user("simulate:think Hello!")
        first = client.chat.completions.create(model=MODEL, messages=messages, reasoning_effort="low")
        messages += [first.choices[0].message, *user("And again!")]
        again = client.chat.completions.create(model=MODEL, messages=messages, reasoning_effort="low")
        assert 'You said: "And again!"' in again.choices[0].message.content


class TestStream:
    @pytest.mark.parametrize("model", MODELS)
    def test_chunks_in_order(self, client: OpenAI, model: str) -> None:
        stream = client.chat.completions.create(
            model=model, messages=user("Hello!"), stream=True, stream_options={"include_usage": True}
        )
        chunks = list(stream)
        assert {chunk.object for chunk in chunks} == {"chat.completion.chunk"}
        assert len({(chunk.id, chunk.model, chunk.created) for chunk in chunks}) == 1
        *answers, usage = chunks
        assert answers[0].choices[0].delta.role == "assistant"
        assert [chunk.choices[0].finish_reason for chunk in answers] == [None] * (len(answers) - 1) + ["stop"]
        assert len(answers) > 10
        text = "".join(chunk.choices[0].delta.content or "" for chunk in answers)
        assert text == f'{SIMULATED} You said: "Hello!"'
        assert usage.choices == []
        assert usage.usage.completion_tokens > 0

    def test_no_usage_unless_asked_for(self, client: OpenAI) -> None:
        stream = client.chat.completions.create(model=MODEL, messages=user("Hello!"), stream=True)
        assert all(chunk.choices and chunk.usage is None for chunk in stream)

    def test_the_stream_helper_accumulates(self, client: OpenAI) -> None:
        with client.chat.completions.stream(model=MODEL, messages=user("Hello!")) as stream:
            kinds = [event.type for event in stream]
            final = stream.get_final_completion()
        assert kinds.count("content.done") == 1
        assert final.choices[0].message.content == f'{SIMULATED} You said: "Hello!"'

    async def test_text_arrives_as_it_is_made(self, async_client: AsyncOpenAI) -> None:
        stream = await async_client.chat.completions.create(
            model=MODEL, messages=user("simulate:events=10 simulate:slow=50"), stream=True
        )
        loop = asyncio.get_running_loop()
        times = [loop.time() async for chunk in stream if chunk.choices[0].delta.content]
        assert len(times) == 10
        # Ten pieces 50 ms apart: if they were held back they would come together.
        assert times[-1] - times[0] > 0.3

    async def test_fifty_parallel_streams(self, async_client: AsyncOpenAI) -> None:
        async def read(number: int) -> str:
            stream = await async_client.chat.completions.create(
                model=MODEL, messages=user(f"Number {number} simulate:slow=5"), stream=True
            )
            return "".join([chunk.choices[0].delta.content or "" async for chunk in stream])

        texts = await asyncio.gather(*[read(number) for number in range(50)])
        assert texts == [f'{SIMULATED} You said: "Number {number} simulate:slow=5"' for number in range(50)]

    async def test_a_client_that_leaves_ends_the_stream_from_bedrock(
        self, async_client: AsyncOpenAI, simulator: Simulator
    ) -> None:
        before = simulator.counts()
        stream = await async_client.chat.completions.create(
            model=MODEL, messages=user("simulate:endless simulate:slow=5"), stream=True
        )
        pieces = 0
        async for chunk in stream:
            pieces += bool(chunk.choices[0].delta.content)
            if pieces == 3:
                break
        assert simulator.counts()["open_streams"] == before["open_streams"] + 1
        await stream.close()
        after = await asyncio.to_thread(
            simulator.wait_until, lambda counts: counts["open_streams"] == before["open_streams"], 1
        )
        assert after["open_streams"] == before["open_streams"]
        assert after["cancelled_streams"] == before["cancelled_streams"] + 1

    async def test_a_client_that_leaves_ends_a_whole_answer_too(self, simulator: Simulator, key: str) -> None:
        requests = simulator.counts()["requests"]
        with Gateway(simulator, CONSOLE_LOGGING="true") as gateway:
            async with AsyncOpenAI(base_url=gateway.base_url, api_key=key, max_retries=0) as client:
                messages = user("simulate:quiet=60000")
                task = asyncio.create_task(client.chat.completions.create(model=MODEL, messages=messages))
                counts = await asyncio.to_thread(
                    simulator.wait_until, lambda counts: counts["requests"] > requests, 10
                )
                assert counts["requests"] == requests + 1
                task.cancel()
                with pytest.raises(asyncio.CancelledError):
                    await task
                # A line is written when a request is over, and this answer had a minute to go.
                await asyncio.to_thread(gateway.wait_for, r"client_left", 10)
                answer = await client.chat.completions.create(model=MODEL, messages=user("Hello!"))
                assert answer.choices[0].finish_reason == "stop"


class TestSeveralChoices:
    def test_whole(self, client: OpenAI) -> None:
        answer = client.chat.completions.create(model=MODEL, messages=user("Hello!"), n=3)
        assert [choice.index for choice in answer.choices] == [0, 1, 2]
        assert {choice.message.content for choice in answer.choices} == {f'{SIMULATED} You said: "Hello!"'}
        assert answer.usage.completion_tokens == 33

    def test_stream(self, client: OpenAI) -> None:
        with client.chat.completions.stream(
            model=MODEL, messages=user("Hello!"), n=2, stream_options={"include_usage": True}
        ) as stream:
            final = stream.get_final_completion()
        assert [choice.message.content for choice in final.choices] == [f'{SIMULATED} You said: "Hello!"'] * 2
        assert final.usage.completion_tokens == 22


class TestDeprecatedFunctions:
    def test_call_and_result(self, client: OpenAI) -> None:
        functions = [WEATHER["function"]]
        messages = user("use the tool")
        first = client.chat.completions.create(model=MODEL, messages=messages, functions=functions)
        assert first.choices[0].finish_reason == "function_call"
        call = first.choices[0].message.function_call
        assert (call.name, json.loads(call.arguments)) == ("get_weather", {"city": "example", "days": 3})
        messages += [first.choices[0].message, {"role": "function", "name": call.name, "content": "Sunny."}]
        second = client.chat.completions.create(model=MODEL, messages=messages, functions=functions)
        assert 'The tool answered: "Sunny."' in second.choices[0].message.content


class TestThinking:
    THOUGHT = "The user wrote to a simulator, so I answer as one."

    @pytest.mark.parametrize("model", [MODEL, "Claude-4-5-Haiku"])
    def test_reasoning_content_beside_the_answer(self, client: OpenAI, model: str) -> None:
        answer = client.chat.completions.create(model=model, messages=user("Hello!"), reasoning_effort="low")
        message = answer.choices[0].message
        assert message.reasoning_content == self.THOUGHT
        assert message.content == f'{SIMULATED} You said: "Hello!"'
        [block] = message.thinking_blocks
        assert block["thinking"] == self.THOUGHT and block["signature"]

    def test_reasoning_content_in_a_stream(self, client: OpenAI) -> None:
        stream = client.chat.completions.create(
            model=MODEL, messages=user("Hello!"), reasoning_effort="low", stream=True
        )
        deltas = [chunk.choices[0].delta for chunk in stream]
        assert "".join(getattr(delta, "reasoning_content", None) or "" for delta in deltas) == self.THOUGHT
        assert "".join(delta.content or "" for delta in deltas) == f'{SIMULATED} You said: "Hello!"'

    def test_several_thinking_blocks_in_the_stream_helper(self, client: OpenAI) -> None:
        with client.chat.completions.stream(
            model=MODEL, messages=user("simulate:redacted simulate:think Hello!"), reasoning_effort="low"
        ) as stream:
            message = stream.get_final_completion().choices[0].message
        assert [block["type"] for block in message.thinking_blocks] == ["redacted_thinking", "thinking"]
        assert [block["index"] for block in message.thinking_blocks] == [0, 1]
        assert message.thinking_blocks[1]["thinking"] == self.THOUGHT and message.thinking_blocks[1]["signature"]
        # Given back as they are, the blocks are taken.
        messages = [*user("Hello!"), message.model_dump(exclude_none=True), *user("Go on.")]
        answer = client.chat.completions.create(model=MODEL, messages=messages, reasoning_effort="low")
        assert answer.choices[0].message.content

    def test_thinking_between_tags_when_asked_for(self, client: OpenAI) -> None:
        extra = {"include_thinking_data": True}
        answer = client.chat.completions.create(
            model=MODEL, messages=user("Hello!"), reasoning_effort="low", extra_body=extra
        )
        expected = f'<think>{self.THOUGHT}</think>\n\n{SIMULATED} You said: "Hello!"'
        assert answer.choices[0].message.content == expected
        stream = client.chat.completions.create(
            model=MODEL, messages=user("Hello!"), reasoning_effort="low", extra_body=extra, stream=True
        )
        assert "".join(chunk.choices[0].delta.content or "" for chunk in stream) == expected

    def test_thinking_around_a_tool_call(self, client: OpenAI) -> None:
        messages = user("use the tool")
        first = client.chat.completions.create(
            model=MODEL, messages=messages, tools=[WEATHER], reasoning_effort="low"
        )
        message = first.choices[0].message
        assert message.reasoning_content == self.THOUGHT
        [call] = message.tool_calls
        # The simulator refuses a turn with changed or missing thinking, as Claude does.
        messages += [message, {"role": "tool", "tool_call_id": call.id, "content": "Sunny."}]
        second = client.chat.completions.create(
            model=MODEL, messages=messages, tools=[WEATHER], reasoning_effort="low"
        )
        assert 'The tool answered: "Sunny."' in second.choices[0].message.content


class TestVision:
    @pytest.mark.parametrize("model", SEEING)
    def test_picture_as_data(self, client: OpenAI, model: str) -> None:
        url = "data:image/png;base64," + base64.b64encode(PNG).decode()
        answer = client.chat.completions.create(model=model, messages=self.turn(url))
        assert f"I see 1 image (png, {len(PNG)} bytes)." in answer.choices[0].message.content

    def test_picture_by_url(self, client: OpenAI, images: ImageServer) -> None:
        answer = client.chat.completions.create(model=MODEL, messages=self.turn(f"{images.url}/picture.png"))
        assert f"I see 1 image (png, {len(PNG)} bytes)." in answer.choices[0].message.content

    @staticmethod
    def turn(url: str) -> list[dict]:
        parts = [{"type": "text", "text": "What is this?"}, {"type": "image_url", "image_url": {"url": url}}]
        return [{"role": "user", "content": parts}]


class TestTools:
    @pytest.mark.parametrize("model", MODELS)
    def test_call(self, client: OpenAI, model: str) -> None:
        answer = client.chat.completions.create(model=model, messages=user("use the tool"), tools=[WEATHER])
        assert answer.choices[0].finish_reason == "tool_calls"
        [call] = answer.choices[0].message.tool_calls
        assert call.function.name == "get_weather"
        assert json.loads(call.function.arguments) == {"city": "example", "days": 3}

    @pytest.mark.parametrize("model", MODELS)
    def test_parallel_calls_in_a_stream(self, client: OpenAI, model: str) -> None:
        with client.chat.completions.stream(
            model=model, messages=user("call tools twice"), tools=[WEATHER, TIME]
        ) as stream:
            final = stream.get_final_completion()
        assert final.choices[0].finish_reason == "tool_calls"
        calls = final.choices[0].message.tool_calls
        assert [(call.function.name, json.loads(call.function.arguments)) for call in calls] == [
            ("get_weather", {"city": "example", "days": 3}),
            ("get_time", {"zone": "Asia/Tokyo"}),
        ]
        assert calls[0].id != calls[1].id

    def test_forced_and_forbidden_calls(self, client: OpenAI) -> None:
        named = {"type": "function", "function": {"name": "get_time"}}
        for choice, name in [("required", "get_weather"), (named, "get_time")]:
            answer = client.chat.completions.create(
                model=MODEL, messages=user("Hello!"), tools=[WEATHER, TIME], tool_choice=choice
            )
            assert answer.choices[0].message.tool_calls[0].function.name == name
        answer = client.chat.completions.create(
            model=MODEL, messages=user("use the tool"), tools=[WEATHER], tool_choice="none"
        )
        assert answer.choices[0].message.tool_calls is None

    def test_one_call_at_a_time(self, client: OpenAI) -> None:
        answer = client.chat.completions.create(
            model=MODEL, messages=user("call tools twice"), tools=[WEATHER, TIME], parallel_tool_calls=False
        )
        assert len(answer.choices[0].message.tool_calls) == 1

    def test_call_without_arguments(self, client: OpenAI) -> None:
        tool = {"type": "function", "function": {"name": "ping"}}
        answer = client.chat.completions.create(
            model=MODEL, messages=user("simulate:tools-empty-args"), tools=[tool]
        )
        assert json.loads(answer.choices[0].message.tool_calls[0].function.arguments) == {}

    @pytest.mark.parametrize("model", MODELS)
    def test_loop_of_three_turns(self, client: OpenAI, model: str) -> None:
        messages = user("use the tool get_weather")
        for turn in range(3):
            answer = client.chat.completions.create(model=model, messages=messages, tools=[WEATHER, TIME])
            message = answer.choices[0].message
            messages.append(message)
            assert message.tool_calls, turn
            messages += [
                {"role": "tool", "tool_call_id": call.id, "content": f"Turn {turn}."} for call in message.tool_calls
            ]
            messages += user("use the tool get_time") if turn < 2 else []
        final = client.chat.completions.create(model=model, messages=messages, tools=[WEATHER, TIME])
        assert 'The tool answered: "Turn 2."' in final.choices[0].message.content
        assert final.choices[0].finish_reason == "stop"


class Place(BaseModel):
    name: str
    population: int


class Country(BaseModel):
    capital: Place
    languages: list[str]


class TestStructuredOutput:
    @pytest.mark.parametrize("model", ENFORCING)
    def test_parse(self, client: OpenAI, model: str) -> None:
        answer = client.chat.completions.parse(model=model, messages=user("Japan"), response_format=Country)
        assert isinstance(answer.choices[0].message.parsed, Country)
        assert answer.choices[0].finish_reason == "stop"

    @pytest.mark.parametrize("model", ENFORCING)
    def test_parse_in_a_stream(self, client: OpenAI, model: str) -> None:
        with client.chat.completions.stream(model=model, messages=user("Japan"), response_format=Country) as stream:
            final = stream.get_final_completion()
        assert isinstance(final.choices[0].message.parsed, Country)

    def test_parsed_tool_arguments(self, client: OpenAI) -> None:
        answer = client.chat.completions.parse(
            model=MODEL, messages=user("use the tool"), tools=[pydantic_function_tool(Place)]
        )
        assert isinstance(answer.choices[0].message.tool_calls[0].function.parsed_arguments, Place)


class TestModels:
    def test_list(self, client: OpenAI) -> None:
        names = [model.id for model in client.models.list()]
        assert MODEL in names and len(names) == len(set(names)) > 50

    async def test_one(self, async_client: AsyncOpenAI) -> None:
        model = await async_client.models.retrieve("claude-sonnet-4-6")
        assert model.object == "model"
        assert model.bedrock_id == "anthropic.claude-sonnet-4-6"
