import Foundation
import TestSupport

extension SocketClient {
    /// Sends a request with a body, all at once.
    func post(_ body: String, to path: String = "/v1/chat/completions", headers: [String: String] = [:]) {
        var headers = headers
        if headers["Authorization"] == nil { headers["Authorization"] = "Bearer \(GatewayHarness.key)" }
        send(Self.request("POST", path, headers: headers, body: body))
    }

    /// Sends a request without a body.
    func get(_ path: String, method: String = "GET", headers: [String: String] = [:]) {
        send(Self.request(method, path, headers: headers, body: nil))
    }

    static func request(_ method: String, _ path: String, headers: [String: String], body: String?) -> String {
        var text = "\(method) \(path) HTTP/1.1\r\nHost: gateway\r\n"
        for (name, value) in headers where !value.isEmpty { text += "\(name): \(value)\r\n" }
        if let body { text += "Content-Length: \(body.utf8.count)\r\n\r\n\(body)" } else { text += "\r\n" }
        return text
    }

    /// Reads chunks until the text so far satisfies a condition.
    func text(until isEnough: (String) -> Bool) throws -> String {
        var text = ""
        while !isEnough(text) {
            guard let chunk = try chunk() else { throw Failure.ended(received: text) }
            text += String(decoding: chunk, as: UTF8.self)
        }
        return text
    }
}

extension SocketClient.Answer {
    /// The body as a JSON object.
    var json: [String: Any] {
        (try? JSONSerialization.jsonObject(with: body)) as? [String: Any] ?? [:]
    }

    /// The error object.
    var error: [String: Any] { json["error"] as? [String: Any] ?? [:] }
    var code: String? { error["code"] as? String }
    var param: String? { error["param"] as? String }

    /// The data of the events, comments left out.
    var events: [String] {
        text.components(separatedBy: "\n\n").compactMap { $0.hasPrefix("data: ") ? String($0.dropFirst(6)) : nil }
    }

    /// The events that are JSON.
    var chunks: [[String: Any]] {
        events.compactMap { (try? JSONSerialization.jsonObject(with: Data($0.utf8))) as? [String: Any] }
    }

    /// What is wrong with this as an error object of OpenAI's; nil when it is one.
    func flaw(asErrorWith status: Int) -> String? {
        if self.status != status { return "status \(self.status) \(text.prefix(300))" }
        if field("content-type") != "application/json" { return "content-type \(field("content-type") ?? "none")" }
        if (field("x-request-id") ?? "").isEmpty { return "no x-request-id" }
        if Set(error.keys) != ["message", "type", "param", "code"] { return "members \(error.keys)" }
        if (error["message"] as? String ?? "").isEmpty { return "no message" }
        return nil
    }
}

extension [String: Any] {
    /// The choices of an answer or a chunk.
    var choices: [[String: Any]] { self["choices"] as? [[String: Any]] ?? [] }
    var delta: [String: Any] { self["delta"] as? [String: Any] ?? [:] }
    var message: [String: Any] { self["message"] as? [String: Any] ?? [:] }
    func int(_ key: String) -> Int? { self[key] as? Int }
    func string(_ key: String) -> String? { self[key] as? String }
    func object(_ key: String) -> [String: Any] { self[key] as? [String: Any] ?? [:] }
}
