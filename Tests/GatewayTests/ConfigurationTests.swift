import Adapters
import BedrockRuntime
import HTTPUpstream
import NIOCore
import Testing

@testable import Gateway

@Suite struct ConfigurationTests {
    private static func read(_ variables: [String: String]) throws -> GatewayConfiguration {
        try GatewayConfiguration(Settings(variables))
    }

    @Test func withoutVariablesTheDocumentedDefaultsHold() throws {
        let configuration = try Self.read([:])
        #expect(configuration.logsRequests == false)
        #expect(configuration.http == GatewayConfiguration.Address(host: "::", port: 88))
        #expect(configuration.https == nil)
        #expect(configuration.maximumBodySize == 50 * 1024 * 1024)
        let limit = GatewayConfiguration.RateLimit(window: .milliseconds(60_000), maximumRequests: 100)
        #expect(configuration.rateLimit == limit)
        #expect(configuration.defaultStream == false)
        #expect(configuration.isStrict == false)
        #expect(configuration.modelsFile == "models.yaml")
        #expect(configuration.defaultRegion == nil)
        #expect(configuration.keepAliveInterval == .seconds(15))
        #expect(configuration.upstream.firstByteTimeout == .seconds(3600))
        #expect(configuration.upstream.idleTimeout == .seconds(300))
        #expect(configuration.shutdownLimit == .seconds(30))
        #expect(configuration.guardrail == nil)
    }

    @Test func everyVariableIsRead() throws {
        let configuration = try Self.read([
            "CONSOLE_LOGGING": "TRUE", "HTTP_ENABLED": "no", "HTTP_PORT": "8080", "MAX_REQUEST_BODY_SIZE": "1.5mb",
            "HTTPS_ENABLED": "true", "HTTPS_PORT": "8443", "HTTPS_KEY_PATH": "/k.pem", "HTTPS_CERT_PATH": "/c.pem",
            "IP_RATE_LIMIT_WINDOW_MS": "1000", "IP_RATE_LIMIT_MAX_REQUESTS": "7", "AWS_REGION": "eu-west-1",
            "DEFAULT_STREAM": "1", "STRICT_PARAMETERS": "on", "KEEP_ALIVE_SECONDS": "0", "MODELS_FILE": "mine.yaml",
            "GUARDRAIL_ID": "abc123", "GUARDRAIL_VERSION": "2", "SHUTDOWN_SECONDS": "5",
        ])
        #expect(configuration.logsRequests)
        #expect(configuration.http == nil)
        #expect(configuration.https?.address.port == 8443)
        #expect(configuration.https?.keyPath == "/k.pem" && configuration.https?.certificatePath == "/c.pem")
        #expect(configuration.maximumBodySize == 1_572_864)
        #expect(configuration.rateLimit?.window == .seconds(1) && configuration.rateLimit?.maximumRequests == 7)
        #expect(configuration.defaultRegion?.rawValue == "eu-west-1")
        #expect(configuration.defaultStream && configuration.isStrict)
        #expect(configuration.keepAliveInterval == nil)
        #expect(configuration.modelsFile == "mine.yaml" && configuration.isModelsFileChosen)
        #expect(configuration.guardrail?.identifier == "abc123" && configuration.guardrail?.version == "2")
        #expect(configuration.shutdownLimit == .seconds(5))
        #expect(try Self.read(["IP_RATE_LIMIT_ENABLED": "false"]).rateLimit == nil)
        #expect(try Self.read(["HTTP_PORT": ""]).http?.port == 88)
        #expect(try Self.read(["AWS_DEFAULT_REGION": "us-west-2"]).defaultRegion?.rawValue == "us-west-2")
    }

    @Test(arguments: [
        ("CONSOLE_LOGGING", "perhaps"), ("HTTP_ENABLED", "2"), ("HTTP_PORT", "http"), ("HTTP_PORT", "65536"),
        ("HTTP_PORT", "-1"), ("HTTP_PORT", "80.5"), ("HTTPS_ENABLED", "ja"), ("MAX_REQUEST_BODY_SIZE", "50 apples"),
        ("MAX_REQUEST_BODY_SIZE", "0"), ("MAX_REQUEST_BODY_SIZE", "-1mb"), ("MAX_REQUEST_BODY_SIZE", "1e9"),
        ("MAX_BODY_MEMORY", "lots"), ("IP_RATE_LIMIT_ENABLED", "maybe"), ("IP_RATE_LIMIT_WINDOW_MS", "0"),
        ("IP_RATE_LIMIT_WINDOW_MS", "1m"), ("IP_RATE_LIMIT_MAX_REQUESTS", "-5"), ("DEFAULT_STREAM", "x"),
        ("STRICT_PARAMETERS", "x"), ("KEEP_ALIVE_SECONDS", "15s"), ("SHUTDOWN_SECONDS", "-1"),
        ("AWS_REGION", "middle-earth-1"), ("AWS_DEFAULT_REGION", "EU WEST"), ("EXTRA_AWS_REGIONS", "no region"),
        ("AWS_ENDPOINT_URL", "not a url"), ("AWS_ENDPOINT_URL_BEDROCK_RUNTIME", "http://example.com"),
        ("HTTPS_PROXY", "socks5://proxy:1"), ("HTTPS_PROXY", "no!se"), ("HTTPS_PROXY", "http://"),
        ("HTTPS_PROXY", "http://a:99999"), ("HTTPS_PROXY", "http://-x:1"), ("HTTPS_PORT", "x"),
        ("GUARDRAIL_VERSION", "2"), ("GUARDRAIL_VERSION", "abc"),
        ("IMAGE_URL_ALLOWED_HOSTS", "http://x/"), ("GUARDRAIL_ID", "Not An Id"),
        ("UPSTREAM_FIRST_BYTE_TIMEOUT_SECONDS", "0"), ("UPSTREAM_IDLE_TIMEOUT_SECONDS", "soon"),
        ("ALLOW_INSECURE_ENDPOINT", "?"), ("AWS_USE_FIPS_ENDPOINT", "x"), ("AWS_USE_DUALSTACK_ENDPOINT", "x"),
        ("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "x"), ("CORS_ALLOWED_ORIGINS", "example.com"),
        ("HTTP_HOST", "*"), ("HTTP_HOST", "local host"), ("HTTPS_PROXY", "x y"),
        ("HTTPS_PROXY", "http://127.0. 0.1:3128"), ("IMAGE_URL_ALLOWED_HOSTS", "x:0"),
        ("CORS_ALLOWED_ORIGINS", "https://a.example.com/, https://b"), ("CORS_ALLOWED_ORIGINS", ","),
        ("CORS_ALLOWED_ORIGINS", "https://*.example.com"), ("CORS_ALLOWED_ORIGINS", "https://chat.example.com:443"),
        ("CORS_ALLOWED_ORIGINS", "http://chat.example.com:80"), ("CORS_ALLOWED_ORIGINS", "https://u:p@h"),
    ])
    func aValueThatMakesNoSenseNamesItsVariable(_ variable: String, _ value: String) throws {
        let error = #expect(throws: ConfigurationError.self) { _ = try Self.read([variable: value]) }
        guard case .badValue(variable, _)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(error?.description.hasPrefix("\(variable): ") == true)
    }

    @Test(arguments: [
        ["AWS_REGION": "us-east-1", "AWS_DEFAULT_REGION": "garbage"],
        ["IP_RATE_LIMIT_ENABLED": "false", "IP_RATE_LIMIT_WINDOW_MS": "abc"],
        ["IP_RATE_LIMIT_ENABLED": "false", "IP_RATE_LIMIT_MAX_REQUESTS": "abc"],
        [
            "HTTP_ENABLED": "false", "HTTP_PORT": "abc", "HTTPS_ENABLED": "true", "HTTPS_KEY_PATH": "k",
            "HTTPS_CERT_PATH": "c",
        ],
        ["GUARDRAIL_ID": "abc123", "GUARDRAIL_VERSION": "v1"],
    ])
    func aValueThatIsNotUsedMakesSenseToo(_ variables: [String: String]) throws {
        let wrong = try #require(variables.first { ["garbage", "abc", "v1"].contains($0.value) }?.key)
        let error = #expect(throws: ConfigurationError.self) { try Self.read(variables) }
        #expect(error?.description.hasPrefix("\(wrong): ") == true)
    }

    /// The hosts are those of the service's endpoint rules (WIRE.md §7).
    @Test(arguments: [
        ([:], "bedrock-runtime.us-west-2.amazonaws.com"),
        (["AWS_USE_FIPS_ENDPOINT": "true"], "bedrock-runtime-fips.us-west-2.amazonaws.com"),
        (["AWS_USE_DUALSTACK_ENDPOINT": "true"], "bedrock-runtime.us-west-2.api.aws"),
        (
            ["AWS_USE_FIPS_ENDPOINT": "true", "AWS_USE_DUALSTACK_ENDPOINT": "true"],
            "bedrock-runtime-fips.us-west-2.api.aws"
        ),
        (["AWS_ENDPOINT_URL": "https://vpce.example.com"], "vpce.example.com"),
        (
            ["AWS_ENDPOINT_URL": "http://localstack:4566", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true"],
            "bedrock-runtime.us-west-2.amazonaws.com"
        ),
        (
            [
                "AWS_ENDPOINT_URL": "https://vpce.example.com", "AWS_USE_FIPS_ENDPOINT": "true",
                "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true",
            ],
            "bedrock-runtime-fips.us-west-2.amazonaws.com"
        ),
    ])
    func awsOwnVariablesChooseTheEndpoint(_ variables: [String: String], _ host: String) throws {
        let configuration = try Self.read(variables)
        let region = try #require(configuration.regions.region("us-west-2"))
        #expect(configuration.endpoints.endpoint(for: .runtime, in: region).host == host)
        // Whoever asks for FIPS is not sent to a host that has none.
        #expect(configuration.endpoints.offers(.mantle) == (variables["AWS_USE_FIPS_ENDPOINT"] == nil))
    }

    /// A page would see through its reader's browser what only the gateway's network may see.
    @Test func pagesMayNotCallWhereHostsOfTheNetworkAreFetched() throws {
        #expect(try Self.read([:]).crossOrigin == .any)
        let hosts = ["IMAGE_URL_ALLOWED_HOSTS": "images.internal"]
        #expect(try Self.read(hosts).crossOrigin == CrossOriginPolicy.none)
        let named = hosts.merging(["CORS_ALLOWED_ORIGINS": "*"]) { $1 }
        #expect(try Self.read(named).crossOrigin == .any)
        #expect(try Self.read(["CORS_ALLOWED_ORIGINS": "https://a:8443"]).crossOrigin != .any)
    }

    @Test(arguments: ["AWS_USE_FIPS_ENDPOINT", "AWS_USE_DUALSTACK_ENDPOINT"])
    func anEndpointOfOnesOwnHasNoOtherForm(_ variable: String) throws {
        let variables = [variable: "true", "AWS_ENDPOINT_URL_BEDROCK_RUNTIME": "https://vpce.example.com"]
        let error = #expect(throws: ConfigurationError.self) { try Self.read(variables) }
        #expect(error?.description.hasPrefix("\(variable): ") == true)
    }

    @Test func aProxyMayHaveACredentialAndAnAddress() throws {
        for url in ["proxy", "http://proxy.example.com:3128/", "http://a%40b:c@10.0.0.1:1", "http://[::1]:8080"] {
            #expect(try Self.read(["HTTPS_PROXY": url]).upstream.proxy != nil, "\(url)")
        }
    }

    @Test func whatContradictsItselfIsNamed() throws {
        let none = #expect(throws: ConfigurationError.self) { try Self.read(["HTTP_ENABLED": "false"]) }
        #expect(none?.description.contains("HTTP_ENABLED") == true)
        let key = #expect(throws: ConfigurationError.self) { try Self.read(["HTTPS_ENABLED": "true"]) }
        #expect(key?.description.contains("HTTPS_KEY_PATH") == true)
        let certificate = #expect(throws: ConfigurationError.self) {
            try Self.read(["HTTPS_ENABLED": "true", "HTTPS_KEY_PATH": "k.pem"])
        }
        #expect(certificate?.description.contains("HTTPS_CERT_PATH") == true)
    }

    @Test func dotEnvFilesAreReadAsShellsWriteThem() throws {
        let text =
            "\u{FEFF}# a comment\r\n\r\n  export HTTP_PORT=8080   # another\r\nexport\tA=1\r\n"
            + "DOUBLE=\"two words\\nand \\\"more\\\" \\\\ # no comment\"  # a comment\r\n"
            + "SINGLE='as it is \\n # also this'\nEMPTY=\nHASH=a#b\nSPACED = around \nEQUALS=a=b=c\n"
            + "BACK=`tick`\nTWICE=1\nTWICE=2\nexported=not a keyword"
        let variables = try DotEnv.parse(text, file: ".env")
        #expect(
            variables == [
                "HTTP_PORT": "8080", "A": "1", "DOUBLE": "two words\nand \"more\" \\ # no comment",
                "SINGLE": "as it is \\n # also this", "EMPTY": "", "HASH": "a#b", "SPACED": "around",
                "EQUALS": "a=b=c", "BACK": "tick", "TWICE": "2", "exported": "not a keyword",
            ]
        )
    }

    @Test(arguments: [
        ("A=1\nnonsense\n", 2), ("\n\n=x\n", 3), ("A=\"open\n", 1), ("A='open\nB=1", 1), ("1A=x", 1), ("A B=x", 1),
        ("A=\"1\"2", 1), ("\nA='x' y # z", 2),
    ])
    func aLineThatCannotBeReadIsNamed(_ text: String, _ line: Int) {
        let error = #expect(throws: ConfigurationError.self) { try DotEnv.parse(text, file: ".env") }
        #expect(error?.description.hasPrefix(".env:\(line): ") == true)
    }

    @Test func theEnvironmentGoesBeforeTheFile() throws {
        let settings = Settings(environment: ["HTTP_PORT": "1"], dotEnv: ["HTTP_PORT": "2", "HTTPS_PORT": "3"])
        #expect(settings.string("HTTP_PORT") == "1")
        #expect(settings.string("HTTPS_PORT") == "3")
    }

    @Test func secretsInTheWrongPlaceAreNotRepeated() throws {
        let error = #expect(throws: ConfigurationError.self) {
            try Self.read(["HTTP_PORT": "us-east-1.AKIAEXAMPLE.secret"])
        }
        #expect(error?.description.contains("secret") == false)
    }
}
