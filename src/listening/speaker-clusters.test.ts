import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { SpeakerClusters, speakerAt, type Voiceprint } from './speaker-clusters.ts'

const size = 16

/** A voiceprint near the axis of a voice, off by `noise` along another. */
const print = (voice: number, startMs: number, noise = 0.2, lengthMs = 1500): Voiceprint => {
  const vector = new Float32Array(size)
  vector[voice] = 1
  vector[size - 1 - (startMs % 7)] = noise
  const length = Math.hypot(...vector)
  return { startMs, endMs: startMs + lengthMs, vector: vector.map((value) => value / length) }
}

const told = (clusters: SpeakerClusters, prints: readonly Voiceprint[]) =>
  clusters.label(prints).map(({ speaker, startMs, endMs }) => [speaker, startMs, endMs])

describe('who speaks', () => {
  it('is one speaker while the voice is one', () => {
    const clusters = new SpeakerClusters({ sameAbove: 0.5 })
    expect(told(clusters, [print(0, 0), print(0, 750), print(0, 1500)])).toEqual([['1', 0, 3000]])
  })

  it('changes between two voices, half way between their stretches', () => {
    const clusters = new SpeakerClusters({ sameAbove: 0.5 })
    expect(told(clusters, [print(0, 0), print(1, 1000), print(1, 2000)])).toEqual([
      ['1', 0, 1250],
      ['2', 1250, 3500],
    ])
  })

  it('is nobody while speech pauses for longer than a breath', () => {
    const clusters = new SpeakerClusters({ sameAbove: 0.5 })
    expect(told(clusters, [print(0, 0), print(0, 2000), print(1, 4000), print(1, 7000)])).toEqual([
      ['1', 0, 3500],
      ['2', 4000, 5500],
      ['2', 7000, 8500],
    ])
  })

  it('keeps its name over turns', () => {
    const clusters = new SpeakerClusters({ sameAbove: 0.5 })
    clusters.label([print(0, 0)])
    clusters.label([print(1, 5000)])
    expect(told(clusters, [print(0, 10_000), print(1, 12_000)]).map(([speaker]) => speaker)).toEqual(['1', '2'])
  })

  it('is nobody new after so many as there are', () => {
    const clusters = new SpeakerClusters({ sameAbove: 0.5, maxSpeakers: 2 })
    for (const voice of [0, 1]) clusters.label([print(voice, voice * 5000)])
    expect(['1', '2']).toContain(clusters.label([print(2, 20_000)])[0]?.speaker)
  })

  it('is nobody new for a word or two', () => {
    const clusters = new SpeakerClusters({ sameAbove: 0.5 })
    clusters.label([print(0, 0)])
    expect(told(clusters, [print(3, 5000, 0.2, 500)])).toEqual([['1', 5000, 5500]])
  })

  it('is told in order and without overlaps, whatever is heard', () => {
    const stretch = fc.record({
      voice: fc.nat(4),
      gapMs: fc.nat(3000),
      noise: fc.float({ min: 0, max: 1, noNaN: true }),
    })
    fc.assert(
      fc.property(fc.array(fc.array(stretch, { maxLength: 12 }), { maxLength: 5 }), (turns) => {
        const clusters = new SpeakerClusters({ sameAbove: 0.4 })
        let nowMs = 0
        for (const turn of turns) {
          const prints = turn.map(({ voice, gapMs, noise }) => {
            nowMs += 750 + gapMs
            return print(voice, nowMs, noise)
          })
          nowMs += 2000
          const spans = clusters.label(prints)
          expect(spans.length).toBeLessThanOrEqual(prints.length)
          expect(spans[0]?.startMs).toBe(prints[0]?.startMs)
          expect(spans.at(-1)?.endMs).toBe(prints.at(-1)?.endMs)
          for (const [index, span] of spans.entries()) {
            expect(span.endMs).toBeGreaterThanOrEqual(span.startMs)
            if (index > 0) expect(span.startMs).toBeGreaterThanOrEqual(spans[index - 1]!.endMs)
          }
        }
      }),
      { numRuns: 60 },
    )
  })
})

it('gives a word to whom most of it belongs, and one in between to the nearest', () => {
  const spans = [
    { speaker: '1', startMs: 0, endMs: 1000 },
    { speaker: '2', startMs: 1000, endMs: 2000 },
  ]
  expect(speakerAt(800, 1100, spans)).toBe('1')
  expect(speakerAt(900, 1300, spans)).toBe('2')
  expect(speakerAt(2500, 2600, spans)).toBe('2')
  expect(speakerAt(0, 100, [])).toBeUndefined()
})
