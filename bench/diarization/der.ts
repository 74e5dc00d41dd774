/** Diarization error rate: how much of the speech was given to nobody, to somebody too many, or to the wrong speaker. */

/** Somebody speaking, in milliseconds. */
export interface Speech {
  readonly speaker: string
  readonly startMs: number
  readonly endMs: number
}

/** Shares of all speech that was to be found; overlapping speech counts once for each speaker. */
export interface DiarizationError {
  readonly speechMs: number
  readonly missedMs: number
  readonly falseAlarmMs: number
  readonly confusedMs: number
}

const stepMs = 10

const speakersAt = (speech: readonly Speech[], ms: number): ReadonlySet<string> =>
  new Set(speech.filter(({ startMs, endMs }) => startMs <= ms && ms < endMs).map(({ speaker }) => speaker))

/** The pairing of found speakers with true ones that shares most time: exhaustive, for a handful of speakers. */
const bestPairing = (
  found: readonly string[],
  shared: (found: string, known: string) => number,
  known: readonly string[],
) => {
  const pair = (index: number, free: readonly string[]): { readonly ms: number; readonly names: readonly string[] } => {
    const one = found[index]
    if (one === undefined) return { ms: 0, names: [] }
    const alone = pair(index + 1, free)
    let best = { ms: alone.ms, names: ['', ...alone.names] }
    for (const name of free) {
      const rest = pair(
        index + 1,
        free.filter((other) => other !== name),
      )
      const ms = rest.ms + shared(one, name)
      if (ms > best.ms) best = { ms, names: [name, ...rest.names] }
    }
    return best
  }
  const { names } = pair(0, known)
  return new Map(found.map((one, index) => [one, names[index] ?? '']))
}

/**
 * As NIST defines it (“The 2009 RT-09 evaluation plan”), with overlaps scored. `collarMs` on both sides of every border of
 * the reference is not scored. The `most` found speakers who speak longest are paired; others count as wrong.
 */
export const diarizationError = (
  reference: readonly Speech[],
  found: readonly Speech[],
  collarMs = 250,
  most = 8,
): DiarizationError => {
  const endMs = Math.max(0, ...[...reference, ...found].map((speech) => speech.endMs))
  const borders = reference.flatMap(({ startMs, endMs }) => [startMs, endMs])
  const points: { readonly known: ReadonlySet<string>; readonly heard: ReadonlySet<string> }[] = []
  for (let ms = stepMs / 2; ms < endMs; ms += stepMs) {
    if (borders.some((border) => Math.abs(border - ms) < collarMs)) continue
    points.push({ known: speakersAt(reference, ms), heard: speakersAt(found, ms) })
  }
  const lengths = new Map<string, number>()
  for (const { speaker, startMs, endMs } of found) lengths.set(speaker, (lengths.get(speaker) ?? 0) + endMs - startMs)
  const longest = [...lengths].sort((a, b) => b[1] - a[1]).slice(0, most)
  const pairing = bestPairing(
    longest.map(([speaker]) => speaker),
    (one, name) => points.filter(({ known, heard }) => known.has(name) && heard.has(one)).length * stepMs,
    [...new Set(reference.map(({ speaker }) => speaker))],
  )
  const error = { speechMs: 0, missedMs: 0, falseAlarmMs: 0, confusedMs: 0 }
  for (const { known, heard } of points) {
    const right = [...heard].filter((one) => known.has(pairing.get(one) ?? '')).length
    error.speechMs += known.size * stepMs
    error.missedMs += Math.max(0, known.size - heard.size) * stepMs
    error.falseAlarmMs += Math.max(0, heard.size - known.size) * stepMs
    error.confusedMs += (Math.min(known.size, heard.size) - right) * stepMs
  }
  return error
}
