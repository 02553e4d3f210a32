import Adapters
import BedrockRuntime
import HTTPUpstream
import NIOCore
import WebFetch

/// Everything an operator can set, read once at start.
///
/// | variable | default | meaning |
/// |---|---|---|
/// | `HTTP_ENABLED` | `true` | Serve HTTP. |
/// | `HTTP_HOST` | every one | The address to listen on; `::` is every one, `127.0.0.1` this machine only. |
/// | `HTTP_PORT` | `88` | The HTTP port. |
/// | `HTTPS_ENABLED` | `false` | Serve HTTPS. |
/// | `HTTPS_PORT` | `443` | The HTTPS port. |
/// | `HTTPS_KEY_PATH`, `HTTPS_CERT_PATH` | | PEM files of the private key and the certificate chain. |
/// | `MAX_REQUEST_BODY_SIZE` | `50mb` | The largest request body. |
/// | `MAX_BODY_MEMORY` | `1gb` | The memory of all request bodies together. |
/// | `CONSOLE_LOGGING` | `false` | Log a line a request; problems are always logged. |
/// | `IP_RATE_LIMIT_ENABLED` | `true` | Limit requests by client address. |
/// | `IP_RATE_LIMIT_WINDOW_MS` | `60000` | The window, in milliseconds. |
/// | `IP_RATE_LIMIT_MAX_REQUESTS` | `100` | Requests a window and address. |
/// | `DEFAULT_STREAM` | `false` | Whether a request that does not say so streams. |
/// | `STRICT_PARAMETERS` | `false` | Refuse what would otherwise be dropped or adjusted. |
/// | `MODELS_FILE` | `models.yaml` | The model catalog. |
/// | `AWS_REGION`, `AWS_DEFAULT_REGION` | | The region of keys that name none. |
/// | `EXTRA_AWS_REGIONS` | | Regions newer than this program, separated by commas. |
/// | `AWS_ENDPOINT_URL_BEDROCK_RUNTIME`, `AWS_ENDPOINT_URL_BEDROCK_MANTLE`, `AWS_ENDPOINT_URL` | | Another Bedrock: a VPC endpoint, a simulator. |
/// | `AWS_IGNORE_CONFIGURED_ENDPOINT_URLS` | `false` | Use AWS's own endpoints, whatever the variables above say. |
/// | `AWS_USE_FIPS_ENDPOINT`, `AWS_USE_DUALSTACK_ENDPOINT` | `false` | AWS's FIPS endpoints, and those with IPv6. |
/// | `ALLOW_INSECURE_ENDPOINT` | `false` | Let that endpoint be plain HTTP on another machine. |
/// | `AWS_CA_BUNDLE`, `SSL_CERT_FILE` | | Certificate authorities in place of the system's. |
/// | `HTTPS_PROXY`, `NO_PROXY` | | The proxy to Bedrock, and what goes around it. |
/// | `IMAGE_URL_ALLOWED_HOSTS` | | Hosts that image URLs may name although they are not public. |
/// | `CORS_ALLOWED_ORIGINS` | `*`, but `none` with `IMAGE_URL_ALLOWED_HOSTS` | Web pages that may call: `*`, `none`, or origins separated by commas. |
/// | `GUARDRAIL_ID`, `GUARDRAIL_VERSION` | | A guardrail on every conversation, which clients cannot replace. |
/// | `KEEP_ALIVE_SECONDS` | `15` | Silence after which a stream gets a comment; 0 never. |
/// | `UPSTREAM_FIRST_BYTE_TIMEOUT_SECONDS` | `3600` | How long Bedrock may think before it answers. |
/// | `UPSTREAM_IDLE_TIMEOUT_SECONDS` | `300` | How long an answer may pause. |
/// | `SHUTDOWN_SECONDS` | `30` | How long open answers may take to end after SIGTERM; what is written then has two seconds more to be read. |
struct GatewayConfiguration: Sendable {
    var http: Address?
    var https: SecureAddress?
    var maximumBodySize = 52_428_800
    var maximumBodyMemory = 1 << 30
    var logsRequests = false
    var rateLimit: RateLimit?
    var defaultStream = false
    var isStrict = false
    var modelsFile = "models.yaml"
    var isModelsFileChosen = false
    var regions: RegionTable
    var defaultRegion: AWSRegion?
    var endpoints: EndpointResolver
    var upstream = UpstreamConfiguration()
    /// The variable that named the certificate authorities.
    var trustVariable: String?
    var webFetch = WebFetchConfiguration()
    var guardrail: Guardrail?
    var crossOrigin = CrossOriginPolicy.any
    var keepAliveInterval: TimeAmount?
    var shutdownLimit = TimeAmount.seconds(30)

    /// An address to listen on.
    struct Address: Sendable, Hashable {
        var host: String
        var port: Int
    }

    /// An address to listen on with TLS.
    struct SecureAddress: Sendable, Hashable {
        var address: Address
        var keyPath: String
        var certificatePath: String
    }

    /// So many requests in so long.
    struct RateLimit: Sendable, Hashable {
        var window: TimeAmount
        var maximumRequests: Int
    }
}

extension GatewayConfiguration {
    /// Reads the settings.
    ///
    /// - Parameter settings: The environment and the `.env` file.
    /// - Throws: ``ConfigurationError`` that names the first variable that makes no sense.
    init(_ settings: Settings) throws(ConfigurationError) {
        let regions = try Self.regions(settings)
        self.regions = regions
        endpoints = try Self.endpoints(settings, regions: regions)
        for name in ["AWS_REGION", "AWS_DEFAULT_REGION"] {
            guard let text = settings.string(name) else { continue }
            guard let region = regions.region(text) else {
                throw .badValue(
                    variable: name,
                    reason: "is not a region this program knows; newer ones go into EXTRA_AWS_REGIONS"
                )
            }
            defaultRegion = defaultRegion ?? region
        }
        try readListeners(settings)
        maximumBodySize = try settings.bytes("MAX_REQUEST_BODY_SIZE", default: 52_428_800)
        maximumBodyMemory = try settings.bytes("MAX_BODY_MEMORY", default: max(maximumBodySize, 1 << 30))
        guard maximumBodyMemory >= maximumBodySize else {
            throw .badValue(
                variable: "MAX_BODY_MEMORY",
                reason: "must not be less than MAX_REQUEST_BODY_SIZE: the largest body must fit"
            )
        }
        logsRequests = try settings.bool("CONSOLE_LOGGING", default: false)
        defaultStream = try settings.bool("DEFAULT_STREAM", default: false)
        isStrict = try settings.bool("STRICT_PARAMETERS", default: false)
        isModelsFileChosen = settings.string("MODELS_FILE") != nil
        modelsFile = settings.string("MODELS_FILE") ?? "models.yaml"
        // Read even where they are not used: a wrong value is to be found before it is switched on.
        let window = try settings.int("IP_RATE_LIMIT_WINDOW_MS", default: 60_000, in: 1...86_400_000)
        let maximum = try settings.int("IP_RATE_LIMIT_MAX_REQUESTS", default: 100, in: 0...1_000_000_000)
        if try settings.bool("IP_RATE_LIMIT_ENABLED", default: true) {
            rateLimit = RateLimit(window: .milliseconds(Int64(window)), maximumRequests: maximum)
        }
        try readUpstream(settings)
        webFetch.maximumBytes = ImageFetches.maximumBytes
        if let hosts = settings.string("IMAGE_URL_ALLOWED_HOSTS") {
            // A page that a member of the network opens would see through their browser what only the network may see.
            crossOrigin = .none
            do throws(WebFetchError) {
                webFetch.allowedHosts = try AllowedHosts(parsing: hosts)
            } catch {
                throw .badValue(variable: "IMAGE_URL_ALLOWED_HOSTS", reason: Self.clause(error.description))
            }
        }
        guardrail = try Self.guardrail(settings)
        if let origins = settings.string("CORS_ALLOWED_ORIGINS") {
            guard let policy = CrossOriginPolicy(origins) else {
                throw .badValue(
                    variable: "CORS_ALLOWED_ORIGINS",
                    reason: "must be *, none, or origins such as https://chat.example.com, without path or wildcard"
                )
            }
            crossOrigin = policy
        }
        let keepAlive = try settings.int("KEEP_ALIVE_SECONDS", default: 15, in: 0...3600)
        keepAliveInterval = keepAlive == 0 ? nil : .seconds(Int64(keepAlive))
        shutdownLimit = .seconds(Int64(try settings.int("SHUTDOWN_SECONDS", default: 30, in: 0...86_400)))
    }

    private mutating func readListeners(_ settings: Settings) throws(ConfigurationError) {
        let host = settings.string("HTTP_HOST") ?? AnyAddress.host
        // The system's resolver takes `*` for this machine alone.
        guard host.utf8.allSatisfy({ 0x21...0x7E ~= $0 && !"*/".utf8.contains($0) }) else {
            throw .badValue(
                variable: "HTTP_HOST",
                reason: "must be an address of this machine, or 0.0.0.0 or :: for every one"
            )
        }
        let port = try settings.int("HTTP_PORT", default: 88, in: 0...65_535)
        let securePort = try settings.int("HTTPS_PORT", default: 443, in: 0...65_535)
        if try settings.bool("HTTP_ENABLED", default: true) { http = Address(host: host, port: port) }
        if try settings.bool("HTTPS_ENABLED", default: false) {
            guard let key = settings.string("HTTPS_KEY_PATH") else {
                throw .badValue(
                    variable: "HTTPS_KEY_PATH",
                    reason: "must name the private key's PEM file when HTTPS_ENABLED is true"
                )
            }
            guard let certificate = settings.string("HTTPS_CERT_PATH") else {
                throw .badValue(
                    variable: "HTTPS_CERT_PATH",
                    reason: "must name the certificate's PEM file when HTTPS_ENABLED is true"
                )
            }
            https = SecureAddress(
                address: Address(host: host, port: securePort),
                keyPath: key,
                certificatePath: certificate
            )
        }
        if http == nil, https == nil {
            throw .badValue(
                variable: "HTTP_ENABLED",
                reason: "is false and so is HTTPS_ENABLED: nothing would be served"
            )
        }
    }

    private mutating func readUpstream(_ settings: Settings) throws(ConfigurationError) {
        upstream.firstByteTimeout = .seconds(
            Int64(try settings.int("UPSTREAM_FIRST_BYTE_TIMEOUT_SECONDS", default: 3600, in: 1...86_400))
        )
        upstream.idleTimeout = .seconds(
            Int64(try settings.int("UPSTREAM_IDLE_TIMEOUT_SECONDS", default: 300, in: 1...86_400))
        )
        for name in ["AWS_CA_BUNDLE", "SSL_CERT_FILE"] where trustVariable == nil {
            guard let bundle = settings.string(name) else { continue }
            trustVariable = name
            upstream.trust = .file(bundle)
            webFetch.caCertificateFile = settings.string("SSL_CERT_FILE")
        }
        for name in ["HTTPS_PROXY", "https_proxy"] where upstream.proxy == nil {
            guard let url = settings.string(name) else { continue }
            let noProxy = settings.string("NO_PROXY") ?? settings.string("no_proxy") ?? ""
            guard let proxy = ProxyURL.parse(url, noProxy: noProxy) else {
                throw .badValue(
                    variable: name,
                    reason: "must be http://host:port, with user:password@ in front of the host if need be"
                )
            }
            upstream.proxy = proxy
        }
    }

    private static func regions(_ settings: Settings) throws(ConfigurationError) -> RegionTable {
        let extra =
            settings.string("EXTRA_AWS_REGIONS")?.split(separator: ",").map { String($0.trimmed) } ?? []
        do throws(BedrockConfigurationError) {
            return try RegionTable(extraRegions: extra)
        } catch {
            throw .badValue(variable: "EXTRA_AWS_REGIONS", reason: clause(error.description))
        }
    }

    private static func endpoints(_ settings: Settings, regions: RegionTable) throws(ConfigurationError)
        -> EndpointResolver
    {
        let allowsInsecure = try settings.bool("ALLOW_INSECURE_ENDPOINT", default: false)
        let ignoresOverrides = try settings.bool("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", default: false)
        func override(_ name: String) throws(ConfigurationError) -> BedrockEndpoint? {
            guard !ignoresOverrides, let url = settings.string(name) else { return nil }
            do throws(BedrockConfigurationError) {
                return try BedrockEndpoint.parse(override: url, allowInsecure: allowsInsecure)
            } catch {
                throw .badValue(variable: name, reason: clause(error.description))
            }
        }
        let runtime = try override("AWS_ENDPOINT_URL_BEDROCK_RUNTIME")
        let mantle = try override("AWS_ENDPOINT_URL_BEDROCK_MANTLE")
        let general = try override("AWS_ENDPOINT_URL")
        func choice(_ name: String) throws(ConfigurationError) -> Bool {
            let isChosen = try settings.bool(name, default: false)
            // As AWS's own rules have it: what an endpoint of one's own is, nobody else can say.
            if isChosen, (runtime ?? general) != nil {
                throw .badValue(
                    variable: name,
                    reason: "chooses among AWS's own endpoints, which an AWS_ENDPOINT_URL variable replaces"
                )
            }
            return isChosen
        }
        return EndpointResolver(
            regions: regions,
            runtimeOverride: runtime,
            mantleOverride: mantle,
            generalOverride: general,
            useFIPS: try choice("AWS_USE_FIPS_ENDPOINT"),
            useDualStack: try choice("AWS_USE_DUALSTACK_ENDPOINT")
        )
    }

    private static func guardrail(_ settings: Settings) throws(ConfigurationError) -> Guardrail? {
        guard let identifier = settings.string("GUARDRAIL_ID") else {
            guard settings.string("GUARDRAIL_VERSION") == nil else {
                throw .badValue(variable: "GUARDRAIL_VERSION", reason: "needs GUARDRAIL_ID beside it")
            }
            return nil
        }
        guard Guardrail.isIdentifier(identifier) else {
            throw .badValue(variable: "GUARDRAIL_ID", reason: "must be a guardrail's id or ARN")
        }
        let version = settings.string("GUARDRAIL_VERSION") ?? "DRAFT"
        guard Guardrail.isVersion(version) else {
            throw .badValue(variable: "GUARDRAIL_VERSION", reason: "must be a version number or DRAFT")
        }
        return Guardrail(identifier: identifier, version: version)
    }

    /// A sentence as a clause behind a variable's name, without its full stop.
    private static func clause(_ sentence: String) -> String {
        sentence.hasSuffix(".") ? String(sentence.dropLast()) : sentence
    }
}
