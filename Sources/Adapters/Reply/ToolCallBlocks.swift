import JSON

/// The tool calls of an answer whose blocks are told apart by number, whole or streamed.
///
/// Every call gets its place among the calls, an id of its own, arguments that are JSON, and an end.
struct ToolCallBlocks: Sendable {
    private struct Call {
        var block: Int
        var index: Int
        var hasArguments = false
    }

    private var open: [Call] = []
    private var ids: [JSONText] = []

    /// How many calls there are.
    var count: Int { ids.count }

    /// Takes note that a call starts; what was open under its number ends.
    mutating func start(block: Int, id: JSONText, name: JSONText, _ events: inout [ChatEvent]) {
        stop(block: block, &events)
        let index = ids.count
        // Copies: a slice would keep its event in memory for as long as the answer streams.
        ids.append(unique(JSONText(id.string), name: name))
        open.append(Call(block: block, index: index))
        events.append(.toolCallStarted(index: index, id: ids[index], name: name))
    }

    /// Takes a piece of the arguments of a call; those of no call are passed over.
    mutating func arguments(_ fragment: JSONText, block: Int, _ events: inout [ChatEvent]) {
        guard let place = open.firstIndex(where: { $0.block == block }) else { return }
        // White space in front says nothing, and alone it is no JSON.
        guard open[place].hasArguments || !fragment.isBlank else { return }
        open[place].hasArguments = true
        events.append(.toolCallArguments(index: open[place].index, fragment))
    }

    /// Ends the call of a block, if there is one.
    mutating func stop(block: Int, _ events: inout [ChatEvent]) {
        guard let place = open.firstIndex(where: { $0.block == block }) else { return }
        end(open.remove(at: place), &events)
    }

    /// Ends the calls that nothing ended.
    mutating func stopAll(_ events: inout [ChatEvent]) {
        for call in open { end(call, &events) }
        open = []
    }

    /// Appends a call whose arguments are whole.
    mutating func append(
        block: Int,
        id: JSONText,
        name: JSONText,
        arguments: JSONText,
        to events: inout [ChatEvent]
    ) {
        start(block: block, id: id, name: name, &events)
        self.arguments(arguments, block: block, &events)
        stop(block: block, &events)
    }

    private func end(_ call: Call, _ events: inout [ChatEvent]) {
        // A tool without arguments may send none; clients parse what they get as JSON.
        if !call.hasArguments { events.append(.toolCallArguments(index: call.index, "{}")) }
        events.append(.toolCallFinished(index: call.index))
    }

    /// Clients tell calls apart by id: one that is empty or was given twice is replaced.
    private func unique(_ id: JSONText, name: JSONText) -> JSONText {
        guard id.isEmpty || ids.contains(id) else { return id }
        return JSONText("call_" + StableName.of("\(id.string)/\(name.string)/\(ids.count)"))
    }
}
