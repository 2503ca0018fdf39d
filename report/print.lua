-- For documents (DOCX, PDF): what only a screen has is left out, plots are PNG where a format can't
-- hold SVG, and what the page says in its banner stands at the beginning. Quarto and Pandoc use it.

if FORMAT:match 'html' then
  return {}
end

local function is_there(path)
  local file = io.open(path, 'rb')
  if file then
    file:close()
  end
  return file ~= nil
end

local function drawn(image)
  if image.classes:includes 'on-narrow' then
    return {}
  end
  if FORMAT == 'docx' then
    local png = image.src:gsub('%.svg$', '.png')
    if png ~= image.src and is_there(png) then
      image.src = png
    end
  end
  return image
end

local function banner(review)
  local said = pandoc.Blocks {}
  if review.question then
    said:insert(pandoc.Para { pandoc.Emph(pandoc.utils.blocks_to_inlines { pandoc.Plain(review.question) }) })
  end
  if review.chip and review.words then
    local words = pandoc.Inlines { pandoc.Strong(review.chip), pandoc.Str '.', pandoc.Space() }
    words:extend(review.words)
    said:insert(pandoc.Para(words))
  end
  for _, fact in ipairs(review.facts or {}) do
    local words = pandoc.Inlines(fact.name)
    words:extend { pandoc.Str ':', pandoc.Space() }
    words:extend(fact.value)
    said:insert(pandoc.Para(words))
  end
  return said
end

return {
  { Image = drawn },
  {
    Pandoc = function(doc)
      if doc.meta.review then
        doc.meta.subtitle = pandoc.MetaInlines { pandoc.Str 'Living systematic review' }
        local said = banner(doc.meta.review)
        said:extend(doc.blocks)
        doc.blocks = said
      end
      return doc
    end,
  },
}
