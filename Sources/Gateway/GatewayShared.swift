import BedrockRuntime
import HTTPUpstream
import NIOCore
import NIOPosix
import Synchronization
import WebFetch

/// What all loops share.
///
/// Everything but the model table is immutable; the table is replaced whole by a reload.
final class GatewayShared: Sendable {
    let configuration: GatewayConfiguration
    let authorization: Authorization
    let limiter: RateLimiter?
    let fetcher: WebFetcher
    let thinking = ThinkingStore()
    let log: RequestLog
    /// Threads for work that would hold up a loop: bodies over ``offloadThreshold``.
    let threads: NIOThreadPool
    let clock: WallClock
    let identifiers: Identifiers
    /// How many chat completions, and how many calls to Bedrock, are held in memory now.
    let openChats = Atomic<Int>(0)
    let openCalls = Atomic<Int>(0)
    private let table: Mutex<ModelTable>

    /// The size of a body, in bytes, from which it is parsed, translated and hashed off the loop.
    ///
    /// 256 KB costs well under a millisecond; 20 MB would cost every stream on the loop tens of them.
    static let offloadThreshold = 262_144

    init(
        configuration: GatewayConfiguration,
        models: ModelTable,
        fetcher: WebFetcher,
        log: RequestLog,
        threads: NIOThreadPool,
        clock: WallClock,
        identifiers: Identifiers
    ) {
        self.configuration = configuration
        authorization = Authorization(regions: configuration.regions, defaultRegion: configuration.defaultRegion)
        limiter = configuration.rateLimit.map { RateLimiter($0) }
        self.fetcher = fetcher
        self.log = log
        self.threads = threads
        self.clock = clock
        self.identifiers = identifiers
        table = Mutex(models)
    }

    /// The models as they are now.
    ///
    /// Take it once a request.
    var models: ModelTable { table.withLock { $0 } }

    /// Puts another table in place; requests under way keep theirs.
    func replaceModels(_ models: ModelTable) {
        table.withLock { $0 = models }
    }
}
