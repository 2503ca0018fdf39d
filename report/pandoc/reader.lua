-- Reads Quarto Markdown: Pandoc's Markdown with the shortcodes include, var and meta.
--
-- Shortcodes are found in the text, before anything is parsed, as Quarto does it: text that spells
-- one by character references is never taken for one. Includes are put in place here; var and meta
-- become marked spans, for which filter.lua puts the value.

Extensions = pandoc.format.extensions 'markdown'

local DEEPEST = 10

local function read_file(path)
  local file = io.open(path, 'rb')
  if not file then
    error('include: no file ' .. path, 0)
  end
  local text = file:read 'a'
  file:close()
  return (text:gsub('\r\n', '\n'))
end

-- Only files in or below the folder of the sources.
local function inside(path)
  return not path:match '^[/\\~]' and not path:match '^%a:' and not ('/' .. path):match '[/\\]%.%.'
end

local function with_includes(text, depth)
  if depth > DEEPEST then
    error('include: files include each other', 0)
  end
  return (('\n' .. text):gsub('\n[ \t]*{{<[ \t]+include[ \t]+([^%s>]+)[ \t]+>}}[ \t]*', function(path)
    if not inside(path) then
      error('include: ' .. path .. ' is not below the sources', 0)
    end
    return '\n' .. with_includes(read_file(path), depth + 1)
  end):gsub('^\n', ''))
end

-- {{{< var x >}}} shows the shortcode itself.
local function with_values(text)
  text = text:gsub('{{{<(.-)>}}}', '&#123;&#123;&#60;%1&#62;&#125;&#125;')
  return (text:gsub('{{<%s+(%a+)%s+([%w_.-]+)%s+>}}', function(name, key)
    if name ~= 'var' and name ~= 'meta' then
      error('no such shortcode: ' .. name, 0)
    end
    return '[]{.shortcode-' .. name .. ' key="' .. key .. '"}'
  end))
end

function Reader(sources, options)
  local text = with_values(with_includes(tostring(sources):gsub('\r\n', '\n'), 0))
  return pandoc.read(text, { format = 'markdown', extensions = options.extensions }, options)
end
