import Adapters
import BedrockRuntime
import Catalog
import HTTPServer
import HTTPUpstream
import JSON
import NIOHTTP1
import OpenAISchema
import WebFetch

extension OpenAIError {
    /// A body that is not JSON.
    static func from(_ error: JSONError) -> OpenAIError {
        .badRequest(.invalidJSON, param: nil, "The request body is not valid JSON: \(error.description).")
    }

    /// A body that is compressed: it would have to be unpacked before its size is known.
    static let encodedBody = OpenAIError(
        status: 415,
        kind: .invalidRequest,
        code: "unsupported_content_encoding",
        message: "The request body has a content-encoding, which is not read here: send it uncompressed."
    )

    /// An answer that could not end before the gateway had to.
    static let shuttingDown = OpenAIError(
        status: 503,
        kind: .server,
        code: "overloaded",
        message: "The gateway is shutting down and could not wait for the end of this answer. Try again in a moment.",
        retryAfterMilliseconds: 1000
    )

    /// A model name that leads to nothing.
    static func from(_ error: ResolutionError) -> OpenAIError {
        switch error {
        case .unknownModel, .retired:
            OpenAIError(
                status: 404,
                kind: .invalidRequest,
                code: "model_not_found",
                param: "model",
                message: error.description + " GET /v1/models lists what exists."
            )
        default: .badRequest(.invalidValue, param: "model", error.description)
        }
    }

    /// A model id that AWS would not take.
    static func from(_ error: ModelIdentifierError) -> OpenAIError {
        .badRequest(.invalidValue, param: "model", error.description)
    }

    /// A key that cannot be used.
    static func from(_ error: CallerKeyError) -> OpenAIError {
        OpenAIError(status: 401, kind: .authentication, code: "invalid_api_key", message: error.description)
    }

    /// A schema that is none of an object.
    static func notAnObjectSchema(_ error: ToolSchema.NotAnObject, param: String) -> OpenAIError {
        .badRequest(
            .invalidValue,
            param: param,
            "'\(param)' must be a JSON Schema of type \"object\", not of \(error.type); wrap it in an object's property."
        )
    }

    /// A translation that failed.
    static func from(_ error: AdapterError, for call: FailedCall) -> OpenAIError {
        switch error {
        case .unsupported(let param, let message): .badRequest(.unsupportedValue, param: param, message)
        case .cannotSay:
            .badRequest(.unsupportedValue, param: nil, "Not possible with '\(call.model.name)': \(error.description).")
        case .bedrock(let error): .from(error, for: call)
        case .modelFailed(let message):
            OpenAIError(
                status: 502,
                kind: .server,
                code: "model_error",
                message: sentence(BedrockError.publicText(message))
            )
        case .malformedReply:
            OpenAIError(status: 502, kind: .server, code: "bad_gateway", message: "\(error.description).")
        case .streamCutShort:
            OpenAIError(status: 502, kind: .server, code: "stream_interrupted", message: "\(error.description).")
        case .badOption:
            OpenAIError(
                status: 500,
                kind: .server,
                code: "internal_error",
                message: "models.yaml: \(error.description)."
            )
        }
    }

    /// A connection to Bedrock that failed.
    static func from(_ error: UpstreamError) -> OpenAIError {
        switch error {
        case .unreachable, .tls, .proxy, .connectTimeout:
            OpenAIError(status: 502, kind: .server, code: "upstream_unreachable", message: error.description)
        case .firstByteTimeout, .idleTimeout:
            // The model may have worked all the while: a retry is slow and billed again.
            OpenAIError(status: 504, kind: .server, code: "timeout", message: error.description, shouldRetry: false)
        case .connectionClosed(_, beforeResponse: false):
            OpenAIError(status: 502, kind: .server, code: "stream_interrupted", message: error.description)
        case .connectionClosed, .malformedResponse:
            OpenAIError(status: 502, kind: .server, code: "bad_gateway", message: error.description)
        case .overloaded, .shutDown:
            OpenAIError(
                status: 503,
                kind: .server,
                code: "overloaded",
                message: error.description,
                retryAfterMilliseconds: 1000
            )
        case .invalidRequest:
            .badRequest(.invalidValue, param: nil, error.description)
        case .invalidTrust:
            OpenAIError(status: 500, kind: .server, code: "internal_error", message: error.description)
        }
    }

    /// An image that could not be fetched; the message names its part, never its URL.
    static func from(_ error: WebFetchError, part: String) -> OpenAIError {
        if case .busy = error {
            return OpenAIError(
                status: 503,
                kind: .server,
                code: "overloaded",
                param: part,
                message: error.description,
                retryAfterMilliseconds: 1000
            )
        }
        switch error {
        case .tooLarge, .groupTooLarge: return .imagesTooLarge(part: part)
        default: return .badRequest(.invalidImageURL, param: part, "\(part): \(error.description)")
        }
    }

    /// An image that a dry run would have to fetch.
    static func imageNotExplained(part: String) -> OpenAIError {
        .badRequest(
            .invalidImageURL,
            param: part,
            "Nothing is fetched for a request that is only explained: send the image as a data URL."
        )
    }

    /// Images that are together more than Bedrock takes in one request.
    static func imagesTooLarge(part: String) -> OpenAIError {
        OpenAIError(
            status: 413,
            kind: .invalidRequest,
            code: "request_too_large",
            param: part,
            message: "The images at the URLs come to more than \(ImageFetches.maximumEncodedBytes) bytes in base64, "
                + "counted up to \(part) and each as often as it is named; Bedrock takes no larger request. "
                + "Send smaller or fewer images."
        )
    }

    /// A body that did not arrive.
    static func from(_ failure: BodyFailure, limit: Int) -> OpenAIError {
        switch failure {
        case .tooLarge:
            OpenAIError(
                status: 413,
                kind: .invalidRequest,
                code: "request_too_large",
                message: "The request body is larger than MAX_REQUEST_BODY_SIZE, which is \(limit) bytes here."
            )
        case .timedOut:
            OpenAIError(
                status: 408,
                kind: .invalidRequest,
                code: "timeout",
                message: "The request body did not arrive in time: it paused, or came too slowly."
            )
        case .trailersTooLarge:
            OpenAIError(
                status: 431,
                kind: .invalidRequest,
                code: "invalid_request",
                message: "The fields behind the request's body are too large."
            )
        case .malformed, .clientLeft:
            .badRequest(.invalidJSON, param: nil, "The request body is not framed as HTTP demands.")
        case .overloaded:
            OpenAIError(
                status: 503,
                kind: .server,
                code: "overloaded",
                message: "Too many request bodies are in memory. Try again in a moment.",
                retryAfterMilliseconds: 1000
            )
        }
    }

    /// A request that no handler got to see.
    static func from(_ failure: HTTPServerFailure) -> OpenAIError {
        let status = Int(failure.status.code)
        let message =
            switch failure {
            case .malformedRequest: "The request is not valid HTTP/1.1."
            case .requestTimeout: "The request's head did not arrive in time."
            case .targetTooLong: "The request's URL is too long."
            case .expectationFailed: "The only expectation that is met here is 100-continue."
            case .headersTooLarge: "The request's header fields are too large."
            case .unsupportedTransferCoding: "The only transfer coding that is read here is chunked."
            case .unsupportedVersion: "Only HTTP/1.0 and HTTP/1.1 are spoken here."
            }
        return OpenAIError(status: status, kind: .invalidRequest, code: "invalid_request", message: message)
    }
}
