/** Tests of texts that are spoken while they are written: order, silence, limits, failures. */
import { afterEach, describe, expect, it } from 'vitest'
import { toneVoice } from '../../test/support/talking.ts'
import type { TextToSpeech } from '../engines/text-to-speech.ts'
import { VoiceError } from '../errors.ts'
import { silentLog } from '../log.ts'
import type { ContextSettings, SpeakCommand, SpeakEvent } from '../speaking/commands.ts'
import { SpeakingSession } from './speaking-session.ts'

const settings: ContextSettings = {
  voice: { voice: 'tone', model: '', language: '' },
  speed: 1,
  expression: 1,
  format: 'pcm',
  sampleRate: 16_000,
  bitRate: 0,
  buffer: { characters: 1000, sentences: false },
  mostWaitMs: 60_000,
}

let session: SpeakingSession
afterEach(() => session.close())

const start = (engine: TextToSpeech = toneVoice(), idleMs = 0) => {
  session = new SpeakingSession({
    engines: { voice: async () => ({ engine, voice: 'tone' }), stallMs: 10_000 },
    cacheDir: '',
    idleMs,
    log: silentLog,
  })
  const reader = session.events[Symbol.asyncIterator]()
  const seen: SpeakEvent[] = []
  return {
    seen,
    send: (...commands: readonly SpeakCommand[]) => {
      for (const command of commands) session.send(command)
    },
    /** Reads until this has been told of a context. */
    until: async (type: SpeakEvent['type'], context = 'a'): Promise<readonly SpeakEvent[]> => {
      for (;;) {
        const { value, done } = await reader.next()
        if (done) throw new Error(`ended after ${seen.map((event) => event.type)}`)
        seen.push(value)
        if (value.type === type && value.context === context) return seen.filter((event) => event.context === context)
      }
    },
    next: () => reader.next(),
  }
}
const open = (context = 'a', more: Partial<ContextSettings> = {}): SpeakCommand => ({
  type: 'context.open',
  context,
  settings: { ...settings, ...more },
})
const text = (words: string, context = 'a'): SpeakCommand => ({ type: 'text.append', context, text: words })
const flush = (context = 'a'): SpeakCommand => ({ type: 'text.flush', context })
const close = (context = 'a'): SpeakCommand => ({ type: 'context.close', context })
/** Without the runs of bytes of one flush that come one after the other. */
const shape = (events: readonly SpeakEvent[]): readonly string[] =>
  events.map(({ type }) => type).filter((type, at, all) => type !== 'speech.spoken' || all[at - 1] !== type)
const msOf = (events: readonly SpeakEvent[]): number =>
  events.reduce((sum, event) => sum + (event.type === 'speech.spoken' ? event.bytes.length / 32 : 0), 0)

describe('a speaking session', () => {
  it('speaks what comes in one go: opening, text and close', async () => {
    const { send, until } = start()
    send(open(), text('Hello th'), text('ere.'), close())
    const events = await until('context.closed')
    expect(shape(events)).toEqual(['context.opened', 'speech.spoken', 'text.flushed', 'context.closed'])
    expect(msOf(events)).toBe(600)
    const words = events.flatMap((event) => (event.type === 'speech.spoken' ? event.said : []))
    expect(words.filter(({ type }) => type === 'word')).toHaveLength(2)
  })

  it('begins times and places anew with each flush, and answers a flush of nothing', async () => {
    const { send, until } = start()
    send(open(), text('One two.'), flush(), text('Three.'), flush(), flush(), close())
    const events = await until('context.closed')
    expect(shape(events)).toEqual([
      'context.opened',
      'speech.spoken',
      'text.flushed',
      'speech.spoken',
      'text.flushed',
      'text.flushed',
      'context.closed',
    ])
    const first = events.flatMap((event) => (event.type === 'speech.spoken' ? event.said : []))
    expect(first.flatMap((said) => (said.type === 'word' ? [[said.text, said.from, said.startMs]] : []))).toEqual([
      ['One', 0, 0],
      ['two.', 4, 200],
      ['Three.', 0, 0],
    ])
  })

  it('keeps an instruction from flush to flush and over a change of the voice, until a reset', async () => {
    const styles: unknown[] = []
    const volumes: number[] = []
    const engine = toneVoice()
    const speak = engine.speak.bind(engine)
    const { send, until } = start({
      ...engine,
      speak: (pieces, options) =>
        speak(
          (async function* () {
            for await (const piece of pieces) {
              if (piece.type === 'text' && piece.text.trim() !== '') {
                styles.push(piece.style?.whisper ?? false)
                volumes.push(piece.style?.volumeDb ?? 0)
              }
              yield piece
            }
          })(),
          options,
        ),
    })
    send(open(), text('[whisper] One.'), flush(), text('Two.'), flush())
    send({ type: 'context.change', context: 'a', settings: { ...settings, speed: 2, expression: 2 } })
    send(text('Three. [reset] Four.'), flush(), text('Five.'), close())
    await until('context.closed')
    expect(styles).toEqual([true, true, true, false, false])
    expect(volumes).toEqual([-3, -3, -6, 0, 0])
    expect(engine.calls.options.map(({ speed }) => speed)).toEqual([1, 1, 2, 2])
  })

  it('speaks texts at the same time', async () => {
    let release = (): void => {}
    const held = new Promise<void>((resolve) => {
      release = resolve
    })
    const { send, until } = start(toneVoice({ before: (words) => (words.includes('Slow') ? held : Promise.resolve()) }))
    send(open('a'), open('b'), text('Slow.', 'a'), text('Quick.', 'b'), close('a'), close('b'))
    await until('context.closed', 'b')
    release()
    expect(msOf(await until('context.closed', 'a'))).toBe(250)
  })

  it('is silent at once when it is closed while it speaks, and tells the end', async () => {
    let spoken = 0
    const { send, until } = start(
      toneVoice({
        before: async () => {
          spoken += 1
          if (spoken === 2) await new Promise(() => {})
        },
      }),
    )
    send(open('a', { buffer: { characters: 1, sentences: false } }), text('A first sentence. And a second one. '))
    await until('speech.spoken')
    send(close())
    const events = await until('context.closed')
    expect(shape(events)).toEqual(['context.opened', 'speech.spoken', 'context.closed'])
  })

  it('speaks to its end what was flushed and closed, unless it is closed once more', async () => {
    const { send, until, seen } = start()
    send(open(), text('A sentence that is flushed.'), flush())
    await until('speech.spoken')
    send(close())
    expect(msOf(await until('context.closed'))).toBe(1350)
    seen.length = 0
    const long = 'A long sentence goes on and on. '.repeat(60)
    send(open(), text(long), flush(), close())
    await until('speech.spoken')
    send(close())
    expect(msOf(await until('context.closed'))).toBeLessThan(long.length * 50)
    expect(seen.at(-1)?.type).toBe('context.closed')
  })

  it('speaks what has waited for long enough', async () => {
    const { send, until } = start()
    send(open('a', { mostWaitMs: 1 }), text('Hello there'))
    expect(msOf(await until('text.flushed'))).toBeGreaterThan(0)
  })

  it('tells what fails in one text, and goes on with the others', async () => {
    const { send, until } = start(
      toneVoice({
        before: async (words) => {
          if (words.includes('bad')) throw new VoiceError('provider_failed', 'It broke.')
        },
      }),
    )
    send(open('a'), open('b'), text('A bad one.', 'a'), flush('a'), text('Good.', 'b'))
    expect(shape(await until('context.closed', 'a'))).toEqual(['context.opened', 'context.failed', 'context.closed'])
    send(close('b'))
    expect(msOf(await until('context.closed', 'b'))).toBe(250)
  })

  it('takes no more text than it can hold, and says so', async () => {
    const { send, until } = start(toneVoice({ before: () => new Promise(() => {}) }))
    send(open())
    for (let k = 0; k < 12; k += 1) send(text('word '.repeat(400)), flush())
    const events = await until('command.refused')
    expect(events.at(-1)).toMatchObject({ refusal: 'too-much', context: 'a' })
  })

  it('makes one file of all that is said, in a format that is a file', async () => {
    const { send, until } = start()
    send(open('a', { format: 'flac' }), text('One.'), flush(), text('Two.'), close())
    const events = await until('context.closed')
    const bytes = Buffer.concat(events.flatMap((event) => (event.type === 'speech.spoken' ? [event.bytes] : [])))
    expect(bytes.toString('latin1').split('fLaC')).toHaveLength(2)
    expect(bytes.toString('latin1', 0, 4)).toBe('fLaC')
  })

  it('ends when nothing comes for long', async () => {
    const { next } = start(toneVoice(), 5)
    await expect(next()).rejects.toMatchObject({ code: 'timeout' })
  })
})
