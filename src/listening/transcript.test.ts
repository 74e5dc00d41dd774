import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { TranscriptEvent, Word } from '../engines/speech-to-text.ts'
import { Transcript } from './transcript.ts'

const word = (text: string): Word => ({ text, startMs: 0, endMs: 1 })
const partial = (text: string, stable = 0) =>
  ({ type: 'partial', text, stable, startMs: 0, endMs: 1, words: text ? text.split(' ').map(word) : [] }) as const
const final = (text: string, more: Partial<Extract<TranscriptEvent, { type: 'final' }>> = {}) =>
  ({
    type: 'final',
    text,
    startMs: 0,
    endMs: 1,
    words: text ? text.split(' ').map(word) : [],
    pass: 'whole',
    ...more,
  }) as const

describe('the transcript of a turn', () => {
  it('is its pieces, joined', () => {
    const transcript = new Transcript()
    transcript.close(final('good morning'))
    transcript.close(final(''))
    transcript.close(final('how are you'))
    const whole = transcript.whole()
    expect(whole.text).toBe('Good morning how are you')
    expect(whole.words.map(({ text }) => text)).toEqual(['Good', 'morning', 'how', 'are', 'you'])
  })

  it('begins partials without a capital, and finals with one', () => {
    const transcript = new Transcript()
    expect(transcript.partial(partial('éclair'))?.text).toBe('éclair')
    transcript.close(final('éclair'))
    expect(transcript.whole().text).toBe('Éclair')
  })

  it('counts what is stable over the joined text', () => {
    const transcript = new Transcript()
    expect(transcript.close(final('good morning'))).toMatchObject({ text: 'good morning', stable: 12 })
    expect(transcript.partial(partial('how are', 3))).toMatchObject({ text: 'good morning how are', stable: 16 })
    expect(transcript.partial(partial('how are', 0))).toBeUndefined()
  })

  it('keeps what partials promised when a final says otherwise, and tells the final at the end', () => {
    const transcript = new Transcript()
    transcript.partial(partial('wreck a nice beach', 12))
    transcript.close(final('recognize speech'))
    expect(transcript.partial(partial('please'))?.text).toBe('wreck a nice beach please')
    transcript.close(final('please'))
    expect(transcript.whole().text).toBe('Recognize speech please')
  })

  it('drops a partial that breaks a promise of its own', () => {
    const transcript = new Transcript()
    transcript.partial(partial('one two', 3))
    expect(transcript.partial(partial('on the way'))).toBeUndefined()
  })

  it('was heard as a whole only if every piece was', () => {
    const transcript = new Transcript()
    transcript.close(final('one'))
    transcript.close(final('two', { pass: 'streaming' }))
    expect(transcript.whole().pass).toBe('streaming')
  })

  it('offers other readings of the whole turn', () => {
    const transcript = new Transcript()
    transcript.close(final('well'))
    transcript.close(final('to', { language: 'en', alternatives: [{ text: 'two', confidence: 0.3 }] }))
    expect(transcript.whole()).toMatchObject({ language: 'en', alternatives: [{ text: 'Well two', confidence: 0.3 }] })
  })

  it('never takes back what it called stable, whatever the recognizer does', () => {
    const text = fc.array(fc.constantFrom('a', 'b', 'ab'), { maxLength: 4 }).map((words) => words.join(' '))
    const event = fc.oneof(
      fc.tuple(text, fc.nat(12)).map(([said, stable]) => partial(said, Math.min(stable, said.length))),
      text.map((said) => final(said)),
    )
    fc.assert(
      fc.property(fc.array(event), (events) => {
        const transcript = new Transcript()
        let promised = ''
        for (const said of events) {
          const told = said.type === 'partial' ? transcript.partial(said) : transcript.close(said)
          if (!told) continue
          expect(told.text.startsWith(promised)).toBe(true)
          expect(told.stable).toBeGreaterThanOrEqual(promised.length)
          expect(told.stable).toBeLessThanOrEqual(told.text.length)
          promised = told.text.slice(0, told.stable)
        }
      }),
    )
  })
})
