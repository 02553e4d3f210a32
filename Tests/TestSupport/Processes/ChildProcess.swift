package import Foundation
import Glibc

/// A program that runs as a process of its own, with none of this process's descriptors but the ones named.
///
/// Foundation's `Process` reads past the end of the list of open descriptors when that is long, as it is here with hundreds of
/// sockets, and now and then takes the whole run of tests down.
package final class ChildProcess {
    /// Its number.
    package let identifier: pid_t
    private var ended: Int32?

    /// A program that could not be started, or did not do what it should.
    package struct Failure: Error, CustomStringConvertible {
        /// The system's reason for not starting it; 0 when it ran.
        package var code: Int32 = 0
        package var description: String

        package init(code: Int32 = 0, description: String) {
            self.code = code
            self.description = description
        }
    }

    /// Starts a program.
    ///
    /// - Parameters:
    ///   - program: Its path, or a name that is looked for on the path.
    ///   - arguments: What stands behind the name.
    ///   - environment: Its variables; those of this process when nil.
    ///   - directory: Where it runs; here when nil.
    ///   - input: The file that it reads; a relative path begins in `directory`.
    ///   - output: The descriptor that it writes output and errors to; nobody's when nil.
    /// - Throws: ``Failure``.
    package init(
        _ program: String,
        _ arguments: [String],
        environment: [String: String]? = nil,
        directory: URL? = nil,
        input: String = "/dev/null",
        output: FileHandle? = nil
    ) throws {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        if let directory { try Self.chdir(&actions, directory.path) }
        // First, for the descriptor may be any.
        if let output {
            posix_spawn_file_actions_adddup2(&actions, output.fileDescriptor, 1)
        } else {
            posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
        }
        posix_spawn_file_actions_addopen(&actions, 0, input, O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)
        try Self.closeFrom(&actions, 3)

        // What this process ignores or blocks, the program must not.
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        sigfillset(&signals)
        posix_spawnattr_setsigdefault(&attributes, &signals)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))

        let variables = environment ?? ProcessInfo.processInfo.environment
        var words = ([program] + arguments).map { strdup($0) } + [nil]
        var settings = variables.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for text in words + settings { free(text) } }
        var identifier = pid_t()
        let code = posix_spawnp(&identifier, program, &actions, &attributes, &words, &settings)
        guard code == 0 else {
            throw Failure(code: code, description: "\(program): \(String(cString: strerror(code)))")
        }
        self.identifier = identifier
    }

    // These two are in the library, but in no header that Swift reads.

    private static func chdir(
        _ actions: UnsafeMutablePointer<posix_spawn_file_actions_t>,
        _ path: String
    ) throws {
        typealias Function = @convention(c) (UnsafeMutableRawPointer, UnsafePointer<CChar>) -> Int32
        _ = try unsafeBitCast(symbol("posix_spawn_file_actions_addchdir_np"), to: Function.self)(actions, path)
    }

    private static func closeFrom(
        _ actions: UnsafeMutablePointer<posix_spawn_file_actions_t>,
        _ descriptor: Int32
    ) throws {
        typealias Function = @convention(c) (UnsafeMutableRawPointer, Int32) -> Int32
        let function = unsafeBitCast(try symbol("posix_spawn_file_actions_addclosefrom_np"), to: Function.self)
        _ = function(actions, descriptor)
    }

    private static func symbol(_ name: String) throws -> UnsafeMutableRawPointer {
        guard let symbol = dlsym(nil, name) else { throw Failure(description: "the C library has no \(name)") }
        return symbol
    }

    deinit {
        guard status == nil else { return }
        kill(identifier, SIGKILL)
        _ = wait()
    }

    /// How it ended: its exit status, or less than zero the signal that ended it; nil while it runs.
    package var status: Int32? { collect(WNOHANG) }

    /// Waits for its end.
    package func wait() -> Int32 { collect(0) ?? -1 }

    private func collect(_ options: Int32) -> Int32? {
        if let ended { return ended }
        var word: Int32 = 0
        var found: pid_t
        repeat { found = waitpid(identifier, &word, options) } while found < 0 && errno == EINTR
        guard found == identifier else { return nil }
        let signal = word & 0x7F
        ended = signal == 0 ? (word >> 8) & 0xFF : -signal
        return ended
    }

    /// Runs a program to its end.
    ///
    /// - Returns: How it ended, and all that it wrote; 127 and the reason if there is no such program, as a shell would.
    package static func run(
        _ program: String,
        _ arguments: [String],
        directory: URL? = nil,
        input: String = "/dev/null"
    ) throws -> (status: Int32, output: String) {
        let pipe = Pipe()
        let process: ChildProcess
        do {
            process = try ChildProcess(
                program,
                arguments,
                directory: directory,
                input: input,
                output: pipe.fileHandleForWriting
            )
        } catch let failure as Failure where failure.code == ENOENT {
            return (127, failure.description)
        }
        try pipe.fileHandleForWriting.close()
        let output = try pipe.fileHandleForReading.readToEnd() ?? Data()
        return (process.wait(), String(decoding: output, as: UTF8.self))
    }
}
