/// Derived signing keys, so that a request costs one HMAC instead of five.
///
/// It belongs to one event loop and is not safe to share. A key is found only by everything it was derived from: access
/// key id, SHA-256 of the secret, region, service and day. A caller with another's id and a wrong secret derives a
/// wrong key of his own.
final class SigningKeyCache {
    private struct Key: Hashable {
        var day: Int
        var secretDigest: SHA256Digest
        var accessKeyID: String
        var region: AWSRegion
        var service: String

        // The digest and the day tell nearly all keys apart; equality still compares everything.
        func hash(into hasher: inout Hasher) {
            hasher.combine(secretDigest)
            hasher.combine(day)
        }
    }

    private let capacity: Int
    private var keys: [Key: KeyedHMAC] = [:]
    /// The keys from oldest to newest, as a ring once it is full.
    private var order: [Key] = []
    private var oldest = 0

    /// Creates a cache of at most so many keys.
    init(capacity: Int = 256) {
        self.capacity = max(1, capacity)
    }

    /// How many keys are held.
    var count: Int { keys.count }

    /// The signing key of an access key, derived now or found; the oldest one is dropped when there are too many.
    func signingKey(for accessKey: AWSAccessKey, region: AWSRegion, service: String, date: SigningDate) -> KeyedHMAC {
        let key = Key(
            day: date.day,
            secretDigest: accessKey.secretDigest,
            accessKeyID: accessKey.accessKeyID,
            region: region,
            service: service
        )
        if let known = keys[key] { return known }
        let derived = Self.derive(secret: accessKey.secretAccessKey, region: region, service: service, date: date)
        if order.count < capacity {
            order.append(key)
        } else {
            keys[order[oldest]] = nil
            order[oldest] = key
            oldest = (oldest + 1) % capacity
        }
        keys[key] = derived
        return derived
    }

    /// The chain of HMACs over date, region and service that AWS's documentation calls "calculate the signing key".
    private static func derive(secret: String, region: AWSRegion, service: String, date: SigningDate) -> KeyedHMAC {
        var initial = "AWS4" + secret
        let dateKey = initial.withUTF8 { KeyedHMAC(key: UnsafeRawBufferPointer($0)).code(for: date.date) }
        let regionKey = KeyedHMAC.keyed(by: dateKey).code(for: region.rawValue)
        let serviceKey = KeyedHMAC.keyed(by: regionKey).code(for: service)
        return .keyed(by: KeyedHMAC.keyed(by: serviceKey).code(for: "aws4_request"))
    }
}
