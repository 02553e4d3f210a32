import Catalog

extension CapabilityPolicy {
    /// Keeps the cache marks that the model takes: none, or the last few, each with a lifetime it knows.
    func fitCacheMarks(_ conversation: inout Conversation) {
        let caching = model.caching
        let isExplicit = caching?.style == .explicit
        var kept = isExplicit ? caching?.maximumCheckpoints ?? 0 : 0
        var dropped = 0
        var report = conversation.report
        /// Decides about one mark; marks are visited from the last to the first.
        func fit(_ mark: CacheMark, isTool: Bool = false) -> CacheMark? {
            guard kept > 0, !isTool || caching?.tools == true else {
                dropped += 1
                return nil
            }
            kept -= 1
            guard let ttl = mark.ttl else { return mark }
            if caching?.lifetimes.contains(where: { $0.rawValue == ttl }) == true { return mark }
            if ttl != "5m" { report.adjust("cache_control.ttl=5m") }
            return CacheMark()
        }
        for turn in conversation.turns.indices.reversed() {
            for block in conversation.turns[turn].blocks.indices.reversed() {
                guard case .cacheMark(let mark) = conversation.turns[turn].blocks[block] else { continue }
                if let fitted = fit(mark) {
                    conversation.turns[turn].blocks[block] = .cacheMark(fitted)
                } else {
                    conversation.turns[turn].blocks.remove(at: block)
                }
            }
        }
        for index in conversation.system.indices.reversed() {
            conversation.system[index].cacheMark = conversation.system[index].cacheMark.flatMap { fit($0) }
        }
        for index in conversation.tools.indices.reversed() {
            conversation.tools[index].cacheMark = conversation.tools[index].cacheMark.flatMap { fit($0, isTool: true) }
        }
        if dropped > 0 { report.drop("cache_control") }
        conversation.report = report
    }
}
