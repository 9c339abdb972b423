-- wrk: any of so many small files, each as likely as the others: wrk ... URL -- COUNT
local count
init = function(arguments) count = tonumber(arguments[1]) end
request = function()
  local file = math.random(0, count - 1)
  return wrk.format(nil, wrk.path .. "/" .. math.floor(file / 1000) .. "/" .. file .. ".html")
end
