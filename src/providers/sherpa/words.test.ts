/** Tests of making words of tokens. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { textOf, wordsOf, writingOf } from './words.ts'

const heard = (tokens: readonly string[], timestamps: readonly number[], more: object = {}) => ({
  text: tokens.join('').replaceAll('▁', ' '),
  tokens,
  timestamps,
  ...more,
})

describe('words', () => {
  it('are pieces joined, at the times of their first and last token', () => {
    const words = wordsOf(heard(['▁hel', 'lo', '▁world'], [0.2, 0.4, 0.9]), 'lower', 1000, 3000)
    expect(words).toEqual([
      { text: 'hello', startMs: 1200, endMs: 1520 },
      { text: 'world', startMs: 1900, endMs: 2020 },
    ])
  })

  it('end where the tokens end when that is told', () => {
    const [word] = wordsOf(heard(['▁hel', 'lo'], [0.2, 0.4], { durations: [0.2, 0.3] }), 'lower', 0, 3000)
    expect(word).toMatchObject({ startMs: 200, endMs: 700 })
  })

  it('have the likelihood of their tokens as confidence', () => {
    const [word] = wordsOf(heard(['▁a', 'b'], [0, 0.1], { logLikelihoods: [0, Math.log(0.25)] }), 'lower', 0, 1000)
    expect(word?.confidence).toBeCloseTo(0.5)
  })

  it('of a model that shouts are lower case, except I', () => {
    const tokens = ['▁I', '▁THINK', "▁I'M", '▁IN']
    expect(textOf(wordsOf(heard(tokens, [0, 1, 2, 3]), 'upper', 0, 9000))).toBe("I think I'm in")
  })

  it('of a model that knows case stay as they are', () => {
    expect(textOf(wordsOf(heard(['▁Hello', ',', '▁USA', '.'], [0, 1, 2, 3]), 'cased', 0, 9000))).toBe('Hello, USA.')
  })

  it('of scripts without spaces are characters, standing close', () => {
    const words = wordsOf(heard(['你', '好', '▁hello'], [0, 0.3, 0.6]), 'lower', 0, 2000)
    expect(words.map((word) => word.text)).toEqual(['你', '好', 'hello'])
    expect(textOf(words)).toBe('你好 hello')
  })

  it('are spread over the time when the tokens do not spell the text', () => {
    const words = wordsOf({ text: 'naïve café', tokens: ['<0xC3>', '?'], timestamps: [0.5, 1.5] }, 'lower', 0, 2000)
    expect(words.map((word) => word.text)).toEqual(['naïve', 'café'])
    expect(words[1]!.startMs).toBeGreaterThan(words[0]!.startMs)
  })

  it('are none in noise tags and punctuation', () => {
    expect(wordsOf({ text: ' . ', tokens: [' .'], timestamps: [0] }, 'cased', 0, 1000)).toEqual([])
    expect(wordsOf({ text: '', tokens: ['<unk>'], timestamps: [0] }, 'lower', 0, 1000)).toEqual([])
  })

  it('lie in order within the segment, whatever the model says', () => {
    const token = fc.oneof(fc.string({ maxLength: 4 }), fc.constantFrom('▁a', 'b', ' c', '<unk>', '你'))
    fc.assert(
      fc.property(fc.array(fc.tuple(token, fc.double({ min: 0, max: 5, noNaN: true })), { maxLength: 12 }), (pairs) => {
        const times = pairs.map((pair) => pair[1]).sort((a, b) => a - b)
        const words = wordsOf(
          heard(
            pairs.map((pair) => pair[0]),
            times,
          ),
          'lower',
          500,
          4500,
        )
        let before = 0
        for (const word of words) {
          expect(word.startMs).toBeGreaterThanOrEqual(before)
          expect(word.endMs).toBeGreaterThan(word.startMs)
          expect(word.endMs).toBeLessThanOrEqual(4500)
          before = word.startMs
        }
      }),
    )
  })
})

describe('how a model writes', () => {
  it.each([
    ['<blk> 0\n▁HELLO 1\nWORLD 2\n', 'upper'],
    ['▁hello 0\n<UNK> 1\n', 'lower'],
    ['▁Hello 0\nworld 1\n', 'cased'],
    ['你 0\n好 1\n', 'lower'],
  ])('is told from its tokens', (tokens, writing) => {
    expect(writingOf(tokens)).toBe(writing)
  })
})
