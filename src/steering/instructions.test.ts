/** What instructions ask for. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { stressedIn } from './emphasis.ts'
import { styleOf } from './instructions.ts'
import { plainStyle } from './style.ts'

describe('an instruction', () => {
  it.each([
    ['speak softly', { volumeDb: -8 }],
    ['say with no pitch variation', { range: 0.15 }],
    ['whisper in a hushed style', { whisper: true }],
    ['not loud', plainStyle],
    ['sound like a teapot', plainStyle],
    ['', plainStyle],
  ])('%j asks for %j', (instruction, style) => {
    expect(styleOf(instruction).style).toMatchObject(style)
  })

  it('asks for more with very, and for less with a bit', () => {
    const rate = (words: string): number => styleOf(words).style.rate
    expect(rate('very fast')).toBeGreaterThan(rate('fast'))
    expect(rate('a bit faster')).toBeLessThan(rate('fast'))
    expect(rate('a bit faster')).toBeGreaterThan(1)
    expect(rate('very slow')).toBeLessThan(rate('slowly'))
  })

  it('may ask for several things', () => {
    const { style, families } = styleOf('say sadly, very slow and in a low tone')
    expect(families).toEqual(expect.arrayContaining(['sad', 'slow', 'low pitch']))
    expect(style.pitchSemitones).toBeLessThan(-3)
    expect(style.rate).toBeLessThan(0.7)
  })

  it('says when it is not understood', () => {
    expect(styleOf('give a nasal quality').families).toEqual([])
  })

  it('never asks for what nobody can understand, whatever it is', () => {
    const word = fc.constantFrom('very', 'not', 'fast', 'slow', 'angry', 'sad', 'loud', 'extremely', 'high pitch', 'x')
    fc.assert(
      fc.property(fc.array(fc.oneof(word, fc.string())), (words) => {
        const { style } = styleOf(words.join(' '))
        expect(style.rate).toBeGreaterThanOrEqual(0.5)
        expect(style.rate).toBeLessThanOrEqual(2)
        expect(Math.abs(style.pitchSemitones)).toBeLessThanOrEqual(8)
        expect(style.volumeDb).toBeLessThanOrEqual(9)
      }),
    )
  })
})

describe('capitals', () => {
  const stressed = (text: string): string[] => stressedIn(text).map(({ from, to }) => text.slice(from, to))

  it('stress a word or a syllable', () => {
    expect(stressed('I would NEVER do that. It is abSOLutely NOT so, DON’T ask.')).toEqual([
      'NEVER',
      'abSOLutely',
      'NOT',
      'DON’T',
    ])
  })

  it('are no stress in abbreviations, names and texts that are all capitals', () => {
    expect(stressed('NASA and the USA use JSON over HTTP on TV, I think, OK? McDonald')).toEqual([])
    expect(stressed('PLEASE READ THIS BEFORE YOU START')).toEqual([])
  })
})
