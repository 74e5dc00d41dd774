/** Values as they stand in code. */

/** JSON over several lines, those after the first pushed in. */
export const indented = (value: unknown, by: string): string =>
  JSON.stringify(value, undefined, 2).replaceAll('\n', `\n${by}`)

/** The same as Python writes it. */
export const asPython = (value: unknown, by: string): string =>
  indented(value, by)
    .replace(/: true\b/g, ': True')
    .replace(/: false\b/g, ': False')
    .replace(/: null\b/g, ': None')
