import Adapters
import Catalog
import Dispatch
import Glibc
import Logging

/// Puts a changed model catalog to use without a restart: on SIGHUP, and when the file has changed.
///
/// The table is replaced whole. A file that cannot be used leaves the old catalog in place and is reported once; requests
/// under way end on the catalog they began with.
actor CatalogReloader {
    /// What tells one state of a file from another; a missing file is a state too.
    struct Stamp: Equatable, Sendable {
        private var numbers: [Int]

        /// Looks at a file.
        init(path: String) {
            var status = stat()
            guard stat(path, &status) == 0 else {
                numbers = []
                return
            }
            numbers = [
                Int(status.st_dev), Int(truncatingIfNeeded: status.st_ino), Int(status.st_size),
                status.st_mtim.tv_sec, status.st_mtim.tv_nsec,
            ]
        }
    }

    private let path: String
    private let registry: AdapterRegistry
    private let shared: GatewayShared
    private let logger: Logger
    /// The state that was read last, successfully or not.
    private var tried: Stamp
    /// The state at the last look.
    private var seen: Stamp

    /// Creates a reloader.
    ///
    /// - Parameters:
    ///   - path: The catalog.
    ///   - loaded: The file's state as of just before it was read at start.
    ///   - registry: The adapters that exist.
    ///   - shared: Where the models are kept.
    ///   - logger: Where it says what it did.
    init(
        path: String,
        loaded: Stamp,
        registry: AdapterRegistry = .standard,
        shared: GatewayShared,
        logger: Logger
    ) {
        self.path = path
        self.registry = registry
        self.shared = shared
        self.logger = logger
        tried = loaded
        seen = loaded
    }

    /// Looks after the catalog until the task is cancelled.
    ///
    /// - Parameter interval: The time between two looks at the file.
    nonisolated func run(every interval: Duration = .seconds(2)) async {
        signal(SIGHUP, SIG_IGN)
        let source = DispatchSource.makeSignalSource(signal: SIGHUP, queue: .global())
        let hangUps = AsyncStream<Void>(bufferingPolicy: .bufferingNewest(1)) { continuation in
            source.setEventHandler { continuation.yield() }
            source.resume()
        }
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                for await _ in hangUps { await self.reload() }
            }
            group.addTask {
                while (try? await Task.sleep(for: interval)) != nil { await self.lookForChange() }
            }
        }
        source.cancel()
    }

    /// Reads the file if it has changed and has then stayed the same for two looks, so that it is not read half-written.
    func lookForChange() {
        let now = Stamp(path: path)
        defer { seen = now }
        guard now != tried, now == seen else { return }
        reload()
    }

    /// Reads the file, and puts it to use if nothing is wrong with it.
    func reload() {
        tried = Stamp(path: path)
        do {
            let models = try ModelTable.load(path: path, registry: registry)
            shared.replaceModels(models)
            logger.notice("\(path) was read again: \(models.catalog.models.count) models")
        } catch {
            logger.error("\(path) cannot be used, so the models stay as they are: \(error)")
        }
    }
}
