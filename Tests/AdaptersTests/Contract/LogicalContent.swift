import Adapters
import JSON
import NIOCore

/// One kind of content in a conversation, recognisable by a marker in the body that carries it.
struct LogicalContent: Sendable, CustomStringConvertible {
    let description: String
    let marker: String
    private let turns: [Turn]
    private var tools: [Tool] = []

    init(_ description: String, marker: String, turns: [Turn], tools: [Tool] = []) {
        self.description = description
        self.marker = marker
        self.turns = turns
        self.tools = tools
    }

    func conversation(modelID: String) -> Conversation {
        var conversation = Conversation(modelID: modelID)
        conversation.turns = turns
        conversation.tools = tools
        conversation.sampling.maxOutputTokens = 500
        return conversation
    }

    private static func user(_ blocks: ContentBlock...) -> Turn {
        Turn(role: .user, blocks: blocks + [.text("Well?")])
    }

    private static let tool = Tool(name: "mark_tool", inputSchema: Tool.emptySchema)
    private static let marked = MediaSource.base64("bWFya2Vy")
    private static let call = ContentBlock.toolUse(
        ToolUseBlock(id: "call_1", name: "mark_tool", input: ByteBuffer(string: #"{"key":"call marker"}"#))
    )

    private static func loop(_ result: [ContentBlock]) -> [Turn] {
        [
            Turn(role: .user, blocks: [.text("Go")]), Turn(role: .assistant, blocks: [call]),
            Turn(role: .user, blocks: [.toolResult(ToolResultBlock(toolUseID: "call_1", content: result))]),
        ]
    }

    static let all = [
        LogicalContent("text", marker: "text marker", turns: [user(.text("text marker"))]),
        LogicalContent("an image", marker: "bWFya2Vy", turns: [user(.image(ImageBlock(format: .png, source: marked)))]),
        LogicalContent(
            "an image in S3",
            marker: "s3://b/marker.png",
            turns: [user(.image(ImageBlock(format: .png, source: .s3(uri: "s3://b/marker.png", bucketOwner: nil))))]
        ),
        LogicalContent(
            "a PDF",
            marker: "bWFya2Vy",
            turns: [user(.document(DocumentBlock(format: "pdf", name: "marker", source: marked)))]
        ),
        LogicalContent(
            "a spreadsheet",
            marker: "bWFya2Vy",
            turns: [user(.document(DocumentBlock(format: "xlsx", name: "marker", source: marked)))]
        ),
        LogicalContent(
            "a text document",
            marker: "text marker",
            turns: [user(.document(DocumentBlock(format: "txt", name: "marker", source: .text("text marker"))))]
        ),
        LogicalContent(
            "a video",
            marker: "bWFya2Vy",
            turns: [user(.media(MediaBlock(kind: .video, format: "mp4", source: marked)))]
        ),
        LogicalContent(
            "a sound",
            marker: "bWFya2Vy",
            turns: [user(.media(MediaBlock(kind: .audio, format: "wav", source: marked)))]
        ),
        LogicalContent("a tool", marker: "mark_tool", turns: [user()], tools: [tool]),
        LogicalContent("a call", marker: "call marker", turns: loop([.text("ok")]), tools: [tool]),
        LogicalContent("a result", marker: "result marker", turns: loop([.text("result marker")]), tools: [tool]),
        LogicalContent(
            "an image in a result",
            marker: "bWFya2Vy",
            turns: loop([.image(ImageBlock(format: .png, source: marked))]),
            tools: [tool]
        ),
        LogicalContent(
            "thinking",
            marker: "thinking marker",
            turns: [
                user(),
                Turn(
                    role: .assistant,
                    blocks: [.thinking(.signed(text: "thinking marker", signature: "c2ln")), .text("Yes")]
                ), user(),
            ]
        ),
        LogicalContent(
            "encrypted thinking",
            marker: "bWFya2Vy",
            turns: [user(), Turn(role: .assistant, blocks: [.thinking(.redacted("bWFya2Vy")), .text("Yes")]), user()]
        ),
    ]
}
