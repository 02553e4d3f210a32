import Catalog

extension CapabilityPolicy {
    /// Keeps the cache marks that the model takes: none, or the last few, each with a lifetime it knows.
    ///
    /// Lifetimes may not grow along the prefix, which is tools, instructions, turns (CONVERSE.md §5): a mark behind a short
    /// one is made short too, for that costs less than a long one that nobody asked for.
    func fitCacheMarks(_ conversation: inout Conversation) {
        guard
            conversation.holds.contains(.cacheMarks) || conversation.system.contains(where: { $0.cacheMark != nil })
                || conversation.tools.contains(where: { $0.cacheMark != nil })
        else { return }
        var marks = CacheMarks(caching: model.caching)
        if conversation.holds.contains(.cacheMarks) {
            for index in conversation.turns.indices.reversed() { marks.fit(&conversation.turns[index].blocks) }
        }
        for index in conversation.system.indices.reversed() { marks.fit(&conversation.system[index].cacheMark) }
        for index in conversation.tools.indices.reversed() {
            marks.fit(&conversation.tools[index].cacheMark, takesMarks: model.caching?.tools == true)
        }
        if marks.hasDropped { conversation.report.drop("cache_control") }
        if marks.hasShortened { conversation.report.adjust("cache_control.ttl=5m") }
        guard marks.growAlongThePrefix else { return }
        shortenMarks(&conversation)
        conversation.report.adjust("cache_control.ttl=5m (behind a 5m mark)")
    }

    /// Makes short every long mark behind a short one.
    private func shortenMarks(_ conversation: inout Conversation) {
        var isShort = false
        func shortened(_ mark: CacheMark) -> CacheMark {
            if mark.ttl != CacheMarks.long { isShort = true }
            return isShort && mark.ttl == CacheMarks.long ? CacheMark() : mark
        }
        for index in conversation.tools.indices {
            conversation.tools[index].cacheMark = conversation.tools[index].cacheMark.map(shortened)
        }
        for index in conversation.system.indices {
            conversation.system[index].cacheMark = conversation.system[index].cacheMark.map(shortened)
        }
        for turn in conversation.turns.indices {
            for index in conversation.turns[turn].blocks.indices {
                guard case .cacheMark(let mark) = conversation.turns[turn].blocks[index] else { continue }
                conversation.turns[turn].blocks[index] = .cacheMark(shortened(mark))
            }
        }
    }
}

/// The deciding about the marks of one conversation, which are visited from the last to the first.
private struct CacheMarks {
    /// The lifetime that is longer than the model's own.
    static let long = Caching.Lifetime.oneHour.rawValue

    private let lifetimes: [String]
    private var left: Int
    private var hasLong = false
    /// Whether a mark was taken away.
    private(set) var hasDropped = false
    /// Whether a mark asked for a lifetime that the model does not know, and lost it.
    private(set) var hasShortened = false
    /// Whether a long mark stands behind a short one.
    private(set) var growAlongThePrefix = false

    init(caching: Caching?) {
        left = caching?.style == .explicit ? caching?.maximumCheckpoints ?? 0 : 0
        lifetimes = caching?.lifetimes.map(\.rawValue) ?? []
    }

    mutating func fit(_ blocks: inout [ContentBlock]) {
        guard blocks.contains(where: \.isCacheMark) else { return }
        var kept: [ContentBlock] = []
        kept.reserveCapacity(blocks.count)
        for block in blocks.reversed() {
            guard case .cacheMark(let mark) = block else {
                kept.append(block)
                continue
            }
            if let fitted = fitted(mark) { kept.append(.cacheMark(fitted)) }
        }
        blocks = kept.reversed()
    }

    mutating func fit(_ mark: inout CacheMark?, takesMarks: Bool = true) {
        guard let wanted = mark else { return }
        if takesMarks {
            mark = fitted(wanted)
        } else {
            mark = nil
            hasDropped = true
        }
    }

    private mutating func fitted(_ mark: CacheMark) -> CacheMark? {
        guard left > 0 else {
            hasDropped = true
            return nil
        }
        left -= 1
        var mark = mark
        if let ttl = mark.ttl, !lifetimes.contains(ttl) {
            if ttl != Caching.Lifetime.fiveMinutes.rawValue { hasShortened = true }
            mark.ttl = nil
        }
        if mark.ttl == Self.long {
            hasLong = true
        } else if hasLong {
            growAlongThePrefix = true
        }
        return mark
    }
}
