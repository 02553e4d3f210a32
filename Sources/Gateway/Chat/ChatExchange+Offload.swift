import Adapters
import BedrockRuntime
import HTTPServer
import HTTPUpstream
import JSON
import NIOCore
import NIOPosix
import OpenAISchema
import WebFetch

/// Work for which a loop has no time: large bodies, and images that come from elsewhere.
extension ChatExchange {
    /// Parses, translates and, where it is to be signed, hashes a large body on another thread: it would hold up every stream
    /// on this loop.
    func prepareElsewhere(_ body: ByteBuffer, _ caller: CallerKey, _ preparation: ChatPreparation) {
        offload(caller, preparation) {
            do throws(OpenAIError) {
                let decoded = try preparation.decode(body)
                guard decoded.remoteImages.isEmpty else { return .images(decoded) }
                return Self.translate(decoded, [:], caller, preparation)
            } catch {
                return .refused(error)
            }
        }
    }

    private static func translate(
        _ decoded: ChatPreparation.Decoded,
        _ images: [JSONText: ImageBlock],
        _ caller: CallerKey,
        _ preparation: ChatPreparation
    ) -> Outcome {
        do throws(OpenAIError) {
            let prepared = try preparation.translate(decoded, images: images)
            return .prepared(prepared, caller.credentials.digest(signing: prepared.call.body))
        } catch {
            return .refused(error)
        }
    }

    private enum Outcome: Sendable {
        case images(ChatPreparation.Decoded)
        case prepared(ChatPreparation.Prepared, SHA256Digest?)
        case refused(OpenAIError)
    }

    /// Works on another thread, and goes on here with what comes of it.
    private func offload(
        _ caller: CallerKey,
        _ preparation: ChatPreparation,
        _ work: @escaping @Sendable () -> Outcome
    ) {
        shared.threads.runIfActive(eventLoop: context.eventLoop, work).assumeIsolated().whenComplete { result in
            guard !self.hasEnded else { return }
            switch result {
            case .success(.images(let decoded)): self.fetchImages(decoded, caller, preparation)
            case .success(.prepared(let prepared, let digest)): self.send(prepared, caller, digest: digest)
            case .success(.refused(let error)): self.refuse(error)
            case .failure: self.refuse(.from(.shutDown))
            }
        }
    }

    func fetchImages(_ decoded: ChatPreparation.Decoded, _ caller: CallerKey, _ preparation: ChatPreparation) {
        // What is only explained is never sent, so AWS never looks at the key: whoever came could read images here.
        if isExplained, let image = decoded.remoteImages.first {
            return refuse(.imageNotExplained(part: image.part))
        }
        // Where addresses are not told apart, behind a proxy for one, they have no shares either.
        let address = shared.limiter == nil ? nil : ClientAddress(exchange.remoteAddress)
        fetches = ImageFetches(
            decoded.remoteImages,
            fetcher: shared.fetcher,
            owner: address.map { FetchOwner($0.key) },
            eventLoop: context.eventLoop
        ) { result in
            self.fetches = nil
            guard !self.hasEnded else { return }
            switch result {
            case .failure(let error): self.refuse(error)
            case .success(let images):
                // Fetched images are large: what follows is work for another thread.
                self.offload(caller, preparation) { Self.translate(decoded, images.blocks(), caller, preparation) }
            }
        }
        fetches?.start()
    }
}
