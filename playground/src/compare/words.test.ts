import { expect, it } from 'vitest'
import { align, errorRate, wordsOf } from './words.ts'

it('lays two texts side by side with as few faults as there are', () => {
  const aligned = align(wordsOf('The cat sat on the mat.'), wordsOf('the hat sat the mat big'))
  expect(aligned.map(({ type, expected, heard }) => [type, expected ?? '', heard ?? ''])).toEqual([
    ['same', 'the', 'the'],
    ['other', 'cat', 'hat'],
    ['same', 'sat', 'sat'],
    ['missing', 'on', ''],
    ['same', 'the', 'the'],
    ['same', 'mat', 'mat'],
    ['extra', '', 'big'],
  ])
  expect(errorRate(aligned)).toBe(0.5)
})

it('marks and capitals are no faults, apostrophes inside words count', () => {
  expect(wordsOf('“Don’t,” SHE said – twice.')).toEqual(["don't", 'she', 'said', 'twice'])
  expect(errorRate(align([], wordsOf('anything')))).toBeUndefined()
})
