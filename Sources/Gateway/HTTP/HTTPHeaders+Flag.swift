import NIOHTTP1

extension HTTPHeaders {
    /// Reads a switch: `true`, `1` and `yes`, or `false`, `0` and `no`, in any case; nil without it and for anything else.
    func flag(_ name: String) -> Bool? {
        switch first(name: name)?.lowercased() {
        case "true"?, "1"?, "yes"?: true
        case "false"?, "0"?, "no"?: false
        default: nil
        }
    }
}
