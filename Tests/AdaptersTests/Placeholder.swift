import NIOCore
import Testing
