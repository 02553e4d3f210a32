package import Foundation
import Glibc

/// A client that writes exactly the bytes it is told to, over a blocking socket.
package final class SocketClient {
    package struct Answer: Equatable {
        package var status = 0
        package var head = ""
        package var body = Data()

        package var text: String { String(decoding: body, as: UTF8.self) }

        package func field(_ name: String) -> String? {
            for line in head.components(separatedBy: "\r\n").dropFirst() {
                guard let colon = line.firstIndex(of: ":") else { continue }
                if line[..<colon].lowercased() == name.lowercased() {
                    return line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
                }
            }
            return nil
        }
    }

    package enum Failure: Error {
        case cannotConnect(Int32)
        case timedOut(received: String)
        case ended(received: String)
        case malformed(String)
    }

    /// Only a bound on how long a failing test hangs.
    private static let patienceMilliseconds: Int32 = 20_000

    private let descriptor: Int32
    private var isOpen = true
    package private(set) var received = Data()

    package init(port: Int, receiveBuffer: Int32? = nil) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        if var size = receiveBuffer {
            setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &size, socklen_t(MemoryLayout<Int32>.size))
        }
        var noDelay: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &noDelay, socklen_t(MemoryLayout<Int32>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else { throw Failure.cannotConnect(errno) }
    }

    deinit {
        close()
    }

    package func close() {
        guard isOpen else { return }
        isOpen = false
        Glibc.close(descriptor)
    }

    /// Closes with a reset.
    package func reset() {
        var value = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &value, socklen_t(MemoryLayout<linger>.size))
        close()
    }

    package func send(_ text: String) {
        send(Array(text.utf8))
    }

    /// Writes bytes; a server that has closed makes the rest disappear.
    package func send(_ bytes: some Collection<UInt8>) {
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
    package func sendWithoutWaiting(_ bytes: [UInt8]) -> Int {
        let flags = Int32(MSG_NOSIGNAL | MSG_DONTWAIT)
        return bytes.withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, flags) }
    }

    /// Reads one answer; its body is read to the length or the last chunk, or to the end of the stream without either.
    package func answer(toHead isHead: Bool = false) throws -> Answer {
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
    package func head() throws -> Answer {
        try answer(toHead: true)
    }

    /// Reads one chunk, or `nil` for the last.
    package func chunk() throws -> Data? {
        let line = try line()
        guard let size = Int(line, radix: 16) else { throw Failure.malformed(line) }
        let bytes = try take(size)
        guard try take(2) == Data("\r\n".utf8) else { throw Failure.malformed(line) }
        return size == 0 ? nil : bytes
    }

    /// Reads to the end of the stream.
    package func restOfStream() throws -> Data {
        do {
            while true { try receiveMore() }
        } catch Failure.ended {
            defer { received = Data() }
            return received
        }
    }

    /// Whether the server closes before it sends anything more.
    package func isClosedByServer() throws -> Bool {
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
