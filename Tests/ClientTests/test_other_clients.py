"""instructor, pydantic-ai, LiteLLM as a client, and the OpenAI Agents SDK."""

from __future__ import annotations

import agents
import instructor
import litellm
import pytest
from openai import AsyncOpenAI, OpenAI
from pydantic import BaseModel
from pydantic_ai import Agent
from pydantic_ai.models.openai import OpenAIChatModel
from pydantic_ai.output import NativeOutput, ToolOutput
from pydantic_ai.providers.openai import OpenAIProvider

from support.programs import Gateway

MODEL = "Claude-Sonnet-4-6"


class City(BaseModel):
    name: str
    population: int


EXAMPLE = City(name="example", population=1)


class TestInstructor:
    # instructor answers with a subclass of the model, hence the comparison of what is in it.

    @pytest.mark.parametrize("mode", ["TOOLS", "JSON_SCHEMA"])
    def test_model(self, client: OpenAI, mode: str) -> None:
        wrapped = instructor.from_openai(client, mode=instructor.Mode[mode])
        answer = wrapped.chat.completions.create(
            model=MODEL,
            messages=[{"role": "user", "content": "Tell me about a city."}],
            response_model=City,
            max_retries=0,
        )
        assert answer.model_dump() == EXAMPLE.model_dump()

    async def test_async_model(self, async_client: AsyncOpenAI) -> None:
        wrapped = instructor.from_openai(async_client)
        answer = await wrapped.chat.completions.create(
            model=MODEL,
            messages=[{"role": "user", "content": "Tell me about a city."}],
            response_model=City,
            max_retries=0,
        )
        assert answer.model_dump() == EXAMPLE.model_dump()

    def test_partial_models_in_a_stream(self, client: OpenAI) -> None:
        wrapped = instructor.from_openai(client)
        partials = list(
            wrapped.chat.completions.create_partial(
                model=MODEL,
                messages=[{"role": "user", "content": "Tell me about a city."}],
                response_model=City,
                max_retries=0,
            )
        )
        assert partials[-1].model_dump() == EXAMPLE.model_dump()


class TestPydanticAI:
    @pytest.fixture
    def model(self, async_client: AsyncOpenAI) -> OpenAIChatModel:
        return OpenAIChatModel(MODEL, provider=OpenAIProvider(openai_client=async_client))

    async def test_run(self, model: OpenAIChatModel) -> None:
        result = await Agent(model, instructions="Be brief.").run("Hello")
        assert result.output.endswith('You said: "Hello"')
        assert result.usage.output_tokens > 0

    async def test_stream(self, model: OpenAIChatModel) -> None:
        async with Agent(model).run_stream("Hello") as result:
            pieces = [piece async for piece in result.stream_text(delta=True, debounce_by=None)]
        assert len(pieces) > 5
        assert "".join(pieces).endswith('You said: "Hello"')

    async def test_tool(self, model: OpenAIChatModel) -> None:
        agent = Agent(model)
        cities: list[str] = []

        @agent.tool_plain
        def get_weather(city: str) -> str:
            """Tells the weather in a city."""
            cities.append(city)
            return "Sunny."

        result = await agent.run("use the tool")
        assert cities == ["example"]
        assert 'The tool answered: "Sunny."' in result.output

    @pytest.mark.parametrize("form", [ToolOutput, NativeOutput])
    async def test_structured_output(self, model: OpenAIChatModel, form: type) -> None:
        result = await Agent(model, output_type=form(City)).run("Tell me about a city.")
        assert result.output == EXAMPLE


class TestLiteLLM:
    @pytest.fixture
    def request_(self, client: OpenAI, gateway: Gateway, key: str) -> dict:
        return {
            "model": f"openai/{MODEL}",
            "api_base": gateway.base_url,
            "api_key": key,
            "client": client,
            "num_retries": 0,
        }

    def test_completion(self, request_: dict) -> None:
        answer = litellm.completion(messages=[{"role": "user", "content": "Hello"}], **request_)
        assert answer.choices[0].message.content.endswith('You said: "Hello"')
        assert answer.usage.completion_tokens > 0

    def test_stream(self, request_: dict) -> None:
        stream = litellm.completion(messages=[{"role": "user", "content": "Hello"}], stream=True, **request_)
        assert "".join(chunk.choices[0].delta.content or "" for chunk in stream).endswith('You said: "Hello"')

    def test_reasoning(self, request_: dict) -> None:
        answer = litellm.completion(messages=[{"role": "user", "content": "Hello simulate:think"}], **request_)
        assert answer.choices[0].message.reasoning_content == "The user wrote to a simulator, so I answer as one."

    def test_tool(self, request_: dict) -> None:
        schema = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
        tool = {"type": "function", "function": {"name": "get_weather", "parameters": schema}}
        answer = litellm.completion(messages=[{"role": "user", "content": "use the tool"}], tools=[tool], **request_)
        [call] = answer.choices[0].message.tool_calls
        assert (call.function.name, call.function.arguments) == ("get_weather", '{"city":"example"}')

    @pytest.mark.parametrize(
        "word, kind",
        [
            ("throttle", litellm.RateLimitError),
            ("too-long", litellm.ContextWindowExceededError),
            ("invalid-model", litellm.NotFoundError),
            ("expired-token", litellm.AuthenticationError),
            ("internal", litellm.InternalServerError),
        ],
    )
    def test_errors(self, request_: dict, word: str, kind: type) -> None:
        with pytest.raises(kind):
            litellm.completion(messages=[{"role": "user", "content": f"simulate:{word}"}], **request_)


class TestOpenAIAgents:
    @pytest.fixture
    def model(self, async_client: AsyncOpenAI) -> agents.OpenAIChatCompletionsModel:
        return agents.OpenAIChatCompletionsModel(model=MODEL, openai_client=async_client)

    async def test_run(self, model: agents.OpenAIChatCompletionsModel) -> None:
        agent = agents.Agent(name="assistant", instructions="Be brief.", model=model)
        result = await agents.Runner.run(agent, "Hello")
        assert result.final_output.endswith('You said: "Hello"')

    async def test_stream(self, model: agents.OpenAIChatCompletionsModel) -> None:
        result = agents.Runner.run_streamed(agents.Agent(name="assistant", model=model), "Hello")
        deltas = [
            event.data.delta
            async for event in result.stream_events()
            if event.type == "raw_response_event" and event.data.type == "response.output_text.delta"
        ]
        assert len(deltas) > 5
        assert "".join(deltas) == result.final_output

    async def test_tool(self, model: agents.OpenAIChatCompletionsModel) -> None:
        cities: list[str] = []

        @agents.function_tool
        def get_weather(city: str) -> str:
            """Tells the weather in a city."""
            cities.append(city)
            return "Sunny."

        agent = agents.Agent(name="assistant", model=model, tools=[get_weather])
        result = await agents.Runner.run(agent, "use the tool")
        assert cities == ["example"]
        assert 'The tool answered: "Sunny."' in result.final_output

    async def test_structured_output(self, model: agents.OpenAIChatCompletionsModel) -> None:
        agent = agents.Agent(name="assistant", model=model, output_type=City)
        result = await agents.Runner.run(agent, "Tell me about a city.")
        assert result.final_output == EXAMPLE
