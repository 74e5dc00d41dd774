import { describe, expect, it } from 'vitest'
import { final, profiled } from '../../test/support/heard.ts'
import { gather, joinTexts, mergeTraits } from './hearing.ts'

describe('mergeTraits', () => {
  const pitch = (label: string, confidence: number) => [{ name: 'pitch', labels: [{ label, confidence }] }]

  it('weighs each stretch by its length and puts the best first', () => {
    const merged = mergeTraits([
      { traits: pitch('low', 1), weight: 1000 },
      { traits: pitch('high', 0.8), weight: 3000 },
    ])
    expect(merged).toEqual([
      {
        name: 'pitch',
        labels: [
          { label: 'high', confidence: expect.closeTo(0.6) },
          { label: 'low', confidence: 0.25 },
        ],
      },
    ])
  })

  it('does not let a stretch weigh that knows nothing of the trait', () => {
    const merged = mergeTraits([
      { traits: pitch('low', 0.8), weight: 1000 },
      { traits: [{ name: 'pitch', labels: [] }], weight: 9000 },
    ])
    expect(merged[0]?.labels).toEqual([{ label: 'low', confidence: 0.8 }])
  })
})

describe('gather', () => {
  it('keeps every final and the last profile of each turn', async () => {
    async function* events() {
      yield profiled(0, 'high')
      yield profiled(0, 'low')
      yield final(0, 'one')
      yield final(1, 'two')
      yield { type: 'listen.ended', audioMs: 7000 } as const
    }
    const hearing = await gather(events())
    expect(joinTexts(hearing.finals)).toBe('one two')
    expect(hearing.audioMs).toBe(7000)
    expect(hearing.traits[0]?.labels[0]).toEqual({ label: 'low', confidence: 0.8 })
  })
})
