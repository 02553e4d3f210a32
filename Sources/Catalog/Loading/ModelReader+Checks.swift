extension ModelReader {
    /// Reports limits that contradict each other.
    func checkLimits(_ map: MapReader, _ model: Model) {
        if let most = model.maxOutputTokens {
            if let usual = model.defaultMaxOutputTokens, usual > most {
                map.report("default_max_output_tokens", "is above 'max_output_tokens', \(most)", fix: "lower it")
            }
            if let least = model.minOutputTokens, least > most {
                map.report("min_output_tokens", "is above 'max_output_tokens', \(most)", fix: "lower it")
            }
            if let budget = model.thinking.budgetTokens, budget >= most {
                problems.report(
                    "'budget_tokens' leaves nothing of 'max_output_tokens', \(most), for the answer",
                    at: map.location("thinking"),
                    subject: map.subject,
                    fix: "lower it"
                )
            }
        }
    }

    /// Reports an entry that no request could reach.
    func checkAPIs(_ map: MapReader, _ model: Model) {
        if case .sequence(let apis) = map.node("apis")?.content, apis.isEmpty {
            map.report("apis", "is empty", fix: "write [chat], or [responses] for a model that answers nothing else")
        }
        if map.node("adapter") != nil, model.adapter == .converse, !model.converse {
            map.report(
                "converse",
                "is false, but the adapter is converse",
                fix: "name the adapter that speaks to the model, or remove 'converse'"
            )
        }
    }

    /// Reports an option that the entry's adapter does not take.
    func checkOptions(_ map: MapReader, _ model: Model) {
        // What is no adapter, and options that are no map, are reported as such.
        guard map.node("adapter") != nil, map.node("options") == nil || model.options != nil,
            let dialect = adapters.first(where: { $0.id == model.adapter }), let problem = dialect.optionProblem(model)
        else { return }
        problems.report(
            "option '\(problem.option)': \(problem.reason)",
            at: model.place(ofOption: problem.option),
            subject: map.subject
        )
    }
}
