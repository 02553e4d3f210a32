"""Every model of the shipped catalog answers, whole and streamed, and calls a tool if it can."""

from __future__ import annotations

import asyncio
import json

from openai import APIError, AsyncOpenAI, OpenAI
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
        # A few models have no chat API; the refusal says so.
        if "answers the Responses API only" not in str(error):
            found.append(f"{model.id}: {error}")
    return found


async def test_every_model(client: OpenAI, async_client: AsyncOpenAI) -> None:
    models = list(client.models.list())
    found = await asyncio.gather(*[problems(async_client, model) for model in models])
    assert sum(found, []) == []
