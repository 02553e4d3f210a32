import NIOCore
import Testing

@testable import BedrockRuntime

@Suite struct BedrockErrorTests {
    func parse(
        _ status: Int,
        _ headers: [(name: String, value: String)] = [],
        _ body: String
    ) -> BedrockError {
        BedrockError.parse(status: status, headers: headers, body: ByteBuffer(string: body))
    }

    @Test func everyKnownCodeIsReadFromHeaderAndBody() throws {
        let codes = try KnownErrorCode.all()
        #expect(codes.count == 32)
        for entry in codes {
            let suffix = ":http://internal.amazon.com/coral/com.amazon.bedrock/"
            let errors = [
                parse(entry.status, [("x-amzn-errortype", entry.code)], #"{"message":"m"}"#),
                parse(entry.status, [("X-Amzn-ErrorType", entry.code + suffix)], #"{"message":"m"}"#),
                parse(
                    entry.status,
                    [("x-amzn-errortype", "com.amazon#" + entry.code + suffix)],
                    #"{"Message":"m"}"#
                ),
                parse(
                    entry.status,
                    [],
                    ##"{"__type":"com.amazon.coral.service#\##(entry.code)","message":"m"}"##
                ),
                parse(entry.status, [], #"{"code":"\#(entry.code)","Message":"m"}"#),
            ]
            for error in errors {
                #expect(error == BedrockError(code: entry.code, status: entry.status, message: "m"))
                #expect(!error.isStream)
            }
            #expect(BedrockErrorCode.status(of: entry.code) == entry.status)
        }
    }

    @Test func aCapturedThrottleIsRead() {
        let error = parse(
            429,
            [
                ("Content-Type", "application/json"), ("x-amzn-RequestId", "7c1f7a5e-0000-4a4a-8a8a-123456789abc"),
                ("x-amzn-ErrorType", "ThrottlingException:http://internal.amazon.com/coral/com.amazon.bedrock/"),
                ("x-amz-retry-after", "1500"), ("Retry-After", "60"),
            ],
            #"{"message":"Too many tokens, please wait before trying again."}"#
        )
        #expect(
            error
                == BedrockError(
                    code: "ThrottlingException",
                    status: 429,
                    message: "Too many tokens, please wait before trying again.",
                    requestID: "7c1f7a5e-0000-4a4a-8a8a-123456789abc",
                    retryAfterMilliseconds: 1500
                )
        )
    }

    @Test func theModelsOwnStatusIsKept() {
        let error = parse(
            424,
            [("x-amzn-errortype", "ModelErrorException")],
            #"{"message":"m","originalStatusCode":400,"resourceName":"r"}"#
        )
        #expect(error.originalStatusCode == 400)
    }

    @Test func anAnswerWithoutACodeIsNamedByItsStatus() {
        let names = [
            400: "ValidationException", 401: "BadGateway", 403: "BadGateway", 404: "BadGateway", 405: "BadGateway",
            407: "BadGateway", 408: "ModelTimeoutException", 413: "RequestEntityTooLargeException",
            424: "ModelErrorException", 429: "ThrottlingException", 500: "InternalServerException",
            502: "BadGateway", 503: "ServiceUnavailableException", 504: "BadGateway",
            422: "ValidationException", 599: "InternalServerException", 302: "BadGateway",
        ]
        for (status, name) in names {
            for body in [
                "", "{}", "[]", "null", "<html><body>Bad Gateway 123</body></html>", "{\"message\":", "\u{0}\u{1}",
            ] {
                let error = parse(status, [], body)
                #expect(error.code == name)
                #expect(error.status == status)
                #expect(error.message == "Bedrock answered with status \(status) and no message.", "\(body)")
            }
        }
        let damaged = BedrockError.parse(status: 500, headers: [], body: ByteBuffer(bytes: [0xFF, 0xFE, 0x41]))
        #expect(damaged.message == "Bedrock answered with status 500 and no message.")
    }

    @Test func a404ThatSaysWhatWasNotFoundIsBedrocks() {
        #expect(parse(404, [], #"{"message":"The model was not found."}"#).code == "ResourceNotFoundException")
        #expect(parse(404, [("x-amzn-errortype", "ResourceNotFoundException")], "").code == "ResourceNotFoundException")
        #expect(parse(404, [], "404 page not found").code == "BadGateway")
        #expect(parse(403, [], "Access denied by the firewall.").code == "BadGateway")
        #expect(parse(403, [], #"{"message":"No."}"#).code == "AccessDeniedException")
        #expect(parse(403, [("x-amzn-requestid", "a-1")], "").code == "AccessDeniedException")
        let unknown = ##"{"Output":{"__type":"com.amazon.coral.service#UnknownOperationException"},"Version":"1.0"}"##
        #expect(parse(404, [], unknown).code == "UnknownOperationException")
    }

    /// AWS names it like a missing permission.
    @Test func anExpiredBedrockKeyIsAboutTime() {
        for body in [#"{"Message":"Bearer token has expired"}"#, #"{"message":"Bearer Token has expired"}"#] {
            #expect(parse(403, [("x-amzn-errortype", "AccessDeniedException")], body).isAboutTime)
            #expect(parse(403, [], body).isAboutTime)
        }
        #expect(!parse(403, [], #"{"message":"User is not authorized to perform bedrock:InvokeModel"}"#).isAboutTime)
    }

    @Test func aPlainTextBodyIsTheMessage() {
        #expect(parse(503, [], " upstream connect error\n").message == "upstream connect error\n")
    }

    @Test func anOpenAIShapedBodyIsUnwrapped() {
        let error = parse(
            400,
            [],
            #"{"error":{"code":"validation_error","message":"The model 'X' does not support it","param":null}}"#
        )
        #expect(error.code == "ValidationException")
        #expect(error.message == "The model 'X' does not support it")
    }

    @Test func headersThatAreNotCodesOrIdsAreIgnored() {
        let error = parse(
            403,
            [
                ("x-amzn-errortype", "<script>"), ("x-amzn-requestid", "a\r\nb"), ("x-amzn-request-id", "good-1"),
                ("retry-after", "Wed, 21 Oct 2026 07:28:00 GMT"), ("x-amz-retry-after", "-3"),
            ],
            #"{"__type":""}"#
        )
        #expect(error.code == "AccessDeniedException")
        #expect(error.requestID == "good-1")
        #expect(error.retryAfterMilliseconds == nil)
        #expect(parse(429, [("Retry-After", "2")], "").retryAfterMilliseconds == 2000)
        #expect(parse(429, [("Retry-After", "9223372036854775807")], "").retryAfterMilliseconds == nil)
    }

    @Test func aLongMessageIsCutBetweenCharacters() {
        let error = parse(400, [], #"{"message":"x\#(String(repeating: "é", count: 5000))"}"#)
        #expect(error.message.utf8.count <= 4096 + 3)
        #expect(error.message.hasPrefix("xéé"))
        #expect(error.message.hasSuffix("é…"))
    }

    @Test func accountIdsAreMaskedForClients() {
        let message =
            "User: arn:aws:iam::123456789012:user/x is not authorized on arn:aws:bedrock:us-east-1:210987654321:y; "
            + "1234567890123 and 12345678901 stay"
        let error = BedrockError(code: "AccessDeniedException", status: 403, message: message)
        #expect(
            error.publicMessage
                == "User: arn:aws:iam::************:user/x is not authorized on arn:aws:bedrock:us-east-1:************:y; "
                + "1234567890123 and 12345678901 stay"
        )
        #expect(error.message == message)
        #expect(!error.description.contains("123456789012"))
    }
}
