/** Tests of cutting spoken text to what was heard. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cutPart, heardText } from './heard-text.ts'

const words = [
  { from: 0, to: 4, startMs: 0, endMs: 400 },
  { from: 6, to: 10, startMs: 400, endMs: 800 },
  { from: 11, to: 15, startMs: 900, endMs: 1300 },
]
const part = { text: 'Once, upon time.', audioMs: 1500, words }

describe('what was heard of spoken text', () => {
  it.each([
    [0, ''],
    [150, ''],
    [250, 'Once,'],
    [599, 'Once,'],
    [700, 'Once, upon'],
    [1499, 'Once, upon time.'],
    [9000, 'Once, upon time.'],
  ])('after %i ms is “%s”', (heardMs, text) => {
    expect(heardText(part, heardMs)).toBe(text)
  })

  it('is told by the letters where the voice gave no word times', () => {
    const plain = { text: 'one two three four', audioMs: 1800 }
    expect(heardText(plain, 900)).toBe('one two')
    expect(heardText(plain, 1800)).toBe('one two three four')
  })

  it('is a beginning of the text, and grows with time', () => {
    const spoken = fc.array(fc.tuple(fc.stringMatching(/^[a-z]{1,8}[,.]?$/), fc.integer({ min: 1, max: 600 })), {
      minLength: 1,
      maxLength: 20,
    })
    fc.assert(
      fc.property(spoken, fc.nat(8000), fc.nat(8000), (said, one, other) => {
        let text = ''
        let atMs = 0
        const times = said.map(([word, ms]) => {
          const from = text.length
          text += `${word} `
          atMs += ms
          return { from, to: from + word.replace(/[,.]$/, '').length, startMs: atMs - ms, endMs: atMs }
        })
        const whole = { text, audioMs: atMs, words: times }
        const [early, late] = [Math.min(one, other), Math.max(one, other)].map((ms) => heardText(whole, ms))
        expect(text.startsWith(late!)).toBe(true)
        expect(late!.startsWith(early!)).toBe(true)
        // To the word: what is kept and what is dropped differ from the cut by less than one word.
        const kept = times.filter(({ to }) => to <= heardText(whole, one).length).length
        const begun = times.filter(({ startMs }) => startMs < one).length
        expect(Math.abs(kept - begun)).toBeLessThanOrEqual(1)
      }),
    )
  })

  it('keeps the tags before what was heard', () => {
    const tags = [
      { at: 0, tag: '[sad] ' },
      { at: 6, tag: '[sigh] ' },
      { at: 16, tag: '[laugh]' },
    ]
    const kept = (heardMs: number) => {
      const cut = cutPart({ type: 'audio', ...part, tags }, heardMs)
      return cut.type === 'audio' ? cut.tags?.map(({ tag }) => tag) : undefined
    }
    expect(kept(250)).toEqual(['[sad] '])
    expect(kept(700)).toEqual(['[sad] ', '[sigh] '])
    expect(kept(1500)).toHaveLength(3)
  })

  it('can be cut again, and only becomes shorter', () => {
    const once = cutPart({ type: 'audio', ...part }, 700)
    expect(once).toMatchObject({ text: 'Once, upon', audioMs: 700, heardMs: 700 })
    expect(cutPart(once, 300)).toMatchObject({ text: 'Once,', audioMs: 300, heardMs: 300 })
    expect(cutPart(once, 1400)).toMatchObject({ text: 'Once, upon', audioMs: 700, heardMs: 700 })
  })
})
