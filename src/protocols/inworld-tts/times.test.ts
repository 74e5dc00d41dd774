import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { soundOf } from './sounds.ts'
import { type Said, Times } from './times.ts'

/** The words of a text as a voice says them: 100 ms each with 50 ms between. */
const saidOf = (text: string): readonly Said[] => [
  { type: 'text', text },
  ...[...text.matchAll(/[\p{L}\p{N}']+/gu)].map(
    (found, k): Said => ({
      type: 'word',
      text: found[0],
      from: found.index,
      to: found.index + found[0].length,
      startMs: k * 150,
      endMs: k * 150 + 100,
    }),
  ),
]

describe('times', () => {
  it('cover every token with the spaces and marks between, or only the words', () => {
    const all = new Times('words', true)
    all.take(saidOf('Hi, you there!'))
    expect(all.told(true)).toEqual({
      wordAlignment: {
        words: ['Hi', ',', ' ', 'you', ' ', 'there', '!'],
        wordStartTimeSeconds: [0, 0.1, 0.1, 0.15, 0.25, 0.3, 0.4],
        wordEndTimeSeconds: [0.1, 0.1, 0.15, 0.25, 0.3, 0.4, 0.4],
        phoneticDetails: [],
      },
    })
    const words = new Times('words', false)
    words.take(saidOf('Hi, you there!'))
    expect(words.told(true)).toMatchObject({ wordAlignment: { words: ['Hi', 'you', 'there'] } })
  })

  it('of characters share the time of their word', () => {
    const times = new Times('characters', false)
    times.take(saidOf('Hi you'))
    expect(times.told(true)).toEqual({
      characterAlignment: {
        characters: ['H', 'i', ' ', 'y', 'o', 'u'],
        characterStartTimeSeconds: [0, 0.05, 0.1, 0.15, 0.183, 0.217],
        characterEndTimeSeconds: [0.05, 0.1, 0.15, 0.183, 0.217, 0.25],
      },
    })
  })

  it('name the sounds of a word, and what the mouth does', () => {
    const times = new Times('words', true)
    const phones = [
      { phone: 'hh', startMs: 0, endMs: 40 },
      { phone: 'iy', startMs: 40, endMs: 100 },
    ]
    times.take([
      { type: 'text', text: ' He' },
      { type: 'word', text: 'He', from: 1, to: 3, startMs: 0, endMs: 100, phones },
    ])
    expect(times.told(true)).toMatchObject({
      wordAlignment: {
        words: [' ', 'He'],
        phoneticDetails: [
          {
            wordIndex: 1,
            phones: [
              { phoneSymbol: 'h', startTimeSeconds: 0, durationSeconds: 0.04, visemeSymbol: 'aei' },
              { phoneSymbol: 'i', startTimeSeconds: 0.04, durationSeconds: 0.06, visemeSymbol: 'ee' },
            ],
            isPartial: false,
          },
        ],
      },
    })
    expect(soundOf('pau')).toEqual({ symbol: '[silence]', viseme: '' })
    expect(soundOf('ʃ')).toEqual({ symbol: 'ʃ', viseme: 'chjsh' })
  })

  it('give each character of a text once, in order, however often they are asked', () => {
    fc.assert(
      fc.property(fc.array(fc.string(), { maxLength: 5 }), fc.integer({ min: 1, max: 4 }), (texts, step) => {
        const times = new Times('characters', true)
        let given = ''
        let offset = 0
        const told: string[] = []
        const tell = (last: boolean): void => {
          const info = times.told(last)
          if (info && 'characterAlignment' in info) told.push(...info.characterAlignment.characters)
        }
        for (const [k, text] of texts.entries()) {
          given += text
          const said = saidOf(text).map((event) =>
            event.type === 'word' ? { ...event, from: event.from + offset, to: event.to + offset } : event,
          )
          offset += text.length
          times.take(said)
          if (k % step === 0) tell(false)
        }
        tell(true)
        expect(told.join('')).toBe(given)
      }),
    )
  })
})
