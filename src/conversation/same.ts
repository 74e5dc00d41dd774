/** same(a, b): whether two values made of plain objects, arrays and primitives hold the same. */

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null

/** A field that is undefined counts as one that is missing. */
export const same = (a: unknown, b: unknown): boolean => {
  if (a === b) return true
  if (!isObject(a) || !isObject(b) || Array.isArray(a) !== Array.isArray(b)) return false
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].every((key) => same(a[key], b[key]))
}
