/** Tests of when text that is being written is worth speaking. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type BufferRules, TextBuffer } from './text-buffer.ts'

const rules: BufferRules = { characters: 40, sentences: false }
/** What is given out with each part, and what is left. */
const given = (parts: readonly string[], how: Partial<BufferRules> = {}) => {
  const buffer = new TextBuffer({ ...rules, ...how })
  const out = parts.map((part) => buffer.push(part))
  return [...out, buffer.take('all')]
}

describe('a text buffer', () => {
  it('waits for a flush, or for enough characters, and then leaves a word that is being written', () => {
    expect(given(['Hel', 'lo the', 're.'])).toEqual(['', '', '', 'Hello there.'])
    expect(given(['Once upon a time there was a small prin', 'ce who'])).toEqual([
      '',
      'Once upon a time there was a small prince ',
      'who',
    ])
  })

  it('gives whole sentences where it is asked to', () => {
    expect(given(['One is he', 're. Two is', ' not'], { sentences: true })).toEqual([
      '',
      'One is here.',
      '',
      ' Two is not',
    ])
    expect(given(['Hello there. '], { sentences: true })).toEqual(['Hello there.', ''])
  })

  it('never parts a tag, save when it is flushed', () => {
    const buffer = new TextBuffer(rules)
    buffer.push('It is late. [say exci')
    expect(buffer.take('sure')).toBe('It is late. ')
    expect(buffer.take('sure')).toBe('')
    expect(buffer.isEmpty).toBe(false)
    expect(buffer.push('tedly] Hey, this is more than enough, is it not, my friend')).toBe(
      '[say excitedly] Hey, this is more than enough, is it not, my ',
    )
    buffer.push('x <break time="1')
    expect(buffer.take('sure')).toBe('friendx ')
    expect(buffer.take('all')).toBe('<break time="1')
  })

  it('loses and adds nothing, whatever the parts are', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', ' ', '.', '[', ']', '<', '>', '\n', 'é'), maxLength: 300 })
    const sizes = fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 50 })
    fc.assert(
      fc.property(text, sizes, fc.boolean(), (whole, steps, sentences) => {
        const parts: string[] = []
        for (let at = 0, k = 0; at < whole.length; k += 1) {
          parts.push(whole.slice(at, at + steps[k % steps.length]!))
          at += steps[k % steps.length]!
        }
        const out = given(parts, { sentences }).join('')
        expect(whole.startsWith(out)).toBe(true)
        // Blanks at the end are not worth speaking.
        expect(whole.slice(out.length).trim()).toBe('')
      }),
    )
  })
})
