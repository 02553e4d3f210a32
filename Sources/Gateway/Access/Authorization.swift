import BedrockRuntime
import NIOHTTP1
import OpenAISchema

/// Reads who is calling off a request's headers.
///
/// The key comes, the first that is present, from:
/// 1. `Authorization: Bearer …`, the scheme in any case,
/// 2. `x-api-key`,
/// 3. `api-key`.
///
/// There is no other source: the gateway's own AWS credentials are never used for a caller.
struct Authorization: Sendable {
    let regions: RegionTable
    let defaultRegion: AWSRegion?

    /// The caller's key.
    ///
    /// - Parameter headers: The request's headers.
    /// - Returns: The region and the credentials to call with.
    /// - Throws: `OpenAIError`, a 401 that says how to write a key and repeats nothing of the one that was sent.
    func caller(_ headers: HTTPHeaders) throws(OpenAIError) -> CallerKey {
        guard let token = Self.token(headers) else {
            throw OpenAIError(
                status: 401,
                kind: .authentication,
                code: "invalid_api_key",
                message:
                    "There is no API key. Send 'Authorization: Bearer region.accessKeyId.secretAccessKey', or a Bedrock "
                    + "API key in its place."
            )
        }
        do throws(CallerKeyError) {
            return try CallerKey.parse(token, regions: regions, defaultRegion: defaultRegion)
        } catch {
            throw .from(error)
        }
    }

    private static func token(_ headers: HTTPHeaders) -> Substring? {
        if let value = headers.first(name: "authorization") {
            let trimmed = Substring(value).trimmed
            guard let space = trimmed.utf8.firstIndex(of: UInt8(ascii: " ")), Self.isBearer(trimmed[..<space]) else {
                return nil
            }
            return trimmed[space...].trimmed
        }
        return (headers.first(name: "x-api-key") ?? headers.first(name: "api-key")).map { Substring($0).trimmed }
    }

    private static func isBearer(_ scheme: Substring) -> Bool {
        scheme.utf8.count == 6 && scheme.lowercased() == "bearer"
    }
}

extension Substring {
    /// The text without spaces and tabs around it.
    fileprivate var trimmed: Substring {
        var text = self
        while let first = text.utf8.first, first == 0x20 || first == 0x09 { text = text.dropFirst() }
        while let last = text.utf8.last, last == 0x20 || last == 0x09 { text = text.dropLast() }
        return text
    }
}
