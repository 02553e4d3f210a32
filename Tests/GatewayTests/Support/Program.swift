import Foundation
import Synchronization
import TestSupport

/// The built program, run as a process of its own.
final class Program {
    private let process: ChildProcess
    private let output = Output()
    private let pipe = Pipe()
    /// A directory of its own, so that no `.env` but the test's is read.
    let directory: URL

    /// The program beside the bundle of tests.
    private static var path: URL {
        let arguments = CommandLine.arguments[0]
        let products = URL(fileURLWithPath: arguments).deletingLastPathComponent()
        return products.appendingPathComponent("bedrock-gateway")
    }

    /// Starts the program with nothing but the environment given, and the shipped catalog.
    init(_ arguments: [String], environment: [String: String] = [:], dotEnv: String? = nil) throws {
        directory = FileManager.default.temporaryDirectory.appendingPathComponent("program-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        if let dotEnv { try Data(dotEnv.utf8).write(to: directory.appendingPathComponent(".env")) }
        let descriptor = pipe.fileHandleForReading.fileDescriptor
        _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
        // Holds on to the pipe, so that the descriptor stays its own.
        pipe.fileHandleForReading.readabilityHandler = { [output, pipe] _ in
            output.take(from: pipe.fileHandleForReading.fileDescriptor)
        }
        process = try ChildProcess(
            Self.path.path,
            arguments,
            environment: ["MODELS_FILE": GatewayHarness.catalogPath].merging(environment) { $1 },
            directory: directory,
            output: pipe.fileHandleForWriting
        )
        try pipe.fileHandleForWriting.close()
    }

    deinit {
        if process.status == nil { send(SIGKILL) }
        pipe.fileHandleForReading.readabilityHandler = nil
        try? FileManager.default.removeItem(at: directory)
    }

    private final class Output: Sendable {
        let data = Mutex(Data())

        /// Takes what is there, without waiting for more.
        func take(from descriptor: Int32) {
            data.withLock { data in
                var buffer = [UInt8](repeating: 0, count: 65_536)
                while true {
                    let count = read(descriptor, &buffer, buffer.count)
                    guard count > 0 else { return }
                    data += buffer[..<count]
                }
            }
        }
    }

    var text: String { output.data.withLock { String(decoding: $0, as: UTF8.self) } }

    /// Waits until the output matches; nil after some seconds.
    func text(matching isEnough: (String) -> Bool) async throws -> String? {
        for _ in 0..<2_000 {
            let text = text
            if isEnough(text) { return text }
            try await Task.sleep(for: .milliseconds(10))
        }
        return nil
    }

    /// The first port that the output names behind some words.
    func port(behind words: String) async throws -> Int? {
        func digits(_ text: String) -> Substring? {
            guard let range = text.range(of: words) else { return nil }
            let rest = text[range.upperBound...]
            return rest.contains { !$0.isNumber } ? rest.prefix { $0.isNumber } : nil
        }
        return try await text { digits($0) != nil }.flatMap { digits($0) }.flatMap { Int($0) }
    }

    func send(_ signal: Int32) { kill(process.identifier, signal) }

    /// Waits for the end; nil when it does not come.
    func status(within seconds: Int = 20) async throws -> Int32? {
        for _ in 0..<seconds * 100 {
            if let status = process.status {
                // What it wrote last is in the pipe now, if nobody took it yet.
                output.take(from: pipe.fileHandleForReading.fileDescriptor)
                return status
            }
            try await Task.sleep(for: .milliseconds(10))
        }
        return nil
    }
}
