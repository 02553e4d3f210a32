import ArgumentParser

/// A port on a command line: 0 to 65535.
struct PortArgument: ExpressibleByArgument {
    let number: Int

    init(_ number: Int) {
        self.number = number
    }

    init?(argument: String) {
        guard let number = Int(argument), 0...65_535 ~= number else { return nil }
        self.number = number
    }

    var defaultValueDescription: String { "\(number)" }
}
