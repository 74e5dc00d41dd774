/** Confidences of words. */
import { describe, expect, it } from 'vitest'
import { confidencesOf } from './confidence.ts'
import type { HeardWord } from './messages.ts'

/** A word of 300 ms. */
const word = (fit: number, confidence = 1): HeardWord => ({
  text: 'word',
  firstFrame: 0,
  lastFrame: 29,
  confidence,
  fit,
})

describe('confidences', () => {
  it('are never certain', () => {
    for (const pass of ['streaming', 'whole'] as const)
      for (const given of [word(0, 1), word(-500, 0)]) {
        const [confidence] = confidencesOf([given], pass)
        expect(confidence).toBeGreaterThan(0)
        expect(confidence).toBeLessThan(1)
      }
    expect(confidencesOf([], 'whole')).toEqual([])
  })

  it('follow how well a word fits its sound where the pass knows no more', () => {
    const [good, poor] = confidencesOf([word(-20), word(-60)], 'streaming')
    expect(good).toBeGreaterThan(poor!)
    expect(confidencesOf([word(-20), word(-20)], 'streaming')[0]).toBeGreaterThan(good!)
  })

  it('follow the posteriors of a second hearing, less boldly, and those around', () => {
    const [sure, doubtful] = confidencesOf([word(-30, 0.99), word(-30, 0.05)], 'whole')
    expect(sure).toBeGreaterThan(doubtful!)
    expect(sure).toBeLessThan(0.9)
    expect(doubtful).toBeGreaterThan(0.05)
    expect(confidencesOf([word(-30, 0.99), word(-30, 0.99)], 'whole')[0]).toBeGreaterThan(sure!)
  })
})
