-- wrk: 20 files of 3 to 300 KB in the folder that the command line gives, one after the other.
local requests, next = {}, 0
init = function()
  for i = 0, 19 do requests[i] = wrk.format(nil, wrk.path .. "/" .. i .. ".bin") end
end
request = function()
  next = (next + 1) % 20
  return requests[next]
end
