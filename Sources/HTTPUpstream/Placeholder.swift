import NIOCore
import NIOExtras
import NIOHTTP1
import NIOPosix
import NIOSSL
