-- Goes through a scenario with the adapter and configuration of docs/debugger.md, asking what nvim-dap asks in its
-- order, and writes down what it saw. nvim-dap itself is in no package registry that tests may use.
local seen = { stops = {}, outputs = {} }

local function finish(missing)
  seen.missing = missing
  vim.fn.writefile({ vim.fn.json_encode(seen) }, vim.env.SEEN)
  vim.cmd("qall!")
end

vim.cmd("edit " .. vim.fn.fnameescape(vim.env.TRACE))

local dap = require("dap")
local adapter = dap.adapters.vgic
local launch = {}
for key, value in pairs(dap.configurations.vgic[1]) do
  launch[key] = value == "${file}" and vim.fn.expand("%:p") or value
end

local input, output = vim.loop.new_pipe(false), vim.loop.new_pipe(false)
local exited = false
local process = vim.loop.spawn(adapter.command, { args = adapter.args, stdio = { input, output, nil } }, function()
  exited = true
end)
if not process then
  return finish("the adapter")
end

local sequence, answers, events, buffer = 0, {}, {}, ""
output:read_start(function(_, chunk)
  buffer = buffer .. (chunk or "")
  while true do
    local head, body = buffer:find("\r\n\r\n", 1, true)
    local length = head and tonumber(buffer:sub(1, head):match("Content%-Length: (%d+)"))
    if not length or #buffer < body + length then
      return
    end
    local message = vim.json.decode(buffer:sub(body + 1, body + length))
    buffer = buffer:sub(body + length + 1)
    if message.type == "response" then
      answers[message.request_seq] = message
    else
      table.insert(events, message)
    end
  end
end)

local function send(command, arguments)
  sequence = sequence + 1
  local message = { seq = sequence, type = "request", command = command, arguments = arguments }
  local text = vim.json.encode(message)
  input:write("Content-Length: " .. #text .. "\r\n\r\n" .. text)
  return sequence
end

local function answer(seq)
  if not vim.wait(20000, function()
    return answers[seq] ~= nil
  end, 20) then
    finish("an answer to request " .. seq)
  end
  return answers[seq].body or {}
end

local function ask(command, arguments)
  return answer(send(command, arguments))
end

local function event(name)
  local found
  if not vim.wait(20000, function()
    for index, one in ipairs(events) do
      if one.event == name then
        found = table.remove(events, index)
        return true
      end
    end
  end, 20) then
    finish("the event " .. name)
  end
  return found.body or {}
end

-- Where it stopped: the cursor goes there, as a person sees it.
local function stopped()
  local stop = event("stopped")
  local thread = ask("threads").threads[1]
  local frame = ask("stackTrace", { startFrame = 0, threadId = thread.id }).stackFrames[1]
  vim.cmd("edit " .. vim.fn.fnameescape(frame.source.path))
  vim.api.nvim_win_set_cursor(0, { frame.line, frame.column - 1 })
  table.insert(seen.stops, stop.reason .. ": " .. vim.api.nvim_get_current_line())
  return frame, thread.id
end

seen.capabilities = ask("initialize", {
  clientID = "neovim",
  adapterID = "nvim-dap",
  pathFormat = "path",
  columnsStartAt1 = true,
  linesStartAt1 = true,
  supportsRunInTerminalRequest = true,
  supportsVariableType = true,
})
local launched = send(launch.request, launch)
event("initialized")
local source = { name = vim.fn.expand("%:t"), path = vim.fn.expand("%:p") }
ask("setBreakpoints", { source = source, breakpoints = { { line = 4 } }, lines = { 4 }, sourceModified = false })
local filters = {}
for _, filter in ipairs(seen.capabilities.exceptionBreakpointFilters or {}) do
  if filter.default then
    table.insert(filters, filter.filter)
  end
end
ask("setExceptionBreakpoints", { filters = filters })
ask("configurationDone")
answer(launched)

local _, thread = stopped()
for _, command in ipairs({ "next", "stepBack", "continue" }) do
  ask(command, { threadId = thread })
  stopped()
end
ask("next", { threadId = thread })
local frame = stopped()
for _, scope in ipairs(ask("scopes", { frameId = frame.id }).scopes) do
  if scope.name == "Line" then
    seen.line = ask("variables", { variablesReference = scope.variablesReference }).variables
  end
end
ask("reverseContinue", { threadId = thread })
stopped()
ask("disconnect", { restart = false, terminateDebuggee = true })
vim.wait(5000, function()
  return exited
end, 20)
seen.exited = exited
finish()
