-- Questions that are expensive and never the same twice: a filter or two, and a timeframe that cuts hours. For wrk.
function init()
  math.randomseed(os.time())
  counter = 0
end

local dimensions = {"country", "browser", "device-type", "operating-system", "media-id", "referrer"}
local browsers = {"chrome", "firefox", "safari", "edge"}
local countries = {"FR", "DE", "US", "GB", "IT", "ES", "IN"}

function request()
  counter = counter + 1
  local now = os.time()
  local from = os.date("!%Y-%m-%dT%H:%M:%SZ", now - math.random(86400, 290 * 86400))
  local path = string.format(
    "/data/buckets/%s/%s?from=%s&filterBy%%5Bbrowser%%5D%%5B%%5D=%s&filterBy%%5Bcountry%%5D%%5B%%5D=%s",
    math.random() < 0.5 and "play" or "start-rate", dimensions[math.random(#dimensions)], from,
    browsers[math.random(#browsers)], countries[math.random(#countries)])
  return wrk.format("GET", path)
end

function done(summary, latency)
  io.write(string.format("RESULT %d %d %d\n", summary.requests, summary.errors.status,
    summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout))
end
