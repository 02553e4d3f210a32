import ArgumentParser
import Logging
import NIOCore

@main struct Main: ParsableCommand { func run() {} }
