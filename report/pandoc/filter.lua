-- Gives Pandoc what the pages use of Quarto: values of var and meta, callouts, tabsets,
-- content for some formats only, figures and tables with numbers, cross-references (@fig-, @tbl-, @sec-).

local VARIABLES = '_variables.yml'
local KINDS = { fig = 'Figure', tbl = 'Table', sec = 'Section' }
local CALLOUTS = { note = 'Note', tip = 'Tip', important = 'Important', warning = 'Warning', caution = 'Caution' }

-- ---- values ------------------------------------------------------------------------------

local function variables()
  local file = io.open(VARIABLES, 'rb')
  if not file then
    return {}
  end
  local text = file:read 'a'
  file:close()
  return pandoc.read('---\n' .. text .. '\n---\n', 'markdown').meta
end

local function look_up(values, key)
  local value = values
  for step in key:gmatch '[^.]+' do
    value = type(value) == 'table' and value[step] or nil
  end
  return value
end

local function as_inlines(value)
  local kind = pandoc.utils.type(value)
  if kind == 'Inlines' then
    return value
  elseif kind == 'Blocks' then
    return pandoc.utils.blocks_to_inlines(value)
  elseif kind == 'string' or kind == 'boolean' or kind == 'number' then
    return pandoc.Inlines { pandoc.Str(tostring(value)) }
  end
end

local function put_values(doc)
  local sources = { ['shortcode-var'] = variables(), ['shortcode-meta'] = doc.meta }
  return doc:walk {
    Span = function(span)
      local values = sources[span.classes[1]]
      if not values then
        return nil
      end
      local key = span.attributes.key
      local value = as_inlines(look_up(values, key))
      if not value then
        error('no value for ' .. key .. ' in ' .. span.classes[1], 0)
      end
      return value
    end,
  }
end

-- ---- callouts and tabsets ----------------------------------------------------------------

local function callout_kind(div)
  for _, class in ipairs(div.classes) do
    local kind = class:match '^callout%-(%a+)$'
    if kind and CALLOUTS[kind] then
      return kind
    end
  end
end

-- As Quarto shows a callout where there is no Bootstrap, with classes to style it by.
local function callout(div, kind)
  local title = pandoc.Inlines(CALLOUTS[kind])
  local content = div.content
  if content[1] and content[1].t == 'Header' then
    title = content[1].content
    content:remove(1)
  elseif div.attributes.title then
    title = pandoc.utils.blocks_to_inlines(pandoc.read(div.attributes.title, 'markdown').blocks)
  end
  local quoted = pandoc.BlockQuote { pandoc.Para { pandoc.Strong(title) } }
  quoted.content:extend(content)
  return pandoc.Div({ quoted }, pandoc.Attr(div.identifier, { 'callout', 'callout-' .. kind }))
end

local tabsets = 0

-- Each tab becomes a block that opens on a click; the first one is open.
local function tabset(div)
  if not FORMAT:match 'html' then
    return nil
  end
  tabsets = tabsets + 1
  local level
  for _, block in ipairs(div.content) do
    if block.t == 'Header' then
      level = math.min(level or block.level, block.level)
    end
  end
  local content, open = pandoc.Blocks {}, false
  for _, block in ipairs(div.content) do
    if block.t == 'Header' and block.level == level then
      if open then
        content:insert(pandoc.RawBlock('html', '</details>'))
      end
      content:extend {
        pandoc.RawBlock('html', ('<details class="tab" name="tabset-%d"%s>'):format(tabsets, open and '' or ' open')),
        pandoc.RawBlock('html', '<summary>'),
        pandoc.Plain(block.content),
        pandoc.RawBlock('html', '</summary>'),
      }
      open = true
    else
      content:insert(block)
    end
  end
  if open then
    content:insert(pandoc.RawBlock('html', '</details>'))
  end
  return pandoc.Div(content, div.attr)
end

-- Whether this format is one that when-format or unless-format names.
local function is_of_format(div)
  local named = div.attributes['when-format'] or div.attributes['unless-format']
  local is = named ~= nil and FORMAT:match(named) ~= nil
  if div.attributes['unless-format'] then
    is = not is
  end
  return is
end

local function shape_div(div)
  local kind = callout_kind(div)
  if div.classes:includes 'content-visible' then
    return is_of_format(div) and div.content or {}
  elseif div.classes:includes 'content-hidden' then
    return is_of_format(div) and {} or div.content
  elseif kind then
    return callout(div, kind)
  elseif div.classes:includes 'panel-tabset' then
    return tabset(div)
  end
end

-- ---- figures, tables and references ------------------------------------------------------

local numbers = { fig = 0, tbl = 0 }
local targets = {}

local function number(identifier, kind)
  numbers[kind] = numbers[kind] + 1
  local name = KINDS[kind] .. '\u{a0}' .. numbers[kind]
  targets[identifier] = name
  return name
end

local function numbered(caption, name)
  local long = caption.long
  if #long > 0 then
    long[1].content = pandoc.Inlines { pandoc.Str(name .. ':'), pandoc.Space() } .. long[1].content
  else
    long:insert(pandoc.Plain { pandoc.Str(name) })
  end
  return caption
end

local function with_alt(image)
  local alt = image.attributes['fig-alt']
  if alt then
    image.caption = pandoc.Inlines { pandoc.Str(alt) }
    image.attributes['fig-alt'] = nil
  end
  return image
end

local function shape_figure(figure)
  if figure.identifier:match '^fig%-' then
    figure.caption = numbered(figure.caption, number(figure.identifier, 'fig'))
  end
  return figure:walk { Image = with_alt }, false
end

local function shape_table(found)
  if found.identifier:match '^tbl%-' then
    found.caption = numbered(found.caption, number(found.identifier, 'tbl'))
    return found
  end
end

-- A div with an id of fig- or tbl- is a figure or table; its last paragraph is the caption.
local function shape_float(div)
  local kind = div.identifier:match '^(%a+)%-'
  if kind ~= 'fig' and kind ~= 'tbl' then
    return nil
  end
  local content = div.content
  local caption = pandoc.Blocks {}
  if #content > 1 and content[#content].t == 'Para' then
    caption = pandoc.Blocks { pandoc.Plain(content[#content].content) }
    content:remove(#content)
  end
  local figure = pandoc.Figure(content, pandoc.Caption(caption), div.attr)
  figure.caption = numbered(figure.caption, number(div.identifier, kind))
  return figure:walk { Image = with_alt }, false
end

local function note_section(header)
  if header.identifier:match '^sec%-' then
    targets[header.identifier] = pandoc.utils.stringify(header.content)
  end
end

local function reference(cite)
  local shown = pandoc.Inlines {}
  for _, citation in ipairs(cite.citations) do
    local kind = citation.id:match '^(%a+)%-'
    if not KINDS[kind] then
      return nil
    end
    if not targets[citation.id] then
      error('no figure, table or section @' .. citation.id, 0)
    end
    if #shown > 0 then
      shown:extend { pandoc.Str ',', pandoc.Space() }
    end
    local name = targets[citation.id]
    if kind == 'sec' then
      name = KINDS.sec .. ' “' .. name .. '”'
    end
    shown:insert(pandoc.Link(name, '#' .. citation.id, '', pandoc.Attr('', { 'quarto-xref' })))
  end
  return shown
end

function Pandoc(doc)
  doc = put_values(doc)
  doc = doc:walk { Div = shape_div }
  -- top down, so that numbers run in the order of reading
  doc = doc:walk {
    traverse = 'topdown',
    Div = shape_float,
    Figure = shape_figure,
    Table = shape_table,
    Header = note_section,
    Image = with_alt,
  }
  return doc:walk { Cite = reference }
end
