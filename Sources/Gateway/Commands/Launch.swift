import Adapters
import ArgumentParser
import CMalloc
import Catalog
import Dispatch
import Glibc
import HTTPServer
import Logging
import NIOCore
import NIOPosix

/// What the commands that serve have in common.
enum Launch {
    /// Reads the environment over a `.env` file in the working directory, if there is one.
    static func settings() throws -> Settings {
        var dotEnv: [String: String] = [:]
        if let text = try File.readIfPresent(".env") {
            dotEnv = try DotEnv.parse(text, file: ".env")
        }
        return Settings(environment: environment(), dotEnv: dotEnv)
    }

    /// Reads and checks the catalog: `MODELS_FILE`, else `models.yaml` in the working directory or beside the program.
    static func models(_ configuration: GatewayConfiguration) throws -> ModelTable {
        let path = catalogPath(configuration)
        let variable = configuration.isModelsFileChosen ? "MODELS_FILE: " : ""
        do {
            return try ModelTable.load(path: path)
        } catch let error as CatalogError {
            // It names the file, and the line.
            throw LaunchError("\(variable)\(error)")
        } catch {
            throw LaunchError("\(variable)\(path): \(error)")
        }
    }

    /// Where the catalog is.
    static func catalogPath(_ configuration: GatewayConfiguration) -> String {
        if configuration.isModelsFileChosen || access(configuration.modelsFile, R_OK) == 0 {
            return configuration.modelsFile
        }
        for candidate in [programDirectory() + "/models.yaml", "/etc/bedrock-gateway/models.yaml"]
        where access(candidate, R_OK) == 0 {
            return candidate
        }
        return configuration.modelsFile
    }

    /// Makes the log.
    static func logger(_ console: ConsoleLog) -> Logger {
        Logger(label: "bedrock-gateway") { _ in ConsoleLogHandler(console: console) }
    }

    /// One loop a core.
    static func makeGroup() -> MultiThreadedEventLoopGroup {
        MultiThreadedEventLoopGroup(numberOfThreads: System.coreCount)
    }

    /// Keeps the memory of large bodies for the next one: giving it back and taking it anew costs more than translating them.
    ///
    /// Of what is free, each loop and worker thread gives back what goes beyond 24 MiB, and keeps 8 MiB: giving all of it back
    /// would have the next bodies fault it in again, page by page.
    static func tuneAllocator() {
        mallopt(M_MMAP_THRESHOLD, 8 << 20)
        mallopt(M_TRIM_THRESHOLD, 24 << 20)
        mallopt(M_TOP_PAD, 8 << 20)
    }

    /// Lets the process open as many sockets as the system allows it.
    static func raiseDescriptorLimit() {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
        limit.rlim_cur = limit.rlim_max
        _ = setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }

    /// Waits for SIGTERM or SIGINT; a second one ends the process at once.
    static func waitForSignal() async {
        let signals = [SIGTERM, SIGINT]
        for number in signals { signal(number, SIG_IGN) }
        let sources = signals.map { DispatchSource.makeSignalSource(signal: $0, queue: .global()) }
        let stream = AsyncStream<Void> { continuation in
            for source in sources {
                source.setEventHandler { continuation.yield() }
                source.resume()
            }
        }
        var received = stream.makeAsyncIterator()
        await received.next()
        for (number, source) in zip(signals, sources) {
            source.cancel()
            signal(number, SIG_DFL)
        }
    }

    private static func environment() -> [String: String] {
        var variables: [String: String] = [:]
        var next = environ
        while let entry = next.pointee {
            let text = String(cString: entry)
            if let equals = text.firstIndex(of: "=") {
                variables[String(text[..<equals])] = String(text[text.index(after: equals)...])
            }
            next += 1
        }
        return variables
    }

    private static func programDirectory() -> String {
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = readlink("/proc/self/exe", &buffer, buffer.count)
        let path = String(decoding: buffer.prefix(max(count, 0)), as: UTF8.self)
        return path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
    }
}

/// Why the program does not start, as a sentence.
struct LaunchError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}

/// Reading of small files at start.
enum File {
    /// The text of a file; nil when there is none.
    ///
    /// - Throws: ``ConfigurationError/unreadable(file:reason:)``.
    static func readIfPresent(_ path: String) throws(ConfigurationError) -> String? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno == ENOENT { return nil }
            throw .unreadable(file: path, reason: String(cString: strerror(errno)))
        }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = read(descriptor, &chunk, chunk.count)
            guard count >= 0 else { throw .unreadable(file: path, reason: String(cString: strerror(errno))) }
            if count == 0 { break }
            bytes += chunk[..<count]
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw .unreadable(file: path, reason: "it is not UTF-8 text")
        }
        return text
    }
}
