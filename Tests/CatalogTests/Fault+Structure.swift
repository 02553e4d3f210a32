extension Fault {
    /// Keys, kinds and values that are wrong by themselves.
    static let structure: [Fault] = [
        Fault(
            name: "unknown top-level key",
            yaml: "model: {}\nmodels:\n  A: {bedrock_id: v.a, adapter: converse}\n",
            expected: ["m.yaml:1:1: error: the catalog: unknown key 'model'; did you mean 'models'?"]
        ),
        Fault(
            name: "models as a list",
            yaml: "models:\n  - name: A\n",
            expected: [
                "m.yaml:2:3: error: the catalog: 'models' must be a map, found a list",
                "m.yaml:2:3: error: there are no models; list them under 'models:'",
            ]
        ),
        Fault(
            name: "entry that is text",
            yaml: "models:\n  A: v.a\n",
            expected: ["m.yaml:2:6: error: model 'A': expected a map, found text"]
        ),
        Fault(
            name: "misspelt key",
            yaml: entry("    capabilites: [vision]\n"),
            expected: ["m.yaml:6:5: error: model 'A': unknown key 'capabilites'; did you mean 'capabilities'?"]
        ),
        Fault(
            name: "misspelt key inside a map",
            yaml: entry("    thinking: {style: budget, budget: 2000}\n"),
            expected: [
                "m.yaml:6:31: error: model 'A': unknown key 'budget'; known are: style, enabled, budget_tokens, effort, "
                    + "effort_levels, effort_ceiling, effort_field, always_on, needs_display, hidden"
            ]
        ),
        Fault(
            name: "missing id and adapter",
            yaml: "models:\n  A: {context_tokens: 5, converse: false}\n",
            expected: [
                "m.yaml:2:3: error: model 'A': 'bedrock_id' is missing; write the id that Bedrock lists",
                "m.yaml:2:3: error: model 'A': 'adapter' is missing; name one, or a template that does",
            ]
        ),
        Fault(
            name: "unknown adapter",
            yaml: "models:\n  A: {bedrock_id: v.a, adapter: antropic}\n",
            expected: [
                "m.yaml:2:33: error: model 'A': 'adapter' names no adapter: 'antropic'; did you mean 'anthropic'?"
            ]
        ),
        Fault(
            name: "id that leads elsewhere",
            yaml: "models:\n  A: {bedrock_id: ../v.a?b, adapter: converse}\n",
            expected: [
                "m.yaml:2:19: error: model 'A': 'bedrock_id' is no Bedrock id; "
                    + "write the model's id or ARN as AWS does: letters, digits and . - : _, and / in an ARN"
            ]
        ),
        Fault(
            name: "ARNs of no model",
            yaml: "models:\n  A: {bedrock_id: \"arn:foo\", adapter: converse}\n"
                + "  B: {bedrock_id: \"arn:aws:s3:us-east-1:123456789012:bucket/x\", adapter: converse}\n",
            expected: [
                "m.yaml:2:19: error: model 'A': 'bedrock_id' is no ARN of a model; "
                    + "write it as AWS does: arn:aws:bedrock:region:account:type/id",
                "m.yaml:3:19: error: model 'B': 'bedrock_id' is no ARN of a model; "
                    + "write it as AWS does: arn:aws:bedrock:region:account:type/id",
            ]
        ),
        Fault(
            name: "path that leads elsewhere",
            yaml: "models:\n"
                + ["/a b?c#d", "/v1/../v2", "/a//b", "/./v1", "/v%31", "v1"].enumerated()
                .map { "  A\($0): {bedrock_id: v.a, adapter: openai-native, native: {path: \"\($1)\"}}\n" }.joined(),
            expected: (0..<5).map {
                "m.yaml:\($0 + 2):64: error: model 'A\($0)': 'path' is no path of an endpoint; "
                    + "write letters, digits and - . _ between slashes, such as /openai/v1"
            } + [
                "m.yaml:7:64: error: model 'A5': 'path' must begin with a slash and end without one; "
                    + "write for instance /openai/v1"
            ]
        ),
        Fault(
            name: "geographies that begin no id",
            yaml: "geographies:\n  u s/..: [us-*]\n  EU: [eu-*]\n  us-gov: [us-gov-*]\n"
                + "models:\n  A: {bedrock_id: v.a, adapter: converse, profiles: [EU, us-gov]}\n",
            expected: [
                "m.yaml:2:3: error: geography 'u s/..': no id begins so; "
                    + "write what stands before the first dot of its profiles, such as eu or us-gov",
                "m.yaml:3:3: error: geography 'EU': no id begins so; "
                    + "write what stands before the first dot of its profiles, such as eu or us-gov",
            ]
        ),
        Fault(
            name: "no API",
            yaml: entry("    apis: []\n"),
            expected: [
                "m.yaml:6:11: error: model 'A': 'apis' is empty; "
                    + "write [chat], or [responses] for a model that answers nothing else"
            ]
        ),
        Fault(
            name: "Converse without Converse",
            yaml: entry("    converse: false\n"),
            expected: [
                "m.yaml:6:15: error: model 'A': 'converse' is false, but the adapter is converse; "
                    + "name the adapter that speaks to the model, or remove 'converse'"
            ]
        ),
        Fault(
            name: "geo-prefixed id",
            yaml: "geographies: {us: [us-*]}\nmodels:\n  A: {bedrock_id: us.v.a, adapter: converse}\n",
            expected: [
                "m.yaml:3:19: error: model 'A': 'bedrock_id' begins with the geography 'us'; "
                    + "write the id without 'us.' and list the geography under 'profiles'"
            ]
        ),
        Fault(
            name: "boolean as text",
            yaml: entry("    converse: \"true\"\n"),
            expected: [
                "m.yaml:6:15: error: model 'A': 'converse' must be true or false, found text; "
                    + "write true or false, without quotes"
            ]
        ),
        Fault(
            name: "yes is not true",
            yaml: entry("    converse: yes\n"),
            expected: [
                "m.yaml:6:15: error: model 'A': 'converse' must be true or false, found text; "
                    + "write true or false, without quotes"
            ]
        ),
        Fault(
            name: "text that YAML reads as a number",
            yaml: "models:\n  A: {bedrock_id: 5, adapter: converse}\n",
            expected: [
                "m.yaml:2:19: error: model 'A': 'bedrock_id' must be text, found a number; put it in quotes: \"5\""
            ]
        ),
        Fault(
            name: "number with a unit",
            yaml: entry("    max_output_tokens: 64k\n"),
            expected: [
                "m.yaml:6:24: error: model 'A': 'max_output_tokens' must be a whole number, found text; "
                    + "write digits only, such as 64000"
            ]
        ),
        Fault(
            name: "number out of range",
            yaml: entry("    context_tokens: 0\n"),
            expected: [
                "m.yaml:6:21: error: model 'A': 'context_tokens' is 0; the least is 1 and the most 100000000"
            ]
        ),
        Fault(
            name: "text where a list belongs",
            yaml: entry("    capabilities: vision\n"),
            expected: [
                "m.yaml:6:19: error: model 'A': 'capabilities' must be a list, found text; write it in brackets: [a, b]"
            ]
        ),
        Fault(
            name: "unknown capability",
            yaml: entry("    capabilities: [tools, visions]\n"),
            expected: [
                "m.yaml:6:27: error: model 'A': 'capabilities' has no value 'visions'; did you mean 'vision'?"
            ]
        ),
        Fault(
            name: "unknown thinking style",
            yaml: entry("    thinking: {style: budgets}\n"),
            expected: ["m.yaml:6:23: error: model 'A': 'style' has no value 'budgets'; did you mean 'budget'?"]
        ),
        Fault(
            name: "range upside down",
            yaml: entry("    sampling: {temperature: [1, 0]}\n"),
            expected: [
                "m.yaml:6:29: error: model 'A': 'temperature' must be the least and the most as a list of two numbers; "
                    + "write for instance [0, 1]"
            ]
        ),
        Fault(
            name: "half a price",
            yaml: entry("    prices: {input: 3}\n"),
            expected: ["m.yaml:6:21: error: model 'A': prices have no 'output'; write both"]
        ),
        Fault(
            name: "sunset that is no day",
            yaml: entry("    sunset: 2026-02-30\n"),
            expected: [
                "m.yaml:6:13: error: model 'A': 'sunset' is not a day: '2026-02-30'; "
                    + "write year-month-day, such as 2027-03-30"
            ]
        ),
        Fault(
            name: "numbers that no JSON can hold",
            yaml: entry(
                "    request: {seed: 18446744073709551615, z: 1e999, deep: [{y: -1e400}]}\n"
                    + "    options: {led: 0018446744073709551616}\n"
            ),
            expected: [
                "m.yaml:6:46: error: model 'A': 'request' holds the number 1e999, which would not arrive as it is; "
                    + "write it below 1e308, without a plus sign or leading zeros, or put it in quotes",
                "m.yaml:6:64: error: model 'A': 'request' holds the number -1e400, which would not arrive as it is; "
                    + "write it below 1e308, without a plus sign or leading zeros, or put it in quotes",
                "m.yaml:7:20: error: model 'A': 'options' holds the number 0018446744073709551616, "
                    + "which would not arrive as it is; "
                    + "write it below 1e308, without a plus sign or leading zeros, or put it in quotes",
            ]
        ),
        Fault(
            name: "numbers beyond all counting",
            yaml: entry("    context_tokens: 18446744073709551615\n    prices: {input: 1e999, output: 1}\n"),
            expected: [
                "m.yaml:6:21: error: model 'A': 'context_tokens' must be a whole number, found a number; "
                    + "write digits only, such as 64000",
                "m.yaml:7:21: error: model 'A': 'input' is inf; the least is 0.0 and the most 100000.0",
            ]
        ),
        Fault(
            name: "request that is a list",
            yaml: entry("    request: [1]\n"),
            expected: ["m.yaml:6:14: error: model 'A': 'request' must be a map, found a list"]
        ),
    ]
}
