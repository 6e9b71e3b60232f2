-- Gives one attempt back to every counter. KEYS are the counters; ARGV holds, for each, its period in milliseconds and its burst.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
for i, key in ipairs(KEYS) do
    local arrival = (tonumber(redis.call('GET', key)) or 0) - tonumber(ARGV[2 * i - 1])
    if arrival > now then
        redis.call('SET', key, string.format('%.0f', arrival), 'PX', string.format('%.0f', arrival - now))
    else
        redis.call('DEL', key)
    end
end
return 0
