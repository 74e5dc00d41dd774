/** What is read out, and what is not. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readable } from './readable.ts'

const words = (text: string): string => readable(text, true).replace(/\s+/g, ' ').trim()

describe('text with markup', () => {
  it.each([
    ['# Hello\n## You', 'Hello You'],
    ['**Bold** and *this*, __that__ and _those_.', 'Bold and this , that and those .'],
    ['~~gone~~ `code` ```js\nlet a = 1\n```', 'gone code let a = 1'],
    ['See [the docs](https://a.b/c_d_e) now', 'See the docs now'],
    ['![a cat](cat.png "Cat")', 'a cat'],
    ['- one\n* two\n+ three\n> four', 'one two three four'],
    ['<b>fat</b> <break time="1s"/> text', 'fat text'],
    ['Great! 😀👍🏽 👨‍👩‍👧 🇩🇪', 'Great!'],
    ['one\n---\ntwo\n***\nthree', 'one two three'],
  ])('%j is read as %j', (text, read) => {
    expect(words(text)).toBe(read)
  })

  it.each([
    '2 * 3 = 6',
    'snake_case_name',
    'C# and F#',
    '3 < 4 and 5 > 2',
    'a-b - c',
    '#1',
    '© 2024',
    'it’s 5 %',
    '- 5'.slice(2),
  ])('%j is read as it is', (text) => {
    expect(readable(`So ${text} it is`, true)).toBe(`So ${text} it is`)
  })

  it('takes only the beginning of a line for a heading or a list', () => {
    expect(readable('# one', false)).toBe('# one')
    expect(readable('# one', true)).toBe('  one')
    expect(readable(' \n# one', false)).toBe(' \n  one')
  })

  it('keeps every character at its place', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 100 }), fc.boolean(), (text, begins) => {
        expect(readable(text, begins)).toHaveLength(text.length)
      }),
    )
  })

  it('does not take longer and longer with long texts', () => {
    for (const text of ['['.repeat(5000), '<a '.repeat(2000), '*'.repeat(5000), '`'.repeat(5000), '](('.repeat(2000)])
      expect(readable(text, true)).toHaveLength(text.length)
  })
})
