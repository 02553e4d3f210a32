import JSON
import Testing

@testable import Gateway

/// A custom tool's free text, out of the object in which the model had to put it.
@Suite struct CustomToolInputTests {
    @Test(arguments: [
        (#"{"input":"ls -l"}"#, "ls -l"), ("{}", ""), ("[1]", "[1]"), ("ls -l", "ls -l"), ("", ""),
        (#"{"other":1}"#, #"{"other":1}"#), (#"{"input":"a\nb"}"#, "a\nb"),
        // The answer reached its limit.
        (#"{"input":"a\nb"#, "a\nb"), (#"{ "input" : "a"#, "a"), (#"{"input":""#, ""), (#"{"input":"a"#, "a"),
        (#"{"input":"a\"#, "a"), (#"{"input":"a\u00e"#, "a"), (#"{"input":"a\ud83d"#, "a"),
        (#"{"input":"a\ud83d\ude0"#, "a"), (#"{"input":"a\ud83d\ude00"#, "a\u{1F600}"), (#"{"input":"a""#, "a"),
        (#"{"input":"日"#, "日"),
        // Nothing of the text has come.
        (#"{"inp"#, #"{"inp"#), (#"{"input":"#, #"{"input":"#), (#"{"input":7"#, #"{"input":7"#),
    ])
    func theTextIsWhatStandsInside(_ arguments: String, _ text: String) {
        #expect(CustomToolInput.text(of: JSONText(arguments)).string == text)
    }
}
