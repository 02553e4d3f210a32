import JSON

extension ModelReader {
    func readThinking(_ map: MapReader) -> Thinking {
        var thinking = Thinking()
        let keys = [
            "style", "enabled", "budget_tokens", "effort", "effort_levels", "effort_ceiling", "effort_field",
            "always_on",
            "needs_display", "hidden",
        ]
        guard let map = map.map("thinking", keys: keys) else { return thinking }
        thinking.style = map.choice("style", Thinking.Style.self) ?? .none
        thinking.budgetTokens = map.int("budget_tokens", in: 1_024...1_000_000)
        thinking.defaultEffort = map.choice("effort", EffortLevel.self)
        thinking.effortLevels = map.choices("effort_levels", EffortLevel.self)?.sorted() ?? []
        thinking.effortCeiling = map.choice("effort_ceiling", EffortLevel.self)
        thinking.effortField = map.choice("effort_field", Thinking.EffortField.self) ?? .reasoningEffort
        thinking.alwaysOn = map.bool("always_on") ?? (thinking.style == .alwaysOn)
        thinking.enabledByDefault = map.bool("enabled") ?? (thinking.alwaysOn || thinking.budgetTokens != nil)
        thinking.needsDisplay = map.bool("needs_display") ?? false
        thinking.isHidden = map.bool("hidden") ?? false

        if thinking.budgetTokens != nil, thinking.style != .budget, thinking.style != .adaptiveOrBudget {
            map.report(
                "budget_tokens",
                "does not go with the style '\(thinking.style.rawValue)'",
                fix: "write 'enabled: true' and an 'effort' instead"
            )
        }
        if let effort = thinking.defaultEffort, !thinking.effortLevels.contains(effort) {
            map.report("effort", "is not among 'effort_levels'", fix: "choose one of them, or list it")
        }
        return thinking
    }

    func readSampling(_ map: MapReader) -> Sampling {
        var sampling = Sampling()
        guard let map = map.map("sampling", keys: ["accepts", "either", "temperature", "top_p", "max_top_k"]) else {
            return sampling
        }
        sampling.accepted = map.set("accepts", Sampling.Parameters.spellings) ?? sampling.accepted
        sampling.isEither = map.bool("either") ?? false
        sampling.temperature = map.range("temperature", in: 0...10) ?? sampling.temperature
        sampling.topP = map.range("top_p", in: 0...1) ?? sampling.topP
        sampling.maximumTopK = map.int("max_top_k", in: 1...1_000_000)
        return sampling
    }

    func readToolResults(_ map: MapReader) -> ToolResultSupport {
        var support = ToolResultSupport()
        guard let map = map.map("tool_results", keys: ["images", "with_text"]) else { return support }
        support.images = map.bool("images") ?? false
        support.withText = map.bool("with_text") ?? false
        return support
    }

    func readStop(_ map: MapReader, capabilities: Capabilities) -> StopSupport {
        var stop = StopSupport()
        let detail = map.map("stop", keys: ["native", "converse", "count"])
        guard capabilities.contains(.stop) else { return stop }
        stop.native = detail?.bool("native") ?? true
        stop.converse = detail?.bool("converse") ?? true
        stop.maximumCount = detail?.int("count", in: 1...10_000)
        return stop
    }

    func readCaching(_ map: MapReader) -> Caching? {
        guard let map = map.map("caching", keys: ["style", "min_tokens", "lifetimes", "checkpoints", "tools"]) else {
            return nil
        }
        var caching = Caching()
        caching.style = map.choice("style", Caching.Style.self) ?? .explicit
        caching.minimumTokens = map.int("min_tokens", in: Self.tokens)
        caching.lifetimes = map.choices("lifetimes", Caching.Lifetime.self) ?? []
        caching.maximumCheckpoints = map.int("checkpoints", in: 1...100) ?? caching.maximumCheckpoints
        caching.tools = map.bool("tools") ?? caching.tools
        return caching
    }

    func readPrices(_ map: MapReader) -> Prices? {
        let keys = [
            "input", "output", "cache_read", "cache_write", "cache_write_1h", "flex", "priority", "long_context",
        ]
        guard let map = map.map("prices", keys: keys), let standard = rate(map, at: map.node("input")) else {
            return nil
        }
        var prices = Prices(standard: standard)
        prices.cacheRead = map.double("cache_read", in: Self.dollars)
        prices.cacheWrite = map.double("cache_write", in: Self.dollars)
        prices.cacheWriteOneHour = map.double("cache_write_1h", in: Self.dollars)
        for (key, path) in [("flex", \Prices.flex), ("priority", \Prices.priority)] {
            guard let tier = map.map(key, keys: ["input", "output"]) else { continue }
            prices[keyPath: path] = rate(tier, at: map.node(key))
        }
        if let tier = map.map("long_context", keys: ["above", "input", "output"]) {
            if let above = tier.int("above", in: Self.tokens), let rate = rate(tier, at: map.node("long_context")) {
                prices.longContext = Prices.LongContext(above: above, rate: rate)
            } else if tier.node("above") == nil {
                map.report("long_context", "has no 'above'", fix: "write the tokens above which it holds")
            }
        }
        return prices
    }

    private static let dollars = 0.0...100_000.0

    private func rate(_ map: MapReader, at node: YAMLNode?) -> Prices.Rate? {
        let input = map.double("input", in: Self.dollars)
        let output = map.double("output", in: Self.dollars)
        if let input, let output { return Prices.Rate(input: input, output: output) }
        for key in ["input", "output"] where map.node(key) == nil {
            problems.report("prices have no '\(key)'", at: node?.location, subject: map.subject, fix: "write both")
        }
        return nil
    }

    func readLifecycle(_ map: MapReader) -> Lifecycle {
        var lifecycle = Lifecycle()
        lifecycle.isPreview = map.bool("preview") ?? false
        if let text = map.text("sunset") {
            lifecycle.sunset = CalendarDate(text)
            if lifecycle.sunset == nil {
                map.report("sunset", "is not a day: '\(text)'", fix: "write year-month-day, such as 2027-03-30")
            }
        }
        lifecycle.isDeprecated = map.bool("deprecated") ?? (lifecycle.sunset != nil)
        lifecycle.replacedBy = map.text("replaced_by")
        return lifecycle
    }

    /// A map that passes through as JSON.
    func readObject(_ map: MapReader, _ key: String) -> JSONValue? {
        guard let node = map.node(key) else { return nil }
        guard node.members != nil else {
            map.report(key, "must be a map, found \(node.kindName)")
            return nil
        }
        for number in node.unsendableNumbers {
            problems.report(
                "'\(key)' holds the number \(number.text), which would not arrive as it is",
                at: number.location,
                subject: map.subject,
                fix: "write it below 1e308, without a plus sign or leading zeros, or put it in quotes"
            )
        }
        do throws(JSONError) {
            return try node.json()
        } catch {
            map.report(key, "cannot be written as JSON: \(error)")
            return nil
        }
    }
}
