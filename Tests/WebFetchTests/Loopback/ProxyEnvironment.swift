import Glibc

/// Sets every proxy variable that libcurl reads to a port where nothing listens, once, before the first fetch.
///
/// So each successful fetch of the suite shows that they are ignored.
let proxyEnvironment: Void = {
    for name in ["http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"] {
        setenv(name, "http://127.0.0.1:1", 1)
    }
    unsetenv("no_proxy")
    unsetenv("NO_PROXY")
}()
