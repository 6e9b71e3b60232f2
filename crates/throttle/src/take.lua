-- Takes one attempt from every counter, or from none.
-- KEYS are the counters; ARGV holds, for each, its period in milliseconds and its burst.
-- A counter is a timestamp in milliseconds: until then its attempts are used up (the theoretical arrival time of GCRA). Returns the milliseconds to wait, or 0.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local arrivals, wait = {}, 0
for i, key in ipairs(KEYS) do
    local period, burst = tonumber(ARGV[2 * i - 1]), tonumber(ARGV[2 * i])
    local arrival = tonumber(redis.call('GET', key)) or now
    -- At most as far ahead as a full counter, because the clock may have been set back.
    arrival = math.min(math.max(arrival, now), now + period * burst)
    arrivals[i] = arrival + period
    wait = math.max(wait, arrivals[i] - period * burst - now)
end
if wait > 0 then return wait end
for i, key in ipairs(KEYS) do
    redis.call('SET', key, string.format('%.0f', arrivals[i]), 'PX', string.format('%.0f', arrivals[i] - now))
end
return 0
