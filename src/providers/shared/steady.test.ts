/** Whether labels stay while they should, and go when they should. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Steady } from './steady.ts'

const of = (angry: number) =>
  new Map([
    ['angry', angry],
    ['neutral', 1 - angry],
  ])
const tops = (steady: Steady, likelihoods: readonly number[]) =>
  likelihoods.map((angry) => steady.next(of(angry)).labels[0]?.label)

describe('Steady', () => {
  it('tells at once what it hears first', () => {
    expect(new Steady('emotion').next(of(0.8))).toEqual({
      name: 'emotion',
      labels: [
        { label: 'angry', confidence: 0.8 },
        { label: 'neutral', confidence: expect.closeTo(0.2) },
      ],
    })
  })

  it('keeps a label while the other is hardly better', () => {
    expect(new Set(tops(new Steady('emotion'), [0.52, 0.46, 0.54, 0.47, 0.53, 0.45, 0.49]))).toEqual(new Set(['angry']))
  })

  it('waits with an unsure label, for two measurements at most', () => {
    const told = (likelihoods: readonly number[], lastOf = Number.POSITIVE_INFINITY) => {
      const steady = new Steady('emotion')
      return likelihoods.map(
        (angry, i) => steady.nextOnceSure(of(angry), { sure: 0.7, last: i + 1 === lastOf })?.labels[0]?.label,
      )
    }
    expect(told([0.6, 0.6, 0.6])).toEqual([undefined, undefined, 'angry'])
    expect(told([0.6, 0.2])).toEqual([undefined, 'neutral'])
    expect(told([0.8, 0.6])).toEqual(['angry', 'angry'])
    expect(told([0.6, 0.6], 2)).toEqual([undefined, 'angry'])
  })

  it('follows a voice that changes, within three seconds', () => {
    const heard = tops(new Steady('emotion', { memory: 0.3 }), [0.1, 0.1, 0.1, 0.1, 0.9, 0.9, 0.9, 0.9, 0.9, 0.9])
    expect(heard.slice(0, 4)).toEqual(Array(4).fill('neutral'))
    expect(heard.at(-1)).toBe('angry')
  })

  it('says unclear where too little is believed, and does not waver at the limit', () => {
    const heard = tops(new Steady('emotion', { least: 0.65 }), [0.6, 0.68, 0.7, 0.68, 0.69])
    expect(new Set(heard)).toEqual(new Set(['unclear']))
    expect(tops(new Steady('emotion', { least: 0.65 }), [0.9, 0.9]).at(-1)).toBe('angry')
  })

  it('gives confidences that add up to one, best first, whatever comes', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 0.9, noNaN: true }),
        fc.array(fc.double({ min: 0, max: 1, noNaN: true })),
        (least, all) => {
          const steady = new Steady('emotion', { least, memory: 0.3 })
          for (const angry of all) {
            const confidences = steady.next(of(angry)).labels.map(({ confidence }) => confidence)
            expect(confidences.reduce((sum, one) => sum + one, 0)).toBeCloseTo(1, 9)
            for (const [i, one] of confidences.entries())
              expect(one).toBeLessThanOrEqual((confidences[i - 1] ?? 1) + 1e-9)
          }
        },
      ),
    )
  })
})
