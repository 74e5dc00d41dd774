/** The recordings that the turn detector learns from: where people paused inside a turn, and where they ended. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseWav } from '../../src/audio/wav.ts'
import { prosodyOf } from '../../src/providers/turns/prosody.ts'

/** What was measured before a pause, and whether the turn ended there. */
export interface Sound {
  readonly speaker: string
  readonly complete: boolean
  readonly values: readonly number[]
}

/** Kept for other measurements: never trained on. */
const reserved = new Set('0006 0092 0111 0594 0981 1037 2208 2252 2897 3014 3060 3423 5408 9118 9607 9612'.split(' '))

const frame = 160
/** The gate asks after so much silence. */
const askedAfter = 20

/** Stretches of sound in frames of 10 ms, those less than 150 ms apart joined, those under 80 ms left out. */
export const stretchesOf = (samples: Float32Array): readonly (readonly [from: number, to: number])[] => {
  const levels = Array.from({ length: Math.floor(samples.length / frame) }, (_, index) => {
    let energy = 1e-9
    for (let at = index * frame; at < (index + 1) * frame; at++) energy += samples[at]! ** 2
    return 10 * Math.log10(energy / frame)
  })
  const sorted = levels.toSorted((a, b) => a - b)
  const limit = Math.max(sorted[Math.floor(sorted.length * 0.97)]! - 32, sorted[Math.floor(sorted.length * 0.05)]! + 9)
  const found: [number, number][] = []
  levels.forEach((level, index) => {
    const before = found.at(-1)
    if (level < limit) return
    if (before && index - before[1] <= 15) before[1] = index + 1
    else found.push([index, index + 1])
  })
  return found.filter(([from, to]) => to - from >= 8)
}

/** Every pause of 200 ms and more, and the end, of every recording of speakers that are not reserved. */
export const sounds = (folder: string): readonly Sound[] => {
  const all: Sound[] = []
  for (const name of readdirSync(join(folder, 'WAVE'))) {
    const speaker = name.replace('SPEAKER', '')
    if (reserved.has(speaker)) continue
    for (const file of readdirSync(join(folder, 'WAVE', name))) {
      const { samples, sampleRate } = parseWav(readFileSync(join(folder, 'WAVE', name, file)))
      if (sampleRate !== 16_000) throw new Error(`${file} has ${sampleRate} Hz.`)
      const stretches = stretchesOf(samples)
      stretches.forEach(([, to], index) => {
        const next = stretches[index + 1]
        if (next && next[0] - to < askedAfter) return
        const values = prosodyOf(samples.subarray(0, (to + askedAfter) * frame), sampleRate)
        if (values) all.push({ speaker, complete: next === undefined, values })
      })
    }
  }
  return all
}
