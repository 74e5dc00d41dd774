/** Custom vocabulary: what of it can be used, and what it does to what is heard. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { arpaOf, vocabularyOf, wordsOf } from './vocabulary.ts'

describe('a vocabulary', () => {
  it('keeps the letters of its terms and drops the rest', () => {
    const { phrases } = vocabularyOf(['Dr. Müller-Lüdenscheidt', '  ', '42', 'ill disposed', "O’Brien's", '東京'])!
    expect(phrases).toEqual([['dr', 'muller', 'ludenscheidt'], ['ill', 'disposed'], ["o'brien's"]])
  })

  it('is none when no letter is left', () => {
    expect(vocabularyOf(['42', '東京', ''])).toBeUndefined()
    expect(vocabularyOf([])).toBeUndefined()
  })

  it('is the same whatever the order and case of its terms', () => {
    expect(vocabularyOf(['Acme', 'ill disposed'])!.key).toBe(vocabularyOf(['ILL DISPOSED', 'acme', 'Acme'])!.key)
  })

  it('makes a language model whose counts fit its lines, whatever the terms', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme' }), { maxLength: 30 }), (terms) => {
        const vocabulary = vocabularyOf(terms)
        if (!vocabulary) return
        const arpa = arpaOf(vocabulary)
        for (const order of [1, 2, 3]) {
          const count = Number(new RegExp(`^ngram ${order}=(\\d+)$`, 'm').exec(arpa)![1])
          const [, section] = new RegExp(`^\\\\${order}-grams:\\n([^\\\\]*)\\\\`, 'm').exec(arpa)!
          expect(section!.trim().split('\n')).toHaveLength(count)
        }
        for (const word of wordsOf(vocabulary)) expect(word).toMatch(/^[a-z']{1,30}$/)
      }),
    )
  })
})
