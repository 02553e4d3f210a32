import Glibc
import NIOCore
import NIOPosix
import NIOSSL

/// Puts NIO's reasons why a connection did not open into an operator's words.
enum ConnectFailure {
    static func error(for error: any Error, host: String, isProxy: Bool) -> UpstreamError {
        if case .connectTimeout? = error as? ChannelError, !isProxy { return .connectTimeout(host: host) }
        let reason = reason(error)
        return isProxy
            ? .proxy(reason: "\(host) cannot be reached, \(reason)", status: nil)
            : .unreachable(host: host, reason: reason)
    }

    private static func reason(_ error: any Error) -> String {
        switch error {
        case let error as NIOConnectionError:
            if let attempt = error.connectionErrors.first { return reason(attempt.error) }
            if let name = error.dnsAError ?? error.dnsAAAAError { return "\(name)" }
            return "its name has no address"
        case let error as IOError where error.errnoCode == ECONNREFUSED:
            return "the connection is refused"
        case let error as IOError where [EMFILE, ENFILE].contains(error.errnoCode):
            return "this process may open no more connections (ulimit -n)"
        case let error as IOError:
            return String(cString: strerror(error.errnoCode)).lowercased()
        case is ChannelError:
            return "no connection in time"
        default:
            return "\(error)"
        }
    }
}

/// Puts the reasons why a TLS handshake failed into an operator's words.
enum TLSFailure {
    static func reason(_ error: any Error) -> String {
        if let error = error as? NIOSSLExtraError, error == .failedToValidateHostname {
            return "its certificate is for another name"
        }
        let text = "\(error)"
        if text.contains("CERTIFICATE_VERIFY_FAILED") || text.contains("unableToValidateCertificate") {
            return "its certificate is not trusted"
        }
        if text.contains("eofDuringHandshake") || text.contains("uncleanShutdown") || error is IOError {
            return "the connection was closed during the handshake"
        }
        if text.contains("WRONG_VERSION_NUMBER") || text.contains(":HTTP_REQUEST") {
            return "what answers there does not speak TLS"
        }
        return "the TLS handshake failed" + (word(in: text).map { " (\($0))" } ?? "")
    }

    /// BoringSSL's word for what went wrong; the rest of its text holds paths of the machine that built it.
    private static func word(in text: String) -> String? {
        guard let start = text.firstRange(of: "OPENSSL_internal:")?.upperBound else { return nil }
        let word = text[start...].prefix { $0.isASCII && ($0.isUppercase || $0.isNumber || $0 == "_") }
        return word.isEmpty ? nil : String(word)
    }
}
