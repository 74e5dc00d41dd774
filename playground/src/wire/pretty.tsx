/** JSON to be read by people: over several lines, coloured, long sound cut short. */

const longest = 160
const shown = 48

/** Strings that nobody reads are told by their lengths. */
const shortened = (_: string, value: unknown): unknown =>
  typeof value === 'string' && value.length > longest && !/\s/.test(value.slice(0, longest))
    ? `${value.slice(0, shown)}… (${value.length.toLocaleString('en')} characters)`
    : value

export const prettyText = (text: string): string => {
  try {
    return JSON.stringify(JSON.parse(text), shortened, 2)
  } catch {
    return text
  }
}

const tokens = /("(?:[^"\\]|\\.)*")(\s*:)?|(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)|[^"\d\-tfn]+|./g

/** Most characters that are coloured; what is longer is shown plain. */
const mostColoured = 40_000

export const Pretty = ({ text }: { readonly text: string }) => {
  const pretty = prettyText(text)
  if (pretty.length > mostColoured) return <code>{pretty}</code>
  return (
    <code>
      {[...pretty.matchAll(tokens)].map(([whole, quoted, colon, literal], index) => {
        if (quoted !== undefined && colon !== undefined)
          return (
            <span key={index}>
              <span class="json-key">{quoted}</span>
              {colon}
            </span>
          )
        if (quoted !== undefined) return quoted
        if (literal !== undefined)
          return (
            <span key={index} class="json-literal">
              {literal}
            </span>
          )
        return whole
      })}
    </code>
  )
}
