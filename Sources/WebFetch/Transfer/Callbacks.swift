import CCurl
import Glibc

/// What libcurl's callbacks need.
///
/// `EasyHandle.perform` owns it and keeps it alive while libcurl runs; the callbacks borrow it, on the thread of
/// `perform`, and retain nothing.
final class CallbackContext {
    let easy: UnsafeMutableRawPointer
    let transfer: Transfer

    init(easy: UnsafeMutableRawPointer, transfer: Transfer) {
        self.easy = easy
        self.transfer = transfer
    }

    fileprivate static func borrow(_ pointer: UnsafeMutableRawPointer?) -> CallbackContext? {
        pointer.map { Unmanaged<CallbackContext>.fromOpaque($0).takeUnretainedValue() }
    }
}

/// Opens a socket to an address that the policy lets pass, and refuses any other.
///
/// - Parameters:
///   - pointer: The `CallbackContext`, borrowed.
///   - purpose: What libcurl will use the socket for: always a connection of its own.
///   - address: The address that will be connected to, after name lookup. libcurl's, valid for the call.
/// - Returns: The socket, which becomes libcurl's to close, or `CURL_SOCKET_BAD`.
func openVettedSocket(
    _ pointer: UnsafeMutableRawPointer?,
    _ purpose: curlsocktype,
    _ address: UnsafeMutablePointer<curl_sockaddr>?
) -> curl_socket_t {
    guard let context = CallbackContext.borrow(pointer), let address,
        let offset = MemoryLayout<curl_sockaddr>.offset(of: \.addr)
    else { return CURL_SOCKET_BAD }
    // `addr` is declared as a plain sockaddr; libcurl has room behind it for the `addrlen` bytes of a longer one.
    let socketAddress = UnsafeRawBufferPointer(
        start: UnsafeRawPointer(address) + offset,
        count: Int(address.pointee.addrlen)
    )
    guard context.transfer.mayConnect(to: socketAddress) else { return CURL_SOCKET_BAD }
    let type = address.pointee.socktype | Int32(SOCK_CLOEXEC.rawValue)
    return socket(address.pointee.family, type, address.pointee.protocol)
}

/// Counts a header line.
///
/// - Parameters:
///   - bytes: The line. libcurl's, and not looked at: libcurl keeps the headers itself.
///   - size: Always 1.
///   - count: The length of the line.
///   - pointer: The `CallbackContext`, borrowed.
/// - Returns: `size * count` to go on, 0 to stop.
func receiveHeader(
    _ bytes: UnsafeMutablePointer<CChar>?,
    _ size: Int,
    _ count: Int,
    _ pointer: UnsafeMutableRawPointer?
) -> Int {
    guard let context = CallbackContext.borrow(pointer), context.transfer.receiveHeader(byteCount: size * count) else {
        return 0
    }
    return size * count
}

/// Copies a piece of the body.
///
/// - Parameters:
///   - bytes: The piece. libcurl's, valid for the call.
///   - size: Always 1.
///   - count: The length of the piece.
///   - pointer: The `CallbackContext`, borrowed.
/// - Returns: `size * count` to go on, 0 to stop.
func receiveBody(
    _ bytes: UnsafeMutablePointer<CChar>?,
    _ size: Int,
    _ count: Int,
    _ pointer: UnsafeMutableRawPointer?
) -> Int {
    guard size * count > 0 else { return 0 }
    guard let context = CallbackContext.borrow(pointer), let bytes else { return 0 }
    let goesOn = context.transfer.receive(
        UnsafeRawBufferPointer(start: bytes, count: size * count),
        status: Int(ccurl_get_status(context.easy)),
        declaredLength: Int(ccurl_get_content_length(context.easy))
    )
    return goesOn ? size * count : 0
}

/// Ends a transfer that nobody waits for.
///
/// - Parameters:
///   - pointer: The `CallbackContext`, borrowed.
///   - total: The bytes to come, not looked at, like the other figures.
///   - now: The bytes that came.
///   - uploadTotal: The bytes to send.
///   - uploadNow: The bytes sent.
/// - Returns: 0 to go on, 1 to stop.
func reportProgress(
    _ pointer: UnsafeMutableRawPointer?,
    _ total: curl_off_t,
    _ now: curl_off_t,
    _ uploadTotal: curl_off_t,
    _ uploadNow: curl_off_t
) -> Int32 {
    CallbackContext.borrow(pointer)?.transfer.handle.isFinished == false ? 0 : 1
}
