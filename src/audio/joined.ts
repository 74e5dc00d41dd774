/** Runs of samples, or of bytes, as one. */

type Run = Float32Array | Int16Array | Uint8Array

/** A new run of this kind that holds the others one after another. */
export const joined = <Kind extends Run>(Kind: new (length: number) => Kind, runs: readonly Kind[]): Kind => {
  const all = new Kind(runs.reduce((sum, run) => sum + run.length, 0))
  let at = 0
  for (const run of runs) {
    all.set(run, at)
    at += run.length
  }
  return all
}
