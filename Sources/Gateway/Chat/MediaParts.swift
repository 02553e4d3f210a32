import Adapters
import Catalog
import JSON
import OpenAISchema

/// Turns the parts of a message that are not text into blocks, if the model can take them.
struct MediaParts {
    let input: ConversationInput

    private var model: Model { input.resolved.model }

    func image(_ url: JSONText, path: String) throws(OpenAIError) -> ImageBlock {
        guard model.capabilities.contains(.vision) else {
            let others = input.visionExamples.filter { $0 != model.name }.prefix(2).joined(separator: " or ")
            throw .badRequest(
                .unsupportedValue,
                param: path,
                "The model '\(model.name)' cannot see images."
                    + (others.isEmpty ? "" : " Use a model that can, such as \(others).")
            )
        }
        if let data = DataURL(url) {
            guard data.isBase64 else {
                throw .badRequest(
                    .invalidBase64,
                    param: path,
                    "The image's data URL must be base64: data:image/png;base64,…."
                )
            }
            return try image(base64: data.content, path: path)
        }
        let text = url.string
        if text.hasPrefix("s3://") {
            guard let format = Self.imageFormat(ofPath: text) else {
                throw .badRequest(
                    .invalidImageURL,
                    param: path,
                    "The s3:// image must end in .png, .jpg, .jpeg, .gif or .webp, for its bytes are not seen here."
                )
            }
            return ImageBlock(format: format, source: .s3(uri: text, bucketOwner: nil))
        }
        if let fetched = input.images[text] { return fetched }
        if text.lowercased().hasPrefix("http://") || text.lowercased().hasPrefix("https://") {
            throw .badRequest(.invalidImageURL, param: path, "The image could not be fetched.")
        }
        // The predecessor took bare base64.
        if ImageBlock.Format.sniff(base64: url) != nil { return try image(base64: url, path: path) }
        throw .badRequest(
            .invalidImageURL,
            param: path,
            "The image URL must be a data:, https:, http: or s3: URL."
        )
    }

    private func image(base64 data: JSONText, path: String) throws(OpenAIError) -> ImageBlock {
        guard !data.isEmpty else { throw .badRequest(.invalidBase64, param: path, "The image is empty.") }
        guard let format = ImageBlock.Format.sniff(base64: data) else {
            throw .badRequest(
                .invalidImage,
                param: path,
                "The image is not a PNG, JPEG, GIF or WebP in base64; Bedrock takes no other format."
            )
        }
        return ImageBlock(format: format, source: .base64(Self.compact(data)))
    }

    /// Base64 without the line breaks that some encoders put in.
    private static func compact(_ data: JSONText) -> JSONText {
        guard data.hasEscapes else { return data }
        let text = data.string
        guard text.utf8.contains(where: { $0 <= 0x20 }) else { return data }
        return JSONText(String(text.filter { !$0.isWhitespace }))
    }

    private static func imageFormat(ofPath path: String) -> ImageBlock.Format? {
        switch path.split(separator: ".").last?.lowercased() {
        case "png": .png
        case "jpg", "jpeg": .jpeg
        case "gif": .gif
        case "webp": .webp
        default: nil
        }
    }

    func document(
        _ file: ContentPart.FilePart,
        path: String
    ) throws(OpenAIError) -> (format: String, source: MediaSource) {
        guard model.capabilities.contains(.documents) else {
            throw .badRequest(.unsupportedValue, param: path, "The model '\(model.name)' cannot read documents.")
        }
        let url = DataURL(file.data)
        if let url, !url.isBase64 {
            throw .badRequest(.invalidValue, param: path, "'\(path).file.file_data' must be base64.")
        }
        guard
            let format = DocumentFormat.detect(
                filename: file.filename?.string,
                mediaType: url?.mediaType ?? "application/pdf"
            )
        else {
            throw .badRequest(
                .unsupportedValue,
                param: path,
                "Bedrock reads pdf, csv, doc, docx, xls, xlsx, html, txt and md documents; this is none of them."
            )
        }
        let data = Self.compact(url?.content ?? file.data)
        guard !data.isEmpty else { throw .badRequest(.invalidValue, param: path, "The document is empty.") }
        return (format, .base64(data))
    }

    func audio(_ data: JSONText, _ format: String, path: String) throws(OpenAIError) -> MediaBlock {
        guard model.capabilities.contains(.audio) else {
            throw .badRequest(.unsupportedValue, param: path, "The model '\(model.name)' cannot hear audio.")
        }
        let known = [
            "mp3", "opus", "wav", "aac", "flac", "mp4", "ogg", "mkv", "mka", "m4a", "mpeg", "mpga", "pcm", "webm",
        ]
        guard known.contains(format) else {
            throw .badRequest(
                .invalidValue,
                param: "\(path).input_audio.format",
                "'\(path).input_audio.format' must be wav or mp3."
            )
        }
        return MediaBlock(kind: .audio, format: format, source: .base64(data))
    }

    func video(_ url: JSONText, path: String) throws(OpenAIError) -> MediaBlock {
        guard model.capabilities.contains(.video) else {
            throw .badRequest(.unsupportedValue, param: path, "The model '\(model.name)' cannot watch video.")
        }
        if let data = DataURL(url), data.isBase64, let format = Self.videoFormat(data.mediaType) {
            return MediaBlock(kind: .video, format: format, source: .base64(data.content))
        }
        let text = url.string
        if text.hasPrefix("s3://"), let suffix = text.split(separator: ".").last,
            let format = Self.videoFormat("video/\(suffix)")
        {
            return MediaBlock(kind: .video, format: format, source: .s3(uri: text, bucketOwner: nil))
        }
        throw .badRequest(
            .invalidValue,
            param: path,
            "The video must be a base64 data URL or an s3:// URL, as mkv, mov, mp4, webm, flv, mpeg, wmv or 3gp."
        )
    }

    private static func videoFormat(_ mediaType: String) -> String? {
        switch mediaType {
        case "video/mp4": "mp4"
        case "video/quicktime", "video/mov": "mov"
        case "video/x-matroska", "video/mkv": "mkv"
        case "video/webm": "webm"
        case "video/x-flv", "video/flv": "flv"
        case "video/mpeg": "mpeg"
        case "video/mpg": "mpg"
        case "video/x-ms-wmv", "video/wmv": "wmv"
        case "video/3gpp", "video/3gp": "three_gp"
        default: nil
        }
    }
}
