import { expect, it } from 'vitest'
import { placeWords, startOf } from './word-times.ts'

const info = (...words: readonly (readonly [word: string, start: number, end: number])[]) => ({
  wordAlignment: {
    words: words.map(([word]) => word),
    wordStartTimeSeconds: words.map(([, start]) => start),
    wordEndTimeSeconds: words.map(([, , end]) => end),
  },
})

it('finds each word behind the one before, and passes over marks and what is not there', () => {
  const text = 'The cat, the dog: $5.50.'
  const timed = [
    info(['The', 0, 0.2], [' ', 0.2, 0.2], ['cat', 0.2, 0.5], [',', 0.5, 0.5]),
    info(['the', 0.6, 0.7], ['bird', 0.7, 0.8], ['$5.50', 1, 2]),
  ]
  expect(placeWords(text, timed)).toEqual([
    { from: 0, to: 3, startMs: 0, endMs: 200 },
    { from: 4, to: 7, startMs: 200, endMs: 500 },
    { from: 9, to: 12, startMs: 600, endMs: 700 },
    { from: 18, to: 23, startMs: 1000, endMs: 2000 },
  ])
})

it('a word that is written together with its marks begins with its letters, and one without a time has none', () => {
  const words = placeWords('Well, then', [info(['Well', 0.1, 0.3])])
  expect(startOf(words, 0, 5)).toBe(100)
  expect(startOf(words, 6, 10)).toBeUndefined()
})
