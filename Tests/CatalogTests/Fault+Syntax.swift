extension Fault {
    /// What libyaml refuses, and what YAML offers that a catalog does not use.
    static let syntax: [Fault] = [
        Fault(name: "empty", yaml: "", expected: ["m.yaml: error: the file is empty; list models under 'models:'"]),
        Fault(
            name: "only a comment",
            yaml: "# nothing\n",
            expected: ["m.yaml: error: the file is empty; list models under 'models:'"]
        ),
        Fault(
            name: "not a map",
            yaml: "- a\n- b\n",
            expected: ["m.yaml:1:1: error: the catalog: expected a map, found a list"]
        ),
        Fault(
            name: "no models",
            yaml: "retired: {}\n",
            expected: ["m.yaml:1:1: error: there are no models; list them under 'models:'"]
        ),
        Fault(
            name: "tab",
            yaml: "models:\n\tA: {}\n",
            expected: [
                "m.yaml:2:1: error: found character that cannot start any token, while scanning for the next token"
            ]
        ),
        Fault(
            name: "unclosed bracket",
            yaml: "models:\n  A: [x, y\n  B: z\n",
            expected: ["m.yaml:3:4: error: did not find expected ',' or ']', while parsing a flow sequence"]
        ),
        Fault(
            name: "bad bytes",
            yaml: "models:\n  A: \u{01}\n",
            expected: [
                "m.yaml:2:6: error: control characters are not allowed; the file must be UTF-8 text"
            ]
        ),
        Fault(
            name: "second document",
            yaml: "models: {}\n---\nmodels: {}\n",
            expected: ["m.yaml:3:1: error: a second document begins here; a catalog is one document: remove the '---'"]
        ),
        Fault(
            name: "tag",
            yaml: "models: !python/object {}\n",
            expected: [
                "m.yaml:1:9: error: tags are not used in a catalog; "
                    + "remove what begins with '!'; quotes make text of a number"
            ]
        ),
        Fault(
            name: "merge key",
            yaml: "models:\n  A: &a {adapter: converse}\n  B:\n    <<: *a\n",
            expected: [
                "m.yaml:4:5: error: merge keys ('<<') are not used in a catalog; share values with 'template:'"
            ]
        ),
        Fault(
            name: "repeated key",
            yaml: "models:\n  A: {}\n  B: {}\n  A: {}\n",
            expected: [
                "m.yaml:4:3: error: the key 'A' stands here a second time; the first is on line 2; remove one of them"
            ]
        ),
        Fault(
            name: "repeated key inside a flow map",
            yaml: "models:\n  A: {adapter: text, adapter: nova}\n",
            expected: [
                "m.yaml:2:22: error: the key 'adapter' stands here a second time; the first is on line 2; "
                    + "remove one of them"
            ]
        ),
        Fault(
            name: "list as a key",
            yaml: "models:\n  ? [a]\n  : b\n",
            expected: ["m.yaml:2:5: error: a key must be plain text"]
        ),
        Fault(
            name: "alias without anchor",
            yaml: "models: *gone\n",
            expected: ["m.yaml:1:9: error: no anchor '&gone' above; define '&gone' before it is used"]
        ),
        Fault(
            name: "alias in its own anchor",
            yaml: "models: &m\n  A: *m\n",
            expected: ["m.yaml:2:6: error: the alias '*m' stands inside its own anchor; remove it"]
        ),
        Fault(
            name: "too deep",
            yaml: String(repeating: "[", count: 40) + String(repeating: "]", count: 40),
            expected: ["m.yaml:1:34: error: nesting deeper than 32 levels"]
        ),
    ]
}
