"""LangChain's ChatOpenAI."""

from __future__ import annotations

import pytest
from langchain_core.messages import HumanMessage, ToolMessage
from langchain_core.tools import tool
from langchain_openai import ChatOpenAI
from openai import AsyncOpenAI, OpenAI
from pydantic import BaseModel, Field

MODEL = "Claude-Sonnet-4-6"


@tool
def get_weather(city: str) -> str:
    """Tells the weather in a city."""
    return f"Sunny in {city}."


class City(BaseModel):
    """A city."""

    name: str = Field(description="Its name.")
    population: int


@pytest.fixture
def chat(client: OpenAI, async_client: AsyncOpenAI) -> ChatOpenAI:
    return ChatOpenAI(
        model=MODEL,
        root_client=client,
        root_async_client=async_client,
        client=client.chat.completions,
        async_client=async_client.chat.completions,
        api_key="unused: the clients have one",
        stream_usage=True,
    )


def test_invoke(chat: ChatOpenAI) -> None:
    answer = chat.invoke("Hello")
    assert answer.content.endswith('You said: "Hello"')
    assert answer.response_metadata["finish_reason"] == "stop"
    assert answer.usage_metadata["output_tokens"] > 0


async def test_ainvoke(chat: ChatOpenAI) -> None:
    assert (await chat.ainvoke("Hello")).content.endswith('You said: "Hello"')


def test_stream_adds_up_to_the_same_answer(chat: ChatOpenAI) -> None:
    whole = None
    pieces = 0
    for chunk in chat.stream("Hello"):
        pieces += 1
        whole = chunk if whole is None else whole + chunk
    assert pieces > 10
    expected = chat.invoke("Hello")
    assert whole.content == expected.content
    assert whole.response_metadata["finish_reason"] == "stop"
    assert whole.usage_metadata["total_tokens"] == expected.usage_metadata["total_tokens"]


async def test_astream(chat: ChatOpenAI) -> None:
    assert "".join([chunk.content async for chunk in chat.astream("Hello")]).endswith('You said: "Hello"')


def test_bound_tool_and_its_result(chat: ChatOpenAI) -> None:
    agent = chat.bind_tools([get_weather])
    question = HumanMessage("use the tool")
    request = agent.invoke([question])
    [call] = request.tool_calls
    assert (call["name"], call["args"]) == ("get_weather", {"city": "example"})
    result = get_weather.invoke(call)
    assert isinstance(result, ToolMessage)
    assert 'The tool answered: "Sunny in example."' in agent.invoke([question, request, result]).content


def test_bound_tool_in_a_stream(chat: ChatOpenAI) -> None:
    whole = None
    for chunk in chat.bind_tools([get_weather]).stream("use the tool"):
        whole = chunk if whole is None else whole + chunk
    assert [(call["name"], call["args"]) for call in whole.tool_calls] == [("get_weather", {"city": "example"})]


@pytest.mark.parametrize("method", ["json_schema", "function_calling"])
def test_structured_output(chat: ChatOpenAI, method: str) -> None:
    answer = chat.with_structured_output(City, method=method).invoke("Tell me about a city.")
    assert answer == City(name="example", population=1)


async def test_structured_output_in_a_stream(chat: ChatOpenAI) -> None:
    last = None
    async for last in chat.with_structured_output(City).astream("Tell me about a city."):
        pass
    assert last == City(name="example", population=1)
