/** Text that is spoken while it is being written. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { scriptedVoice } from '../../test/support/voices.ts'
import { durationMs, endMs } from '../audio/frame.ts'
import { VoiceError } from '../errors.ts'
import { silentLog } from '../log.ts'
import { Queue } from '../streams/queue.ts'
import { type SpeakInput, type SpeakSettings, speak } from './speak.ts'
import type { Spoken } from './spoken.ts'

async function* from(...input: readonly SpeakInput[]): AsyncGenerator<SpeakInput> {
  yield* input
}
const work = () => ({ signal: new AbortController().signal, log: silentLog })
const all = async (input: AsyncIterable<SpeakInput>, settings: Partial<SpeakSettings> = {}): Promise<Spoken[]> => {
  const events: Spoken[] = []
  for await (const event of speak(input, { engine: scriptedVoice(), ...work(), ...settings })) events.push(event)
  return events
}
const textOf = (events: readonly Spoken[]): string =>
  events.map((event) => (event.type === 'text' ? event.text : '')).join('')
/** Every microtask and every timer that is due has run. */
const settled = () => new Promise((resolve) => setTimeout(resolve, 0))

describe('speaking', () => {
  it('gives back the text that was written, all of it, in order', async () => {
    const part = fc.constantFrom(
      'Hello, ',
      'dear ',
      '**Dr. ',
      'Who** ',
      '. ',
      '\n',
      '# ',
      '[a](b) ',
      '😀',
      '3.',
      '14',
      '! ',
      '<b>',
    )
    await fc.assert(
      fc.asyncProperty(fc.array(part, { maxLength: 40 }), async (parts) => {
        expect(textOf(await all(from(...parts)))).toBe(parts.join(''))
      }),
      { numRuns: 50 },
    )
  })

  it('gives words their place in the text as it was written, with its markup', async () => {
    const text = '# Title\n\nThis is **bold**, and [a link](http://x.y/z), see? 😀 Yes: `code` here.'
    const events = await all(from(...text.match(/.{1,3}/gsu)!))
    const words = events.filter((event) => event.type === 'word')
    expect(words.map((word) => text.slice(word.from, word.to))).toEqual(words.map((word) => word.text))
    expect(words.map((word) => word.text)).toEqual([
      'Title',
      'This',
      'is',
      'bold',
      'and',
      'a',
      'link',
      'see',
      'Yes',
      'code',
      'here',
    ])
  })

  it('keeps one clock for all of the speech', async () => {
    const events = await all(from('One two. Three four five, ', 'six. ', { type: 'pause', pauseMs: 300 }, 'Seven.'))
    let clockMs = 0
    for (const event of events) {
      if (event.type !== 'audio') continue
      expect(event.frame.startMs).toBeCloseTo(clockMs, 3)
      clockMs = endMs(event.frame)
    }
    expect(clockMs).toBeCloseTo(7 * 100 + 300, 3)
    const seven = events.find((event) => event.type === 'word' && event.text === 'Seven')
    expect(seven).toMatchObject({ startMs: 900, endMs: 1000 })
  })

  it('is heard before the second clause has been written', async () => {
    const input = new Queue<SpeakInput>(10)
    input.push('Of course, I')
    const order: string[] = []
    for await (const event of speak(input, { engine: scriptedVoice(), ...work() })) {
      if (event.type === 'audio' && input.ended === false) {
        order.push('heard')
        input.push(' will. ')
        input.close()
      }
      if (event.type === 'text') order.push(event.text)
    }
    expect(order).toEqual(['Of course,', 'heard', ' I will.', ' '])
  })

  it('makes the next clause while the first is read, but does not run away from its reader', async () => {
    const engine = scriptedVoice({ wordMs: 500 })
    const reader = speak(from('First one. ', ...Array<string>(100).fill('And one more. ')), { engine, ...work() })[
      Symbol.asyncIterator
    ]()
    await reader.next()
    await settled()
    expect(engine.calls.texts.length).toBeGreaterThan(1)
    expect(engine.calls.texts.length).toBeLessThan(15)
    await reader.return?.()
    expect(engine.calls.ended).toBe(1)
  })

  it('speaks what waits when a flush comes, and says when that has been spoken', async () => {
    const input = new Queue<SpeakInput>(10)
    input.push('no mark')
    input.push({ type: 'flush', flush: 4 })
    const types: string[] = []
    for await (const event of speak(input, { engine: scriptedVoice(), ...work() })) {
      types.push(event.type)
      if (event.type === 'flushed') break
    }
    expect(types).toEqual(['text', 'word', 'audio', 'word', 'audio', 'flushed'])
  })

  it('cuts as it is told', async () => {
    const cut = async (how: 'clauses' | 'sentences' | 'whole') => {
      const engine = scriptedVoice()
      await all(from('Well then, here we are. ', 'All of us.'), { engine, cut: how })
      return engine.calls.texts.map((text) => text.trim())
    }
    expect(await cut('clauses')).toEqual(['Well then,', 'here we are.', 'All of us.'])
    expect(await cut('sentences')).toEqual(['Well then, here we are.', 'All of us.'])
    expect(await cut('whole')).toEqual(['Well then, here we are. All of us.'])
  })

  it('ends at once when it is cancelled, even while the engine does nothing', async () => {
    const cancel = new AbortController()
    const stuck = new Promise<void>(() => {})
    const engine = scriptedVoice({ before: (text) => (text.startsWith('Fine') ? undefined : stuck) })
    const reader = speak(from('Fine thing. ', 'Never spoken. '), { engine, ...work(), signal: cancel.signal })[
      Symbol.asyncIterator
    ]()
    for (let next = await reader.next(); next.value.type !== 'audio'; ) next = await reader.next()
    await settled()
    cancel.abort()
    expect(await Promise.race([reader.next().then(() => 'ended'), settled()])).toBe('ended')
    expect((await reader.next()).done).toBe(true)
  })

  it('says nothing when it was cancelled before', async () => {
    const events: Spoken[] = []
    for await (const event of speak(from('Hello.'), {
      engine: scriptedVoice(),
      ...work(),
      signal: AbortSignal.abort(),
    }))
      events.push(event)
    expect(events).toEqual([])
  })

  it('throws what the engine throws, after what was spoken before', async () => {
    const failure = new VoiceError('provider_failed', 'The voice broke.')
    const engine = scriptedVoice({
      before: (text) => {
        if (text.includes('Bad')) throw failure
      },
    })
    const events: Spoken[] = []
    const read = async () => {
      for await (const event of speak(from('Good one. ', 'Bad one. '), { engine, ...work() })) events.push(event)
    }
    await expect(read()).rejects.toBe(failure)
    expect(events.filter((event) => event.type === 'audio').reduce((ms, { frame }) => ms + durationMs(frame), 0)).toBe(
      200,
    )
  })

  it('throws what its input throws', async () => {
    const failure = new Error('no more text')
    const broken = async function* (): AsyncGenerator<SpeakInput> {
      yield 'One two. Three'
      throw failure
    }
    await expect(all(broken())).rejects.toBe(failure)
  })

  it('lets go of its input when its reader leaves', async () => {
    let released = false
    const endless = async function* (): AsyncGenerator<SpeakInput> {
      try {
        for (;;) yield 'One more. '
      } finally {
        released = true
      }
    }
    for await (const event of speak(endless(), { engine: scriptedVoice(), ...work() }))
      if (event.type === 'audio') break
    await settled()
    expect(released).toBe(true)
  })
})
