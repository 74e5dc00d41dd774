import { expect, it } from 'vitest'
import { countTelling, countWords } from './backchannels.ts'

it.each([
  ['Mhm.', [], 0],
  ['uh-huh, okay', [], 0],
  ['Yeah, yeah. I see!', ['en-GB'], 0],
  ['Okay, stop.', [], 1],
  ['I said stop', [], 3],
  ['...', [], 0],
  ['', [], 0],
  ['ja genau', ['de'], 0],
  ['ja genau', ['en'], 2],
  ['D’accord.', ['fr-FR'], 0],
  ['जी हाँ, ठीक है', ['hi-IN'], 0],
  ['रुको', ['hi'], 1],
  ['うんうん、なるほど。', ['ja'], 0],
  ['hmm', ['xx'], 0],
] as const)('of %j in %j, %i words are more than a backchannel', (text, languages, count) => {
  expect(countTelling(text, languages)).toBe(count)
})

it('words are counted where no spaces set them apart, and punctuation is none', () => {
  expect(countWords('Well… stop, please!')).toBe(3)
  expect(countWords('你好世界')).toBe(2)
  expect(countWords(' ?! ')).toBe(0)
})
