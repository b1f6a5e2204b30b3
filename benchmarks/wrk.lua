-- Sends the requests of a file in turn, over and over: a line is METHOD, path and body,
-- parted by tabs. Prints what came of it as one line of JSON.
local requests, at = {}, 0

function init(arguments)
  for line in io.lines(arguments[1]) do
    local method, path, body = line:match("^(%S+)\t([^\t]+)\t?(.*)$")
    local headers = { ["Host"] = "localhost", ["Content-Type"] = "application/json" }
    if arguments[2] then headers["Cookie"] = arguments[2] end
    requests[#requests + 1] = wrk.format(method, path, headers, body ~= "" and body or nil)
  end
end

function request()
  at = at % #requests + 1
  return requests[at]
end

function done(summary, latency)
  local lost = summary.errors.connect + summary.errors.read + summary.errors.write
    + summary.errors.timeout
  print(string.format(
    '{"requests": %d, "seconds": %f, "bytes": %d, "refused": %d, "lost": %d, "p50_ms": %f, "p99_ms": %f}',
    summary.requests, summary.duration / 1e6, summary.bytes, summary.errors.status, lost,
    latency:percentile(50) / 1e3, latency:percentile(99) / 1e3))
end
