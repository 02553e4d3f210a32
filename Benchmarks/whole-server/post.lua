-- wrk -s post.lua URL -- BODYFILE "Header: value" …
function init(arguments)
    local file = assert(io.open(arguments[1], "rb"))
    wrk.method = "POST"
    wrk.body = file:read("*a")
    file:close()
    wrk.headers["Content-Type"] = "application/json"
    for place = 2, #arguments do
        local name, value = arguments[place]:match("^([^:]+):%s*(.*)$")
        wrk.headers[name] = value
    end
end

function done(summary, latency)
    local errors = summary.errors
    io.write(string.format(
        "RESULT %d %d %d %d\n",
        summary.requests,
        errors.status + errors.connect + errors.read + errors.write + errors.timeout,
        latency:percentile(50),
        latency:percentile(99)
    ))
end
