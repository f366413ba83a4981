-- Opens a trace, waits for its diagnostics, hovers, applies a quick fix, formats, and writes down what it saw.
local seen = {}

local function finish()
  vim.fn.writefile({ vim.fn.json_encode(seen) }, vim.env.SEEN)
  vim.cmd("qall!")
end

local function await(what, condition)
  if not vim.wait(20000, condition, 20) then
    seen.missing = what
    finish()
  end
end

vim.o.swapfile = false
vim.cmd("edit " .. vim.fn.fnameescape(vim.env.TRACE))

await("diagnostics", function()
  return #vim.diagnostic.get(0) > 0
end)
seen.diagnostics = vim.tbl_map(function(diagnostic)
  return { line = diagnostic.lnum, code = diagnostic.code, message = diagnostic.message }
end, vim.diagnostic.get(0))

vim.api.nvim_win_set_cursor(0, { 4, 14 })
vim.lsp.buf.hover()
local function float()
  for _, window in ipairs(vim.api.nvim_list_wins()) do
    if vim.api.nvim_win_get_config(window).relative ~= "" then
      return window
    end
  end
end
await("hover", float)
seen.hover = vim.api.nvim_buf_get_lines(vim.api.nvim_win_get_buf(float()), 0, -1, false)
vim.api.nvim_win_close(float(), true)

-- The menu of code actions: the one for all revisions is chosen.
vim.ui.select = function(items, options, choose)
  seen.actions = vim.tbl_map(options.format_item, items)
  for index, title in ipairs(seen.actions) do
    if title:find("each revision", 1, true) then
      return choose(items[index], index)
    end
  end
  choose(nil)
end
local before = vim.api.nvim_buf_get_lines(0, 3, 4, false)[1]
vim.lsp.buf.code_action()
await("quick fix", function()
  return vim.api.nvim_buf_get_lines(0, 3, 4, false)[1] ~= before
end)
await("mended diagnostics", function()
  return #vim.diagnostic.get(0) == 0
end)

if vim.lsp.buf.format then
  vim.lsp.buf.format({ timeout_ms = 20000 })
else
  vim.lsp.buf.formatting_sync(nil, 20000)
end
seen.text = vim.api.nvim_buf_get_lines(0, 0, -1, false)
finish()
