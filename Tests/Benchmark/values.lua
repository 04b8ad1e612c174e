-- Pings of a new playback, media id and referrer each, of some time of the last day. For wrk.
local threads = 0
function setup(thread)
  thread:set("number", threads)
  threads = threads + 1
end

function init()
  sent = 0
  run = string.format("%d-%d", os.time(), number)
  math.randomseed(os.time() * 10 + number)
end

function request()
  sent = sent + 1
  local now = os.time() * 1000
  local began = now - math.random(10, 82800) * 1000
  local mark = string.format("%s-%d-%06x%06x", run, sent, math.random(0, 16777215), math.random(0, 16777215))
  local body = string.format(
    '{"sat":%d,"sid":"s%s","pid":"p%s","mid":"vi%s","ref":"https://example.org/%s/page","ver":"1",'
      .. '"eve":[{"eat":%d,"typ":1,"vti":0,"pau":true},{"eat":%d,"typ":2,"vti":0,"pau":false},'
      .. '{"eat":%d,"typ":4,"vti":6,"pau":false}]}',
    now, mark, mark, mark, mark, began - 6100, began - 6000, began)
  return wrk.format("POST", "/watch", {["User-Agent"] = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"}, body)
end

function done(summary, latency)
  io.write(string.format("RESULT %d %d %d %d\n", summary.requests, summary.duration,
    summary.errors.status, summary.errors.connect + summary.errors.read + summary.errors.write
    + summary.errors.timeout))
end
