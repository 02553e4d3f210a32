extension ReportReason {
    /// A line about fields that were not sent.
    struct DroppedLine {
        /// The names under which it is noted.
        var names: [String]
        /// The field, where the note is no field's name.
        var field: String?
        var reason: String
    }

    /// A line about what was sent in another way.
    struct AdjustedLine {
        /// What its notes begin with.
        var note: String
        var field: String
        var reason: String
    }

    static let droppedLines = [
        DroppedLine(names: ["temperature"], reason: "The model takes no temperature, or none while it thinks."),
        DroppedLine(
            names: ["top_p"],
            reason: "The model takes no top_p, or none beside a temperature or while it thinks."
        ),
        DroppedLine(names: ["top_k"], reason: "The model takes no top_k, or none while it thinks."),
        DroppedLine(names: ["seed"], reason: "Bedrock has no seed for this model."),
        DroppedLine(
            names: ["frequency_penalty", "presence_penalty"],
            reason: "The model takes no penalties, or none through Converse or while it thinks."
        ),
        DroppedLine(names: ["logit_bias"], reason: "Token ids mean something else to every model."),
        DroppedLine(
            names: ["max_tokens", "max_completion_tokens"],
            reason: "At its highest effort the model sets its own limit."
        ),
        DroppedLine(
            names: ["reasoning", "reasoning_effort", "thinking"],
            reason: "The model has no switch for its thinking, or another field about it counts."
        ),
        DroppedLine(
            names: ["thinking_blocks"],
            field: "messages",
            reason: "Earlier thinking goes back only signed, only to a thinking model, and never alone."
        ),
        DroppedLine(
            names: ["reasoning_content"],
            field: "messages",
            reason: "Reasoning goes back with the call or the words that it led to, and these are not sent."
        ),
        DroppedLine(
            names: ["thinking in the history"],
            field: "messages",
            reason: "The model's prompt has no place for the thinking of earlier answers."
        ),
        DroppedLine(
            names: ["tool results without a call"],
            field: "messages",
            reason: "Bedrock refuses a tool result that answers no call of the turn before it."
        ),
        DroppedLine(
            names: ["cache_control"],
            reason: "The model caches by itself or not at all, takes four marks at most, has no place for one here, or "
                + "there were two in one place."
        ),
        DroppedLine(
            names: ["parallel_tool_calls"],
            reason: "Bedrock cannot keep this model from calling several tools at once."
        ),
        DroppedLine(
            names: ["anthropic_beta"],
            reason: "Bedrock lets only some beta names through, and only for Claude."
        ),
        DroppedLine(
            names: ["metadata"],
            reason: "AWS records 16 short pairs of plain characters, and none on mantle."
        ),
        DroppedLine(
            names: ["latency", "performanceConfig", "performance_config"],
            reason: "OpenAI-shaped endpoints have no latency modes."
        ),
        DroppedLine(
            names: ["guardrailConfig.streamProcessingMode", "guardrail_config.streamProcessingMode"],
            reason: "OpenAI-shaped endpoints take guardrails in headers, which cannot say this."
        ),
        DroppedLine(
            names: ["guardrailConfig", "guardrail_config"],
            reason: "The operator's guardrail goes before a client's."
        ),
        DroppedLine(
            names: ["X-Amzn-Bedrock-GuardrailIdentifier"],
            reason: "The operator's guardrail and the one in the body go before the one in headers."
        ),
        DroppedLine(
            names: ["additional_model_request_fields", "additionalModelRequestFields", "extra_body"],
            reason: "The gateway says this itself: it decides where a request goes and how its answer is read."
        ),
        DroppedLine(
            names: ["response_format"],
            reason: "A tool call is demanded, so that there is no answer to give a shape to."
        ),
        DroppedLine(names: ["thinking.display"], reason: "The model has no word for thinking that is not shown."),
        DroppedLine(
            names: ["tools.strict", "functions.strict"],
            reason: "The model knows no strict tools, or the schema is larger than its grammars may be."
        ),
        DroppedLine(names: ["tools.custom.format"], reason: "Bedrock has no grammars for free text."),
        DroppedLine(
            names: ["functions"],
            reason: "They are the older form of tools, which count where both are given."
        ),
        DroppedLine(names: ["service_tier"], reason: "Bedrock's tiers are default, flex, priority and reserved."),
        DroppedLine(names: ["store"], reason: "Bedrock keeps no answers."),
        DroppedLine(names: ["verbosity"], reason: "The model has no such setting."),
    ]

    static let adjustedLines = [
        AdjustedLine(
            note: "max_tokens=",
            field: "max_tokens",
            reason: "The model has a smallest and a largest answer, and thinking must fit below the limit."
        ),
        AdjustedLine(note: "temperature=off", field: "temperature", reason: "Bedrock refused the request with it."),
        AdjustedLine(note: "top_p=off", field: "top_p", reason: "Bedrock refused the request with it."),
        AdjustedLine(
            note: "temperature=",
            field: "temperature",
            reason: "The model's temperatures, or Converse's, end there, or it thinks, which takes this one only."
        ),
        AdjustedLine(note: "top_p=", field: "top_p", reason: "The model's range for top_p ends there."),
        AdjustedLine(note: "top_k=", field: "top_k", reason: "The model's largest top_k is this."),
        AdjustedLine(
            note: "stop=emulated",
            field: "stop",
            reason: "The model takes fewer stop texts, or would stop inside its thinking: the gateway cuts the answer."
        ),
        AdjustedLine(
            note: "reasoning budget=",
            field: "reasoning",
            reason: "The model thinks by effort, or the budget did not fit below max_tokens."
        ),
        AdjustedLine(
            note: "reasoning_effort=",
            field: "reasoning_effort",
            reason: "The model has no such effort: this is the nearest."
        ),
        AdjustedLine(
            note: "reasoning=off",
            field: "reasoning",
            reason: "What is named in brackets cannot go together with thinking on this model."
        ),
        AdjustedLine(
            note: "reasoning=always on",
            field: "reasoning",
            reason: "The model cannot be kept from thinking."
        ),
        AdjustedLine(
            note: "tools=from history",
            field: "tools",
            reason: "Bedrock wants the tools of earlier calls described; they were made up from the calls."
        ),
        AdjustedLine(
            note: "response_format.schema=",
            field: "response_format",
            reason: "The model takes no alternatives at the root of a schema: they were merged."
        ),
        AdjustedLine(
            note: "tools.parameters=",
            field: "tools",
            reason: "The model takes no alternatives at the root of a schema: they were merged."
        ),
        AdjustedLine(
            note: "tool history=text",
            field: "messages",
            reason: "The model takes no tools: earlier calls and results are told in words."
        ),
        AdjustedLine(
            note: "tool_choice=",
            field: "tool_choice",
            reason: "The model, or the model while it thinks, knows no stronger choice."
        ),
        AdjustedLine(
            note: "cache_control.ttl=5m (behind",
            field: "cache_control",
            reason: "A mark may not outlive one in front of it; the prompt goes tools, instructions, messages."
        ),
        AdjustedLine(
            note: "cache_control.ttl=",
            field: "cache_control",
            reason: "The model keeps its cache no longer."
        ),
        AdjustedLine(note: "system=user", field: "messages", reason: "The model takes no system prompt."),
        AdjustedLine(
            note: "prefill=continue",
            field: "messages",
            reason: "The model cannot continue an answer that was begun for it: it is asked to."
        ),
        AdjustedLine(
            note: "missing tool results filled in",
            field: "messages",
            reason: "Bedrock refuses a tool call without a result."
        ),
        AdjustedLine(
            note: "tool results=own turn",
            field: "messages",
            reason: "The model takes tool results in a turn without other content."
        ),
        AdjustedLine(
            note: "images behind tool results",
            field: "messages",
            reason: "The model takes no images inside tool results."
        ),
        AdjustedLine(
            note: "special tokens neutralised",
            field: "messages",
            reason: "A text held control tokens of the model's prompt, with which it could forge a turn."
        ),
        AdjustedLine(
            note: "api=converse",
            field: "use_converse_api",
            reason: "The model's own dialect has no words for what is named in brackets; Converse has."
        ),
        AdjustedLine(
            note: "use_converse_api=false",
            field: "use_converse_api",
            reason: "Bedrock's Converse API does not serve this model."
        ),
    ]
}
