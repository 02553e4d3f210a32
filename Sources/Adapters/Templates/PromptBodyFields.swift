import JSON
import NIOCore

/// What a request body calls its members: the `body` map of an entry's options.
///
/// ```yaml
/// body:
///   prompt: inputText
///   max_tokens: textGenerationConfig.maxTokenCount   # a dot puts members into an object
///   temperature: textGenerationConfig.temperature
///   stop: textGenerationConfig.stopSequences
///   accepted_stops: ["|", "User:"]                   # the only stop texts the model takes
/// ```
///
/// What is not given has its usual name; `~` says that the model has no such member.
struct PromptBodyFields: Sendable {
    /// A member, perhaps inside an object.
    struct Name: Sendable, Hashable {
        var group: JSONText?
        var member: JSONText

        init(_ spelling: String) {
            let parts = spelling.split(separator: ".", maxSplits: 1)
            group = parts.count > 1 ? JSONText(String(parts[0])) : nil
            member = JSONText(String(parts.last ?? ""))
        }

        /// What stands directly in the body.
        var outermost: JSONText { group ?? member }
    }

    static let keys = [
        "prompt", "max_tokens", "temperature", "top_p", "top_k", "seed", "frequency_penalty", "presence_penalty",
        "stop",
        "accepted_stops", "images",
    ]

    let prompt: Name
    let maxTokens: Name?
    let temperature: Name?
    let topP: Name?
    let topK: Name?
    let seed: Name?
    let frequencyPenalty: Name?
    let presencePenalty: Name?
    let stop: Name?
    let images: Name?
    /// The only stop texts that the model takes; nil for any.
    let acceptedStops: Set<JSONText>?

    /// Reads the names; what a map does not say is called as in `usual`.
    init(_ options: PromptOptions, usual: [String: String]) throws(AdapterError) {
        var names: [String: Name] = [:]
        for key in Self.keys where key != "accepted_stops" {
            guard let spelling = try options.name(key, usual: usual[key]) else { continue }
            let name = Name(spelling)
            guard !name.member.isEmpty else { throw options.failure(key, "must name a member") }
            guard !names.values.contains(name) else { throw options.failure(key, "has the name of another member") }
            names[key] = name
        }
        guard let prompt = names["prompt"] else { throw options.failure("prompt", "is missing") }
        guard prompt.group == nil else { throw options.failure("prompt", "must stand directly in the body") }
        self.prompt = prompt
        maxTokens = names["max_tokens"]
        temperature = names["temperature"]
        topP = names["top_p"]
        topK = names["top_k"]
        seed = names["seed"]
        frequencyPenalty = names["frequency_penalty"]
        presencePenalty = names["presence_penalty"]
        stop = names["stop"]
        images = names["images"]
        acceptedStops = try options.texts("accepted_stops").map { Set($0.map { JSONText($0) }) }
    }

    /// What a member is called that a client's own fields may not replace, for it would be a prompt past the template; nil
    /// for any other.
    func reservedName(_ key: JSONText) -> String? {
        if key == prompt.member { return "prompt" }
        return key == images?.outermost ? "images" : nil
    }
}

extension PromptOptions {
    /// A name: the given one, or the usual one where none is given; nil for `~`.
    fileprivate func name(_ key: String, usual: String?) throws(AdapterError) -> String? {
        isSaid(key) ? try text(key) : usual
    }
}
