-- The numbers that pandoc gives to the items of lists and to notes stand in no document.
function OrderedList(list)
  return pandoc.BulletList(list.content)
end

function Note(note)
  local text = pandoc.utils.blocks_to_inlines(note.content)
  table.insert(text, 1, pandoc.Space())
  return pandoc.Span(text)
end
