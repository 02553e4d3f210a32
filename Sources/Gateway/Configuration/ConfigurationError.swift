/// A setting that stops the launch.
enum ConfigurationError: Error, Hashable {
    /// A variable's value makes no sense.
    case badValue(variable: String, reason: String)
    /// A line of the `.env` file cannot be read.
    case badLine(file: String, line: Int, reason: String)
    /// A file cannot be read.
    case unreadable(file: String, reason: String)
}

extension ConfigurationError: CustomStringConvertible {
    /// What is wrong and where.
    ///
    /// The value itself is not repeated: it may be a secret in the wrong place.
    var description: String {
        switch self {
        case .badValue(let variable, let reason): "\(variable): \(reason)."
        case .badLine(let file, let line, let reason): "\(file):\(line): \(reason)."
        case .unreadable(let file, let reason): "\(file) cannot be read: \(reason)."
        }
    }
}
