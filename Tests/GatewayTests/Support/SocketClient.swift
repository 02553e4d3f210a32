import Foundation
import Glibc

/// A client that writes exactly the bytes it is told to, over a blocking socket.
final class SocketClient {
    struct Answer: Equatable {
        var status = 0
        var head = ""
        var body = Data()

        var text: String { String(decoding: body, as: UTF8.self) }

        func field(_ name: String) -> String? {
            for line in head.components(separatedBy: "\r\n").dropFirst() {
                guard let colon = line.firstIndex(of: ":") else { continue }
                if line[..<colon].lowercased() == name.lowercased() {
                    return line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
                }
            }
            return nil
        }
    }

    enum Failure: Error {
        case cannotConnect(Int32)
        case timedOut(received: String)
        case ended(received: String)
        case malformed(String)
    }

    /// Only a bound on how long a failing test hangs.
    private static let patienceMilliseconds: Int32 = 20_000

    private let descriptor: Int32
    private var isOpen = true
    private(set) var received = Data()

    init(port: Int, receiveBuffer: Int32? = nil) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        if var size = receiveBuffer {
            setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &size, socklen_t(MemoryLayout<Int32>.size))
        }
        var noDelay: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &noDelay, socklen_t(MemoryLayout<Int32>.size))
        // A sockaddr_in: the family in this machine's order, port and address in the network's.
        let family = withUnsafeBytes(of: UInt16(AF_INET)) { Array($0) }
        let address =
            family + [UInt8(port >> 8 & 255), UInt8(port & 255), 127, 0, 0, 1] + [UInt8](repeating: 0, count: 8)
        let result = address.withUnsafeBytes { bytes in
            Glibc.connect(descriptor, bytes.assumingMemoryBound(to: sockaddr.self).baseAddress, socklen_t(bytes.count))
        }
        guard result == 0 else { throw Failure.cannotConnect(errno) }
    }

    deinit {
        close()
    }

    func close() {
        guard isOpen else { return }
        isOpen = false
        Glibc.close(descriptor)
    }

    /// Closes with a reset.
    func reset() {
        var value = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &value, socklen_t(MemoryLayout<linger>.size))
        close()
    }

    func send(_ text: String) {
        send(Array(text.utf8))
    }

    /// Writes bytes; a server that has closed makes the rest disappear.
    func send(_ bytes: some Collection<UInt8>) {
        let bytes = Array(bytes)
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            if count <= 0 { return }
            sent += count
        }
    }

    /// Writes as much as the system takes without waiting.
    func sendWithoutWaiting(_ bytes: [UInt8]) -> Int {
        let flags = Int32(MSG_NOSIGNAL | MSG_DONTWAIT)
        return bytes.withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, flags) }
    }

    /// Reads one answer; its body is read to the length or the last chunk, or to the end of the stream without either.
    func answer(toHead isHead: Bool = false) throws -> Answer {
        let end = Data("\r\n\r\n".utf8)
        var range = received.range(of: end)
        while range == nil {
            try receiveMore()
            range = received.range(of: end)
        }
        guard let range else { throw Failure.malformed("") }
        var answer = Answer()
        answer.head = String(decoding: received[..<range.lowerBound], as: UTF8.self)
        answer.status = Int(answer.head.split(separator: " ").dropFirst().first ?? "") ?? 0
        received = Data(received[range.upperBound...])
        if isHead || answer.status < 200 || answer.status == 204 || answer.status == 304 { return answer }
        if let length = answer.field("content-length").flatMap({ Int($0) }) {
            answer.body = try take(length)
        } else if answer.field("transfer-encoding") == "chunked" {
            while let chunk = try chunk() { answer.body += chunk }
        } else {
            answer.body = try restOfStream()
        }
        return answer
    }

    /// Reads a head only.
    func head() throws -> Answer {
        try answer(toHead: true)
    }

    /// Reads one chunk, or `nil` for the last.
    func chunk() throws -> Data? {
        let line = try line()
        guard let size = Int(line, radix: 16) else { throw Failure.malformed(line) }
        let bytes = try take(size)
        guard try take(2) == Data("\r\n".utf8) else { throw Failure.malformed(line) }
        return size == 0 ? nil : bytes
    }

    /// Reads to the end of the stream.
    func restOfStream() throws -> Data {
        do {
            while true { try receiveMore() }
        } catch Failure.ended {
            defer { received = Data() }
            return received
        }
    }

    /// Whether the server closes before it sends anything more.
    func isClosedByServer() throws -> Bool {
        try restOfStream().isEmpty
    }

    private func line() throws -> String {
        while true {
            if let end = received.range(of: Data("\r\n".utf8)) {
                let line = String(decoding: received[..<end.lowerBound], as: UTF8.self)
                received = Data(received[end.upperBound...])
                return line
            }
            try receiveMore()
        }
    }

    private func take(_ count: Int) throws -> Data {
        while received.count < count { try receiveMore() }
        defer { received = Data(received.dropFirst(count)) }
        return Data(received.prefix(count))
    }

    private func receiveMore() throws {
        var wait = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        guard poll(&wait, 1, Self.patienceMilliseconds) == 1 else {
            throw Failure.timedOut(received: String(decoding: received.prefix(400), as: UTF8.self))
        }
        var bytes = [UInt8](repeating: 0, count: 65_536)
        let count = recv(descriptor, &bytes, bytes.count, 0)
        guard count > 0 else { throw Failure.ended(received: String(decoding: received.prefix(400), as: UTF8.self)) }
        received += bytes[..<count]
    }
}

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
