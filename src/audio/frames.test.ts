/** Frames cut anew, and frames looked back at. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type AudioFrame, durationMs } from './frame.ts'
import { History } from './history.ts'
import { Rechunker } from './rechunk.ts'

const lengths = fc.array(fc.integer({ min: 0, max: 900 }), { maxLength: 20 })

/** A stream of counted samples, cut as told, from 250 ms on. */
const stream = (cuts: readonly number[], sampleRate: number): AudioFrame[] => {
  let at = 0
  return cuts.map((length) => {
    const from = at
    at += length
    const samples = Float32Array.from({ length }, (_, i) => from + i)
    return { samples, sampleRate, startMs: 250 + (from * 1000) / sampleRate }
  })
}

const joined = (frames: readonly AudioFrame[]): number[] => frames.flatMap((frame) => [...frame.samples])

describe('Rechunker', () => {
  it('keeps every sample, in frames of one length with exact times', () => {
    fc.assert(
      fc.property(lengths, fc.integer({ min: 1, max: 512 }), (cuts, size) => {
        const frames = stream(cuts, 16_000)
        const rechunker = new Rechunker(16_000, size)
        const output = frames.flatMap((frame) => rechunker.push(frame))
        for (const frame of output) expect(frame.samples.length).toBe(size)
        const all = [...output, ...rechunker.flush()]
        expect(joined(all)).toEqual(joined(frames))
        for (const [k, frame] of all.entries()) expect(frame.startMs).toBe(250 + (k * size * 1000) / 16_000)
      }),
    )
  })

  it('leaves frames as they are that already have the length', () => {
    const frame: AudioFrame = { samples: new Float32Array(320), sampleRate: 16_000, startMs: 40 }
    const [same] = new Rechunker(16_000, 320).push(frame)
    expect(same?.samples).toBe(frame.samples)
    expect(same?.startMs).toBe(40)
  })

  it('never writes to a frame that it has given', () => {
    const rechunker = new Rechunker(16_000, 4)
    const [first] = [1, 2].flatMap((x) =>
      rechunker.push({ samples: new Float32Array(3).fill(x), sampleRate: 16_000, startMs: 0 }),
    )
    rechunker.push({ samples: new Float32Array(3).fill(9), sampleRate: 16_000, startMs: 0 })
    expect([...first!.samples]).toEqual([1, 1, 1, 2])
  })
})

describe('History', () => {
  it('gives the last audio, whatever the lengths that it came in', () => {
    fc.assert(
      fc.property(lengths, fc.integer({ min: 1, max: 100 }), fc.integer({ min: 0, max: 500 }), (cuts, limitMs, ago) => {
        const frames = stream(cuts, 8000)
        const history = new History(limitMs)
        for (const frame of frames) history.push(frame)
        const all = joined(frames)
        const held = all.slice(Math.max(0, all.length - limitMs * 8))
        const asked = held.slice(Math.max(0, held.length - ago * 8))
        const frame = history.since(history.endMs - ago)
        expect([...(frame?.samples ?? [])]).toEqual(asked)
        if (frame) {
          expect(frame.startMs).toBe(250 + asked[0]! / 8)
          expect(frame.startMs + durationMs(frame)).toBeCloseTo(history.endMs, 6)
        }
        if (all.length > 0) expect(history.startMs).toBe(250 + (all.length - held.length) / 8)
      }),
    )
  })

  it('gives all it has when asked for more', () => {
    const history = new History(1000)
    history.push({ samples: new Float32Array(160), sampleRate: 16_000, startMs: 500 })
    expect(history.since(Number.NEGATIVE_INFINITY)?.samples.length).toBe(160)
    expect(history.since(0)?.startMs).toBe(500)
    expect(history.since(510)).toBeUndefined()
    expect(new History(1000).since(0)).toBeUndefined()
  })

  it('begins anew after a gap', () => {
    const history = new History(1000)
    history.push({ samples: new Float32Array(160), sampleRate: 16_000, startMs: 0 })
    history.push({ samples: new Float32Array(320), sampleRate: 16_000, startMs: 5000 })
    expect([history.startMs, history.endMs]).toEqual([5000, 5020])
  })
})
