/** How the embedded agent answers somebody who sounds so. */
import { describe, expect, it } from 'vitest'
import { generate, said, textOf } from '../../../test/contracts/language-model.ts'
import type { Message } from '../../engines/language-model.ts'
import { createRules } from './model.ts'

const model = createRules(() => new Date(2026, 10, 20, 14, 5))
const assistant = (text: string): Message => ({ role: 'assistant', parts: [{ type: 'text', text }] })
/** The answer to these words with this note behind them. */
const answer = async (words: string, note = '', before: readonly Message[] = [], options = {}): Promise<string> =>
  textOf(await generate(model, [...before, said(note === '' ? words : `${words}\n<voice ${note}/>`)], options))

describe('the embedded agent', () => {
  it.each([
    ['style="whispering:0.93" pitch="low"', '[whisper] 7 times 8 is 56.'],
    ['emotion="happy:0.81"', '[say playfully] 7 times 8 is 56.'],
    ['emotion="angry:0.72" pitch="high" pace="fast"', '[speak softly] 7 times 8 is 56.'],
    ['emotion="frustrated:0.84"', '[speak softly] 7 times 8 is 56.'],
    ['style="shouting:0.61"', '[speak softly] 7 times 8 is 56.'],
    ['emotion="angry:0.70" style="whispering:0.60"', '[whisper] 7 times 8 is 56.'],
    ['emotion="angry:0.55"', '7 times 8 is 56.'],
    ['pitch="low"', '7 times 8 is 56.'],
    ['emotion="purple:0.99" colour="red"', '7 times 8 is 56.'],
  ])('takes its manner from the note %s', async (note, expected) => {
    expect(await answer('what is seven times eight', note)).toBe(expected)
  })

  it('is short and calm with somebody who is upset, but leaves out nothing that was asked for', async () => {
    const angry = 'emotion="angry:0.80"'
    expect(await answer('hello', angry)).toBe('[speak softly] Hello.')
    expect(await answer('explain quantum gravity', angry)).toBe('[speak softly] Sorry, I have no rule for that.')
    expect(await answer('repeat after me one. two!', angry)).toBe('[speak softly] One. two!')
    const story = await answer('tell me a story', angry)
    expect(story.replace('[speak softly] ', '')).toBe(await answer('tell me a story'))
  })

  it('never takes the note for words, its own tags for an answer, nor a note in JSON', async () => {
    const whisper = 'style="whispering:0.93"'
    expect(
      await answer('what did i say', whisper, [said(`the tide is high\n<voice ${whisper}/>`), assistant('Yes.')]),
    ).toBe('[whisper] You said: The tide is high.')
    expect(await answer('say that again', '', [said('hello'), assistant('[whisper] It is late.')])).toBe('It is late.')
    expect(await answer('say that again', whisper, [said('hello'), assistant('[whisper] It is late.')])).toBe(
      '[whisper] It is late.',
    )
    expect(JSON.parse(await answer('hello', whisper, [], { format: { type: 'json' } }))).toEqual({
      answer: expect.not.stringContaining('[whisper]'),
    })
  })
})
