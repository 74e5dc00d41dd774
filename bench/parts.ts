/** Benches that have parts: which are wanted, and each printed and kept as soon as it is done. */
import { print, save, type Table } from './report.ts'

/** `1,50,200` as numbers; what is none is left out. */
export const numbers = (text: string): readonly number[] =>
  text
    .split(',')
    .map(Number)
    .filter((number) => number > 0)

/** Runs the parts that `only` names (separated by commas), or all, one after the other. Throws on one that is unknown. */
export const runParts = async (
  bench: string,
  parts: Readonly<Record<string, () => Promise<Table>>>,
  only: string | undefined,
): Promise<void> => {
  const wanted = only?.split(',') ?? Object.keys(parts)
  const unknown = wanted.filter((name) => !Object.hasOwn(parts, name))
  if (unknown.length > 0) throw new Error(`There is no ${unknown.join(', ')}. Parts: ${Object.keys(parts).join(', ')}`)
  for (const name of wanted) {
    const table = await parts[name]!()
    print(table)
    // Each part at once: what was measured stays, should a later part fail.
    await save(`${bench}-${name}`, [table])
  }
}
