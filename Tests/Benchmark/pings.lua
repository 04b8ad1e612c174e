-- Pings of a new playback each: loaded, played, watched for 6 s. For wrk.
local threads = 0
function setup(thread)
  thread:set("number", threads)
  threads = threads + 1
end

function init()
  sent = 0
  run = tostring(os.time()) .. "-" .. tostring(number)
end

function request()
  sent = sent + 1
  local now = os.time() * 1000
  local body = string.format(
    '{"sat":%d,"sid":"s%s-%d","pid":"p%s-%d","mid":"vi%d","ref":"","ver":"1","eve":['
      .. '{"eat":%d,"typ":1,"vti":0,"pau":true},{"eat":%d,"typ":2,"vti":0,"pau":false},'
      .. '{"eat":%d,"typ":4,"vti":6,"pau":false}]}',
    now, run, sent, run, sent, sent % 500, now - 6100, now - 6000, now)
  return wrk.format("POST", "/watch", {["User-Agent"] = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"}, body)
end

function done(summary, latency)
  io.write(string.format("RESULT %d %d %d %d %d %d\n", summary.requests, summary.duration,
    summary.errors.status, summary.errors.connect + summary.errors.read + summary.errors.write
    + summary.errors.timeout, latency:percentile(50), latency:percentile(99)))
end
