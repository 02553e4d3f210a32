"""Every model of the shipped catalog answers, whole and streamed, and calls a tool if it can."""

from __future__ import annotations

import asyncio
import json

import pytest
from openai import APIError, AsyncOpenAI, BadRequestError, OpenAI
from openai.types import Model

TOOL = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
    },
}


def user(text: str) -> list[dict[str, str]]:
    return [{"role": "user", "content": text}]


async def problems(client: AsyncOpenAI, model: Model) -> list[str]:
    found = []
    try:
        whole = await client.chat.completions.create(model=model.id, messages=user("Hello!"))
        text = whole.choices[0].message.content or ""
        if not text.endswith('You said: "Hello!"'):
            found.append(f"{model.id} answers {text!r}")
        stream = await client.chat.completions.create(model=model.id, messages=user("Hello!"), stream=True)
        streamed = "".join([chunk.choices[0].delta.content or "" async for chunk in stream])
        if streamed != text:
            found.append(f"{model.id} streams {streamed!r} and answers {text!r}")
        if "tools" in model.capabilities:
            answer = await client.chat.completions.create(
                model=model.id, messages=user("use the tool"), tools=[TOOL]
            )
            calls = answer.choices[0].message.tool_calls or []
            if [json.loads(call.function.arguments) for call in calls] != [{"city": "example"}]:
                found.append(f"{model.id} calls {calls}")
    except APIError as error:
        found.append(f"{model.id}: {error}")
    return found


async def test_every_model(client: OpenAI, async_client: AsyncOpenAI) -> None:
    models = list(client.models.list())
    assert len(models) > 90
    found = await asyncio.gather(*[problems(async_client, model) for model in models])
    assert sum(found, []) == []


def test_the_model_that_does_not_chat_is_not_offered_and_says_why(client: OpenAI) -> None:
    name = "GPT-Daybreak-Blue-5.6-Sol"
    assert name not in [model.id for model in client.models.list()]
    with pytest.raises(BadRequestError, match="answers the Responses API only"):
        client.chat.completions.create(model=name, messages=user("Hello!"))
