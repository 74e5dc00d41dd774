/** What every voice promises, as tests: run for each engine. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type AudioFrame, durationMs, endMs } from '../../src/audio/frame.ts'
import { joined } from '../../src/audio/joined.ts'
import type { Piece, SpeakOptions, SpeechEvent, TextToSpeech } from '../../src/engines/text-to-speech.ts'
import { silentLog } from '../../src/log.ts'
import { Queue } from '../../src/streams/queue.ts'

/** Pieces that are there from the start; a string is a text. */
export async function* piecesOf(...pieces: readonly (string | Piece)[]): AsyncGenerator<Piece> {
  for (const piece of pieces) yield typeof piece === 'string' ? { type: 'text', text: piece } : piece
}

const idle = (): SpeakOptions => ({ signal: new AbortController().signal, log: silentLog })

/** All that an engine makes of pieces. */
export const sayAll = async (
  engine: TextToSpeech,
  pieces: AsyncIterable<Piece>,
  options: Partial<SpeakOptions> = {},
): Promise<SpeechEvent[]> => {
  const events: SpeechEvent[] = []
  for await (const event of engine.speak(pieces, { ...idle(), ...options })) events.push(event)
  return events
}

type Kind<Type extends SpeechEvent['type']> = Extract<SpeechEvent, { type: Type }>

/** Events of one type. */
export const spokenOnly = <Type extends SpeechEvent['type']>(events: readonly SpeechEvent[], type: Type) =>
  events.filter((event): event is Kind<Type> => event.type === type)

/** The audio among events, as one frame. */
export const audioOf = (events: readonly SpeechEvent[], sampleRate: number): AudioFrame => {
  const frames = spokenOnly(events, 'audio').map(({ frame }) => frame)
  const samples = joined(
    Float32Array,
    frames.map((frame) => frame.samples),
  )
  return { samples, sampleRate, startMs: 0 }
}

const hostile: Readonly<Record<string, string>> = {
  'control characters': 'one\u0000two\u0001three\u001b[2Jfour\u007f\u0085five',
  'lone surrogates': 'one \ud800 two \udfff\ud83d three',
  'what looks like SSML': '<speak><prosody rate="slow">slow</prosody> & <break time="5s"/> <!-- --> ]]> &lt;b&gt; end',
  'what looks like phonemes': "[[h@'loU]] {HH AH0} \\emph end",
  'what looks like options': '-o /tmp/x --help -f /etc/passwd',
  'all kinds of marks': '.,;:!?…—–-"\'“”«»()[]{}*_~^|\\/@#$%&+=<>`´§°€£¥©®™ x',
  'many scripts': 'abc привет 你好 こんにちは नमस्ते שלום مرحبا ไทย 한국어 Ελλάδα',
  'numbers of every size': '0 007 3.14 1,000,000 -5 1e99 99999999999999999999999999999999 12/31/1999 10:30 ½ Ⅷ ٣',
}

/** Registers the tests. `sentence`: words that are read as they are written, in a language that the engine speaks. */
export const textToSpeechContract = (
  name: string,
  open: () => Promise<TextToSpeech>,
  known: { readonly sentence: string; readonly other: string; readonly voice?: string },
): void => {
  describe(`${name} keeps the contract of text-to-speech`, () => {
    let engine: TextToSpeech
    const voice = known.voice === undefined ? {} : { voice: known.voice }
    const say = (pieces: AsyncIterable<Piece>, options: Partial<SpeakOptions> = {}) =>
      sayAll(engine, pieces, { ...voice, ...options })
    const lengthMs = (events: readonly SpeechEvent[]): number => durationMs(audioOf(events, engine.sampleRate))

    beforeAll(async () => {
      engine = await open()
    })
    afterAll(() => engine?.close?.())

    it('has voices, each with an id of its own', () => {
      const ids = engine.voices.map(({ id }) => id)
      expect(ids.length).toBeGreaterThan(0)
      expect(new Set(ids).size).toBe(ids.length)
    })

    it('speaks pieces in order, with pauses and flushes at their place, on one clock', async () => {
      const events = await say(
        piecesOf(known.sentence, { type: 'pause', pauseMs: 250 }, { type: 'flush', flush: 7 }, known.other, {
          type: 'flush',
          flush: 8,
        }),
      )
      const order = events.map((event) => event.type).filter((type, index, all) => type !== all[index - 1])
      expect(order.filter((type) => type !== 'word' && type !== 'audio')).toEqual([
        'text',
        'flushed',
        'text',
        'flushed',
      ])
      expect(events[0]).toEqual({ type: 'text', text: known.sentence })
      expect(spokenOnly(events, 'text').map(({ text }) => text)).toEqual([known.sentence, known.other])
      expect(spokenOnly(events, 'flushed').map(({ flush }) => flush)).toEqual([7, 8])
      let clockMs = 0
      for (const { frame } of spokenOnly(events, 'audio')) {
        expect(frame.sampleRate).toBe(engine.sampleRate)
        expect(frame.startMs).toBeCloseTo(clockMs, 3)
        expect(durationMs(frame)).toBeLessThanOrEqual(200)
        clockMs = endMs(frame)
      }
      const first = events.findIndex((event) => event.type === 'flushed')
      const alone = lengthMs(await say(piecesOf(known.sentence)))
      expect(lengthMs(events.slice(0, first))).toBeCloseTo(alone + 250, 0)
      expect(events.at(-1)).toEqual({ type: 'flushed', flush: 8 })
    })

    it('makes sound that stays in bounds', async () => {
      const { samples } = audioOf(await say(piecesOf(known.sentence)), engine.sampleRate)
      let peak = 0
      for (const sample of samples) peak = Math.max(peak, Math.abs(sample))
      expect(peak).toBeGreaterThan(0.05)
      expect(peak).toBeLessThanOrEqual(1)
    })

    it('tells every word, in order, inside the audio, before the audio in which it ends', async () => {
      const text = `${known.sentence} ${known.other}`
      const events = await say(piecesOf(known.sentence, ` ${known.other}`))
      const total = lengthMs(events)
      const words = spokenOnly(events, 'word')
      expect(words.map((word) => word.text)).toEqual(text.match(/[\p{L}\p{N}']+/gu))
      let previous = 0
      for (const word of words) {
        expect(text.slice(word.from, word.to)).toBe(word.text)
        expect(word.startMs).toBeGreaterThanOrEqual(previous)
        expect(word.endMs).toBeGreaterThan(word.startMs)
        expect(word.endMs).toBeLessThanOrEqual(total)
        previous = word.endMs - 0.001
        for (const phone of word.phones ?? []) {
          expect(phone.startMs).toBeGreaterThanOrEqual(word.startMs)
          expect(phone.endMs).toBeLessThanOrEqual(word.endMs)
        }
      }
      let heardMs = 0
      for (const event of events) {
        if (event.type === 'audio') heardMs = endMs(event.frame)
        else if (event.type === 'word') expect(event.endMs).toBeGreaterThanOrEqual(heardMs)
      }
    })

    it('speaks the first piece before it is given the second', async () => {
      const pieces = new Queue<Piece>(10)
      pieces.push({ type: 'text', text: known.sentence })
      const kinds: string[] = []
      for await (const event of engine.speak(pieces, { ...idle(), ...voice })) {
        if (event.type === 'audio' && !kinds.includes('audio')) {
          pieces.push({ type: 'text', text: known.other })
          pieces.close()
        }
        kinds.push(event.type === 'text' ? event.text : event.type)
      }
      expect(kinds.indexOf('audio')).toBeLessThan(kinds.indexOf(known.other))
      expect(kinds.slice(kinds.indexOf(known.other))).toContain('audio')
    })

    it('says nothing when there is nothing to say, and fails at none of it', async () => {
      expect(await say(piecesOf())).toEqual([])
      const silent = ['', ' \n\t ', '...', '😀 🎉 ✨', '— “” ?!', '\u0000\u001b', '\ud800']
      const events = await say(piecesOf(...silent, { type: 'flush', flush: 1 }))
      expect(spokenOnly(events, 'text').map(({ text }) => text)).toEqual(silent)
      expect(spokenOnly(events, 'audio')).toEqual([])
      expect(events.at(-1)).toEqual({ type: 'flushed', flush: 1 })
    })

    it.each(Object.entries(hostile))('takes %s', async (_, text) => {
      const events = await say(piecesOf(text, known.sentence), { speed: 2 })
      expect(spokenOnly(events, 'text').map((event) => event.text)).toEqual([text, known.sentence])
      const words = spokenOnly(events, 'word')
      for (const word of words) expect(word.to).toBeLessThanOrEqual(text.length + known.sentence.length)
      // What came before took nothing from what follows.
      const after = words.filter(({ from }) => from >= text.length).map((word) => word.text)
      expect(after).toEqual(known.sentence.match(/[\p{L}\p{N}']+/gu))
      expect(lengthMs(events)).toBeLessThan(120_000)
    })

    it.each([
      ['a text of 100,000 characters', `${known.sentence} `.repeat(Math.ceil(100_000 / known.sentence.length))],
      ['a word of 100,000 characters', 'abracadabra'.repeat(9091)],
      ['100,000 brackets and quotes', '<"([{'.repeat(20_000)],
    ])('begins to speak %s without reading all of it first', async (_, text) => {
      const heard: AudioFrame[] = []
      for await (const event of engine.speak(piecesOf(text), { ...idle(), ...voice, speed: 2 })) {
        if (event.type === 'audio') heard.push(event.frame)
        if (heard.length === 50) break
      }
      expect(heard.length).toBe(text.includes('a') ? 50 : 0)
    })

    it('speaks slower and faster when told so', async () => {
      const length = async (speed: number): Promise<number> => lengthMs(await say(piecesOf(known.sentence), { speed }))
      const [slow, normal, fast] = [await length(0.7), await length(1), await length(1.6)]
      expect(slow).toBeGreaterThan(normal * 1.2)
      expect(fast).toBeLessThan(normal * 0.85)
      for (const odd of [0, -1, Number.NaN, 1e9]) expect(await length(odd)).toBeGreaterThan(0)
    })

    it('makes a sound or passes it over, and goes on', async () => {
      const events = await say(piecesOf({ type: 'sound', sound: 'sigh' }, known.sentence, { type: 'flush', flush: 1 }))
      expect(spokenOnly(events, 'text').map(({ text }) => text)).toEqual([known.sentence])
      expect(events.at(-1)).toEqual({ type: 'flushed', flush: 1 })
      const unknown = await say(piecesOf({ type: 'sound', sound: 'beatbox' }))
      expect(unknown).toEqual([])
    })

    it('speaks with its first voice when it knows no such voice', async () => {
      const first = { voice: engine.voices[0]!.id }
      const [wanted, unknown] = [
        await say(piecesOf(known.sentence), first),
        await say(piecesOf(known.sentence), { voice: 'nobody' }),
      ]
      expect(unknown).toEqual(wanted)
    })

    it('does not mix speeches that are spoken at the same time', async () => {
      const alone = [await say(piecesOf(known.sentence)), await say(piecesOf(known.other))]
      const together = await Promise.all(
        Array.from({ length: 6 }, (_, index) => say(piecesOf(index % 2 === 0 ? known.sentence : known.other))),
      )
      for (const [index, events] of together.entries()) expect(events).toEqual(alone[index % 2])
    })

    /** Whether what is still to come ends before a timer of 20 ms does. */
    const endsFirst = (events: AsyncIterator<SpeechEvent>): Promise<string> => {
      const rest = async (): Promise<string> => {
        while (!(await events.next()).done);
        return 'ended'
      }
      return Promise.race([rest(), new Promise<string>((resolve) => setTimeout(resolve, 20, 'late'))])
    }

    it('ends at once when it is cancelled while a text is being made into sound', async () => {
      const cancel = new AbortController()
      const long = `${known.sentence} `.repeat(20)
      const events = engine
        .speak(piecesOf(known.sentence, long), { ...idle(), ...voice, signal: cancel.signal })
        [Symbol.asyncIterator]()
      for (let next = await events.next(); next.value.type !== 'audio'; ) next = await events.next()
      cancel.abort()
      expect(await endsFirst(events)).toBe('ended')
      expect(lengthMs(await say(piecesOf(known.sentence)))).toBeGreaterThan(0)
    })

    it('ends at once when it is cancelled while it waits for text', async () => {
      const cancel = new AbortController()
      const pieces = new Queue<Piece>(10)
      const events = engine.speak(pieces, { ...idle(), ...voice, signal: cancel.signal })[Symbol.asyncIterator]()
      const rest = endsFirst(events)
      cancel.abort()
      expect(await rest).toBe('ended')
    })

    it('does nothing for work that was cancelled before', async () => {
      expect(await say(piecesOf(known.sentence), { signal: AbortSignal.abort() })).toEqual([])
    })

    it('lets go of its input when its reader leaves', async () => {
      let released = false
      const endless = async function* (): AsyncGenerator<Piece> {
        try {
          for (;;) yield { type: 'text', text: known.sentence }
        } finally {
          released = true
        }
      }
      for await (const event of engine.speak(endless(), { ...idle(), ...voice })) if (event.type === 'audio') break
      expect(released).toBe(true)
    })
  })
}
