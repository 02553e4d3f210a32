/// The refusals of Converse that several of its rules share.
extension SimulatorError {
    /// A text without anything but white space.
    static func blankText(_ place: String) -> SimulatorError {
        .validation(
            "The text field in the ContentBlock object at \(place) is blank. Add text to the text field, and try again."
        )
    }

    /// A block in the mouth of somebody who can't say it.
    static func wrongRole(_ kind: String, _ role: String, _ place: String) -> SimulatorError {
        .validation("The \(kind) block at \(place) can't be provided in a message of role \(role).")
    }

    /// How the service names a field that the model has no place for.
    static func unsupportedField(_ field: String) -> SimulatorError {
        .validation("This model doesn't support the \(field) field. Remove \(field) and try again.")
    }

    /// A refusal of the model's own, as the service hands it on.
    var asModelError: SimulatorError {
        .validation("The model returned the following errors: \(message)")
    }
}
