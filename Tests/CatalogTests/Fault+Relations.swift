extension Fault {
    /// An entry that has another id on another host.
    private static let native =
        "  B:\n    bedrock_id: v.b\n    adapter: openai-native\n    native: {host: mantle, model_id: v.native}\n"

    /// What does not fit together.
    static let relations: [Fault] = [
        Fault(
            name: "unknown template",
            yaml: "templates:\n  claude: {adapter: anthropic}\nmodels:\n  A: {template: cluade, bedrock_id: v.a}\n"
                + "  B: {template: claude, bedrock_id: v.b}\n",
            expected: [
                "m.yaml:4:3: error: model 'A': 'adapter' is missing; name one, or a template that does",
                "m.yaml:4:17: error: model 'A': there is no template 'cluade'; did you mean 'claude'?",
            ]
        ),
        Fault(
            name: "templates in a circle",
            yaml: "templates:\n  a: {template: b}\n  b: {template: a, adapter: text}\nmodels:\n"
                + "  A: {template: a, bedrock_id: v.a}\n",
            expected: [
                "m.yaml:3:17: error: template 'a': the template 'a' comes back to itself; "
                    + "remove one 'template' of a -> b -> a"
            ]
        ),
        Fault(
            name: "entry that is its own template",
            yaml: "models:\n  A: {template: A, bedrock_id: v.a, adapter: text}\n",
            expected: [
                "m.yaml:2:17: error: model 'A': the template 'A' comes back to itself; remove one 'template' of A -> A"
            ]
        ),
        Fault(
            name: "fault of a template is told once",
            yaml: "templates:\n  t: {adapter: text, colour: red}\nmodels:\n  A: {template: t, bedrock_id: v.a}\n"
                + "  B: {template: t, bedrock_id: v.b}\n",
            expected: [
                "m.yaml:2:22: error: template 't': unknown key 'colour'; known are: "
                    + "template, aliases, description, vendor, bedrock_id, adapter, converse, native, apis, on_demand, "
                    + "profiles, profile_order, allow_global, context_tokens, max_output_tokens, "
                    + "default_max_output_tokens, min_output_tokens, capabilities, thinking, sampling, stop, "
                    + "tool_choice, tool_results, tool_schemas, caching, structured_output, usage, prices, preview, deprecated, sunset, replaced_by, "
                    + "request, options"
            ]
        ),
        Fault(
            name: "aliases in a template",
            yaml: "templates:\n  t: {adapter: text, aliases: [x]}\nmodels:\n  A: {template: t, bedrock_id: v.a}\n",
            expected: ["m.yaml:2:31: error: template 't': aliases belong to one model; move them to the entry"]
        ),
        Fault(
            name: "unknown geography",
            yaml: entry("    profiles: [us, uss]\n"),
            expected: ["m.yaml:6:20: error: model 'A': 'profiles' has no value 'uss'; did you mean 'us'?"]
        ),
        Fault(
            name: "not a region",
            yaml: "geographies:\n  us: [US East]\nmodels:\n  A: {bedrock_id: v.a, adapter: converse}\n",
            expected: [
                "m.yaml:2:8: error: geography 'us': 'US East' is not a region; "
                    + "write a region such as eu-west-1, or a beginning with a star such as eu-*"
            ]
        ),
        Fault(
            name: "callable nowhere",
            yaml: entry("    on_demand: false\n"),
            expected: [
                "m.yaml:3:3: error: model 'A': the model is callable nowhere; list 'profiles', or write 'on_demand: true'"
            ]
        ),
        Fault(
            name: "global allowed but absent",
            yaml: entry("    profiles: [us]\n    allow_global: true\n"),
            expected: [
                "m.yaml:7:19: error: model 'A': 'allow_global' is true, but 'profiles' has no 'global'; "
                    + "add it to 'profiles'"
            ]
        ),
        Fault(
            name: "order of a profile it lacks",
            yaml: entry("    profiles: [us]\n    profile_order: [global]\n"),
            expected: [
                "m.yaml:7:20: error: model 'A': 'profile_order' names 'global', which 'profiles' does not list; "
                    + "remove it, or list it"
            ]
        ),
        Fault(
            name: "default above the limit",
            yaml: entry("    max_output_tokens: 10\n    default_max_output_tokens: 20\n"),
            expected: [
                "m.yaml:7:32: error: model 'A': 'default_max_output_tokens' is above 'max_output_tokens', 10; lower it"
            ]
        ),
        Fault(
            name: "budget of a model that takes none",
            yaml: entry("    thinking: {style: adaptive, budget_tokens: 2000}\n"),
            expected: [
                "m.yaml:6:48: error: model 'A': 'budget_tokens' does not go with the style 'adaptive'; "
                    + "write 'enabled: true' and an 'effort' instead"
            ]
        ),
        Fault(
            name: "name taken in another case",
            yaml: "models:\n  Abc: {bedrock_id: v.a, adapter: text}\n  aBC: {bedrock_id: v.b, adapter: text}\n",
            expected: ["m.yaml:3:3: error: model 'aBC': the name 'aBC' belongs to 'Abc' already; choose another"]
        ),
        Fault(
            name: "alias of another entry",
            yaml: entry("    aliases: [b]\n  B: {bedrock_id: v.b, adapter: text}\n"),
            expected: ["m.yaml:6:15: error: model 'A': the name 'b' belongs to 'B' already; choose another"]
        ),
        Fault(
            name: "alias that is the name",
            yaml: entry("    aliases: [a]\n"),
            expected: [
                "m.yaml:6:15: error: model 'A': the name 'a' is there already; "
                    + "remove it: names are found without regard to case"
            ]
        ),
        Fault(
            name: "name with a slash",
            yaml: "models:\n  a/b: {bedrock_id: v.a, adapter: text}\n",
            expected: [
                "m.yaml:2:3: error: model 'a/b': 'a/b' cannot be a name; "
                    + "use letters, digits and . _ - : only, at most 128, with a letter or digit first"
            ]
        ),
        Fault(
            name: "alias that is another's id",
            yaml: entry("    aliases: [v.b]\n  B: {bedrock_id: v.b, adapter: text}\n"),
            expected: ["m.yaml:7:3: error: model 'B': the id 'v.b' is a name of 'A'; remove that name"]
        ),
        Fault(
            name: "alias that is another's id on another host",
            yaml: entry("    aliases: [V.Native]\n" + native),
            expected: ["m.yaml:7:3: error: model 'B': the id 'v.native' is a name of 'A'; remove that name"]
        ),
        Fault(
            name: "alias that is another's profile",
            yaml: entry("    aliases: [us.v.b]\n  B: {bedrock_id: v.b, adapter: text, profiles: [us]}\n"),
            expected: ["m.yaml:7:3: error: model 'B': the id 'us.v.b' is a name of 'A'; remove that name"]
        ),
        Fault(
            name: "retired names that are ids",
            yaml: entry(
                "    profiles: [us]\n" + native
                    + "retired:\n  V.A: B\n  us.v.a: B\n  v.native: A\n  v.gone: A\n  eu.v.a: A\n"
            ),
            expected: [
                "m.yaml:12:3: error: retired name 'V.A': it is an id of 'A', which would be refused; remove it",
                "m.yaml:13:3: error: retired name 'us.v.a': it is an id of 'A', which would be refused; remove it",
                "m.yaml:14:3: error: retired name 'v.native': it is an id of 'B', which would be refused; remove it",
            ]
        ),
        Fault(
            name: "successor that does not exist",
            yaml: entry("    replaced_by: Bb\n  Bbb: {bedrock_id: v.b, adapter: text}\n"),
            expected: [
                "m.yaml:6:18: error: model 'A': 'replaced_by' names 'Bb', which is not a model of this file; "
                    + "did you mean 'Bbb'?"
            ]
        ),
        Fault(
            name: "successor of itself",
            yaml: entry("    replaced_by: a\n"),
            expected: [
                "m.yaml:6:18: error: model 'A': 'replaced_by' names the model itself; did you mean 'A'?"
            ]
        ),
        Fault(
            name: "retired name in use",
            yaml: entry("retired: {a: A}\n"),
            expected: ["m.yaml:6:11: error: retired name 'a': the name belongs to 'A'; remove it here or there"]
        ),
        Fault(
            name: "retired for nothing",
            yaml: entry("retired: {Old: New}\n"),
            expected: [
                "m.yaml:6:16: error: retired name 'Old': the successor is not a model of this file; "
                    + "write the name of an entry under 'models'"
            ]
        ),
        Fault(
            name: "entry among the retired names",
            yaml: entry("retired:\n  Mine: {bedrock_id: v.mine}\n"),
            expected: [
                "m.yaml:7:9: error: retired name 'Mine': the successor is not a model of this file; "
                    + "a model's entry belongs under 'models', before 'retired'"
            ]
        ),
        Fault(
            name: "every fault at once",
            yaml:
                "models:\n  A: {adapter: texts, bedrock_id: v.a, usage: grosss}\n  B: {adapter: text, bedrock_id: []}\n",
            expected: [
                "m.yaml:2:16: error: model 'A': 'adapter' names no adapter: 'texts'; did you mean 'text'?",
                "m.yaml:2:47: error: model 'A': 'usage' has no value 'grosss'; did you mean 'gross'?",
                "m.yaml:3:34: error: model 'B': 'bedrock_id' must be text, found a list",
            ]
        ),
    ]
}
