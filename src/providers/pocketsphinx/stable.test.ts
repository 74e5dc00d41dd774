/** Stable words. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Word } from '../../engines/speech-to-text.ts'
import { StableWords, textOf } from './stable.ts'

const words = (...texts: string[]): Word[] =>
  texts.map((text, index) => ({ text, startMs: index * 300, endMs: index * 300 + 280 }))

describe('stable words', () => {
  it('are those that ended more than half a second ago', () => {
    const { words: heard, stable } = new StableWords().update(words('the', 'quick', 'brown', 'fox'), 1200)
    expect(textOf(heard)).toBe('the quick brown fox')
    expect(stable).toBe('the quick'.length)
  })

  it('stay when the decoder changes its mind about them', () => {
    const stable = new StableWords()
    stable.update(words('the', 'quick', 'brown', 'fox'), 1200)
    const later = stable.update(words('a', 'thick', 'brown', 'fox', 'jumps'), 1500)
    expect(textOf(later.words)).toBe('the quick brown fox jumps')
    expect(later.stable).toBe('the quick brown'.length)
  })

  it('stay when the decoder hears nothing any more', () => {
    const stable = new StableWords()
    stable.update(words('the', 'quick'), 2000)
    expect(textOf(stable.update([], 2100).words)).toBe('the quick')
  })

  it('are a prefix of every later text, whatever is guessed', () => {
    const word = fc.record({ text: fc.constantFrom('a', 'to', 'two', 'x'), startMs: fc.nat(5000), length: fc.nat(600) })
    const guess = fc.record({ guess: fc.array(word, { maxLength: 8 }), stepMs: fc.nat(800) })
    fc.assert(
      fc.property(fc.array(guess, { maxLength: 12 }), (guesses) => {
        const stable = new StableWords()
        let nowMs = 0
        let promised = ''
        for (const { guess, stepMs } of guesses) {
          nowMs += stepMs
          const heard = guess
            .map(({ text, startMs, length }) => ({ text, startMs, endMs: startMs + length }))
            .sort((a, b) => a.startMs - b.startMs)
          const update = stable.update(heard, nowMs)
          const text = textOf(update.words)
          expect(text.slice(0, promised.length)).toBe(promised)
          expect(update.stable).toBeGreaterThanOrEqual(promised.length)
          promised = text.slice(0, update.stable)
        }
      }),
    )
  })
})
