/** Whether word error rates are counted right. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { align, wordErrorRate, wordErrors, wordsOf } from './wer.ts'

describe('wordsOf', () => {
  it('drops case, punctuation and hyphens, and keeps apostrophes within words', () => {
    expect(wordsOf("“Lord, but I’m glad!” — the well-known 'Phil'.")).toEqual(
      "lord but i'm glad the well known phil".split(' '),
    )
  })

  it('writes numbers and abbreviations out', () => {
    expect(wordsOf('Mr. Hale, 12,345 men; 007')).toEqual(
      'mister hale twelve thousand three hundred forty five men zero zero seven'.split(' '),
    )
  })

  it('keeps the marks of scripts that need them, and counts scripts without spaces by character', () => {
    expect(wordsOf('नमस्ते, दुनिया।')).toEqual(['नमस्ते', 'दुनिया'])
    expect(wordsOf('你好')).toEqual(['你', '好'])
  })
})

describe('wordErrors', () => {
  it('tells wrong, missing and invented words apart', () => {
    expect(wordErrors('he was not an ill disposed young man', 'he was an hill disposed young man indeed')).toEqual({
      words: 8,
      substitutions: 1,
      deletions: 1,
      insertions: 1,
    })
    expect(wordErrors('', 'the')).toEqual({ words: 0, substitutions: 0, deletions: 0, insertions: 1 })
    expect(wordErrors('go forward', '')).toEqual({ words: 2, substitutions: 0, deletions: 2, insertions: 0 })
  })

  it('gives a rate over all words of all texts', () => {
    expect(wordErrorRate([wordErrors('one two three', 'one two three'), wordErrors('four', 'for')])).toBeCloseTo(0.25)
    expect(wordErrorRate([])).toBeNaN()
  })
})

describe('align', () => {
  const words = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 12 })

  it('uses every word of both sides exactly once and in order', () => {
    fc.assert(
      fc.property(words, words, (reference, heard) => {
        const steps = align(reference, heard)
        expect(steps.flatMap((step) => ('reference' in step ? step.reference : []))).toEqual([...reference.keys()])
        expect(steps.flatMap((step) => ('heard' in step ? step.heard : []))).toEqual([...heard.keys()])
        for (const step of steps)
          if (step.type === 'match') expect(reference[step.reference]).toBe(heard[step.heard])
          else if (step.type === 'substitution') expect(reference[step.reference]).not.toBe(heard[step.heard])
      }),
    )
  })

  it('finds as many errors whichever side is the reference, and never more than the longer side has words', () => {
    fc.assert(
      fc.property(words, words, (one, other) => {
        const errors = (a: string[], b: string[]) => align(a, b).filter(({ type }) => type !== 'match').length
        expect(errors(one, other)).toBe(errors(other, one))
        expect(errors(one, other)).toBeLessThanOrEqual(Math.max(one.length, other.length))
        expect(errors(one, one)).toBe(0)
      }),
    )
  })
})
