/** The names of a sound tagger's classes, from the files that come with such models. */

/** A cell in quotes may hold commas; a quote in it is doubled. */
const lastCell = (line: string): string => {
  const quoted = /"((?:[^"]|"")*)"\s*$/.exec(line)?.[1]
  return (quoted ?? line.slice(line.lastIndexOf(',') + 1)).replaceAll('""', '"').trim()
}

/** One name a line, or a table as Google's `yamnet_class_map.csv`, whose last column holds the names. */
export const readLabels = (text: string): readonly string[] => {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '')
  return lines[0]?.startsWith('index,') ? lines.slice(1).map(lastCell) : lines.map((line) => line.trim())
}
