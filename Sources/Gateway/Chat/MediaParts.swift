import Adapters
import Catalog
import Glibc
import JSON
import NIOCore
import OpenAISchema

/// Turns the parts of a message that are not text into blocks, if the model can take them.
struct MediaParts {
    let input: ConversationInput

    private var model: Model { input.resolved.model }

    func image(_ url: JSONText, path: String) throws(OpenAIError) -> ImageBlock {
        guard model.capabilities.contains(.vision) else {
            throw Self.blind(model, path: path, visionExamples: input.preparation.models.visionExamples)
        }
        if let data = DataURL(url) { return try image(base64: url, in: data, path: path) }
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
        if let fetched = input.images[url] { return fetched }
        if text.lowercased().hasPrefix("http://") || text.lowercased().hasPrefix("https://") {
            throw .badRequest(.invalidImageURL, param: path, "The image could not be fetched.")
        }
        // The predecessor took bare base64.
        if ImageBlock.Format.sniff(base64: url) != nil { return try image(base64: url, in: nil, path: path) }
        throw .badRequest(
            .invalidImageURL,
            param: path,
            "The image URL must be a data:, https:, http: or s3: URL."
        )
    }

    /// What an image causes that is sent to a model without eyes.
    static func blind(_ model: Model, path: String, visionExamples: [String]) -> OpenAIError {
        let others = visionExamples.filter { $0 != model.name }.prefix(2).joined(separator: " or ")
        return .badRequest(
            .unsupportedValue,
            param: path,
            "The model '\(model.name)' cannot see images."
                + (others.isEmpty ? "" : " Use a model that can, such as \(others).")
        )
    }

    private func image(base64 written: JSONText, in url: DataURL?, path: String) throws(OpenAIError) -> ImageBlock {
        let data = try Self.base64(
            written,
            in: url,
            "image",
            field: "\(path).image_url.url",
            param: path,
            code: .invalidBase64
        )
        guard let format = ImageBlock.Format.sniff(base64: data) else {
            throw .badRequest(
                .invalidImage,
                param: path,
                "The image is not a PNG, JPEG, GIF or WebP in base64; Bedrock takes no other format."
            )
        }
        return ImageBlock(format: format, source: .base64(data))
    }

    /// The bytes of a part as they are sent: base64 without white space.
    ///
    /// - Parameters:
    ///   - written: What the client wrote.
    ///   - url: The same as a data URL, if it is one.
    ///   - thing: What the bytes are, for the error.
    ///   - field: Where they stand, for the error's sentence.
    ///   - param: Where they stand, for the error's param.
    ///   - code: The error's code.
    /// - Returns: The bytes in base64.
    /// - Throws: `OpenAIError`, a 400, where there are none or they are not base64.
    private static func base64(
        _ written: JSONText,
        in url: DataURL?,
        _ thing: StaticString,
        field: @autoclosure () -> String,
        param: @autoclosure () -> String,
        code: RequestErrorCode = .invalidValue
    ) throws(OpenAIError) -> JSONText {
        let data = compact(url?.content ?? written)
        guard !data.isEmpty else { throw .badRequest(code, param: param(), "The \(thing) is empty.") }
        guard url?.isBase64 ?? true, data.looksLikeBase64 else {
            throw .badRequest(
                code,
                param: param(),
                "'\(field())' must be the \(thing)'s bytes in base64, and these are not."
            )
        }
        return data
    }

    /// Base64 without the line breaks and spaces that some encoders put in.
    private static func compact(_ data: JSONText) -> JSONText {
        // Without escapes a space is the only white space that a JSON string can hold.
        guard data.hasEscapes || data.holdsSpace else { return data }
        let text = data.decodedBytes.readableBytesView
        let kept = text.filter { $0 > 0x20 }
        return kept.count == text.count ? data : JSONText(String(decoding: kept, as: UTF8.self))
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
        guard
            let format = DocumentFormat.detect(
                filename: file.filename?.string,
                mediaType: url?.mediaType ?? (file.data.isBase64OfPDF ? "application/pdf" : "")
            )
        else {
            throw .badRequest(
                .unsupportedValue,
                param: path,
                "Bedrock reads pdf, csv, doc, docx, xls, xlsx, html, txt and md documents; this is none of them."
            )
        }
        let data = try Self.base64(file.data, in: url, "document", field: "\(path).file.file_data", param: path)
        return (format, .base64(data))
    }

    func audio(_ data: JSONText, _ format: String, path: String) throws(OpenAIError) -> MediaBlock {
        guard model.capabilities.contains(.audio) else {
            throw .badRequest(.unsupportedValue, param: path, "The model '\(model.name)' cannot hear audio.")
        }
        let format = format.lowercased()
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
        let field = "\(path).input_audio.data"
        let data = try Self.base64(data, in: DataURL(data), "audio", field: field, param: field)
        return MediaBlock(kind: .audio, format: format, source: .base64(data))
    }

    func video(_ url: JSONText, path: String) throws(OpenAIError) -> MediaBlock {
        guard model.capabilities.contains(.video) else {
            throw .badRequest(.unsupportedValue, param: path, "The model '\(model.name)' cannot watch video.")
        }
        if let data = DataURL(url), let format = Self.videoFormat(data.mediaType) {
            let bytes = try Self.base64(url, in: data, "video", field: "\(path).video_url.url", param: path)
            return MediaBlock(kind: .video, format: format, source: .base64(bytes))
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

extension JSONText {
    /// Whether a space stands in the text as it was written.
    fileprivate var holdsSpace: Bool {
        escaped.withUnsafeReadableBytes { bytes in
            guard let start = bytes.baseAddress else { return false }
            return memchr(start, 0x20, bytes.count) != nil
        }
    }
}
