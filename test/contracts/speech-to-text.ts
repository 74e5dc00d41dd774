/** What every recognizer promises, as tests: run for each engine with speech whose words are known. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type AudioFrame, endMs } from '../../src/audio/frame.ts'
import type { AudioInput } from '../../src/engines/engine.ts'
import type { SpeechToText, TranscribeOptions, TranscriptEvent } from '../../src/engines/speech-to-text.ts'
import { silentLog } from '../../src/log.ts'
import { Queue } from '../../src/streams/queue.ts'

/** Speech at the engine's rate, in frames as they would stream, and what is said in it. */
export interface KnownSpeech {
  readonly frames: readonly AudioFrame[]
  /** In lower case, without punctuation. At least half of its words must be heard. */
  readonly text: string
}

/** Audio in frames of 100 ms, on an audio clock that begins at `startMs`. */
export const asFrames = (audio: AudioFrame, startMs = audio.startMs): AudioFrame[] => {
  const size = audio.sampleRate / 10
  const count = Math.ceil(audio.samples.length / size)
  return Array.from({ length: count }, (_, index) => ({
    samples: audio.samples.slice(index * size, (index + 1) * size),
    sampleRate: audio.sampleRate,
    startMs: startMs + index * 100,
  }))
}

/** An input that is there from the start. */
export async function* inputOf(...inputs: readonly AudioInput[]): AsyncGenerator<AudioInput> {
  yield* inputs
}

const idle = (): TranscribeOptions => ({ signal: new AbortController().signal, log: silentLog })

/** All that an engine says to an input. */
export const hear = async (
  engine: SpeechToText,
  audio: AsyncIterable<AudioInput>,
  options: Partial<TranscribeOptions> = {},
): Promise<TranscriptEvent[]> => {
  const events: TranscriptEvent[] = []
  for await (const event of engine.transcribe(audio, { ...idle(), ...options })) events.push(event)
  return events
}

type Kind<Type extends TranscriptEvent['type']> = Extract<TranscriptEvent, { type: Type }>

/** Events of one type. */
export const only = <Type extends TranscriptEvent['type']>(events: readonly TranscriptEvent[], type: Type) =>
  events.filter((event): event is Kind<Type> => event.type === type)

const wordsIn = (text: string): string[] =>
  text
    .toLowerCase()
    .split(/[^\p{L}\p{N}']+/u)
    .filter(Boolean)

/** Share of the known words that are among those heard. */
export const shareHeard = (known: string, heard: string): number => {
  const found = new Set(wordsIn(heard))
  const wanted = wordsIn(known)
  return wanted.filter((word) => found.has(word)).length / wanted.length
}

/** Registers the tests. `open` and `speech` are called once, when the tests run. */
export const speechToTextContract = (
  name: string,
  open: () => Promise<SpeechToText>,
  speech: () => Promise<KnownSpeech>,
): void => {
  describe(`${name} keeps the contract of speech-to-text`, () => {
    let engine: SpeechToText
    let known: KnownSpeech
    /** What is heard of the speech a minute into a stream. Several tests look at one hearing, for a hearing is dear. */
    let later: readonly TranscriptEvent[]
    const laterMs = 60_000

    beforeAll(async () => {
      known = await speech()
      engine = await open()
      const frames = known.frames.map((frame) => ({ ...frame, startMs: frame.startMs + laterMs }))
      later = await hear(engine, inputOf(...frames, { flush: 7 }))
    })
    afterAll(() => engine?.close?.())

    it('answers a flush with one final and then flushed, and hears the words', () => {
      expect(later.slice(-2).map(({ type }) => type)).toEqual(['final', 'flushed'])
      expect(later.at(-1)).toEqual({ type: 'flushed', flush: 7 })
      const finals = only(later, 'final')
      expect(finals).toHaveLength(1)
      expect(shareHeard(known.text, finals[0]!.text)).toBeGreaterThanOrEqual(0.5)
    })

    it('gives a last final when the audio ends without a flush', async () => {
      const finals = only(await hear(engine, inputOf(...known.frames)), 'final')
      expect(finals).toHaveLength(1)
      expect(shareHeard(known.text, finals[0]!.text)).toBeGreaterThanOrEqual(0.5)
    })

    it('places words in order, inside their segment, on the clock of the audio', () => {
      const [final] = only(later, 'final')
      expect(final!.startMs).toBe(laterMs)
      expect(final!.endMs).toBeCloseTo(laterMs + endMs(known.frames.at(-1)!))
      let previous = final!.startMs
      for (const word of final!.words) {
        expect(word.startMs).toBeGreaterThanOrEqual(previous)
        expect(word.endMs).toBeGreaterThan(word.startMs)
        previous = word.startMs
        if (word.confidence !== undefined) {
          expect(word.confidence).toBeGreaterThanOrEqual(0)
          expect(word.confidence).toBeLessThanOrEqual(1)
        }
      }
      expect(final!.words.at(-1)?.endMs).toBeLessThanOrEqual(final!.endMs + 50)
    })

    it('keeps in every later partial what a partial marked as stable', () => {
      let promised = ''
      for (const { text, stable } of only(later, 'partial')) {
        expect(text.startsWith(promised)).toBe(true)
        expect(stable).toBeGreaterThanOrEqual(promised.length)
        expect(stable).toBeLessThanOrEqual(text.length)
        promised = text.slice(0, stable)
      }
    })

    it('gives no partials when nobody reads them', async () => {
      const events = await hear(engine, inputOf(...known.frames, { flush: 1 }), { partials: false })
      expect(only(events, 'partial')).toEqual([])
      expect(only(events, 'final')).toHaveLength(1)
    })

    it('gives an empty final for a flush without audio', async () => {
      const events = await hear(engine, inputOf({ flush: 3 }))
      expect(events.map(({ type }) => type)).toEqual(['final', 'flushed'])
      expect(only(events, 'final')[0]).toMatchObject({ text: '', words: [] })
    })

    it('says nothing when there is nothing', async () => {
      expect(await hear(engine, inputOf())).toEqual([])
    })

    it('hears no words in silence', async () => {
      const silence = { samples: new Float32Array(2 * engine.sampleRate), sampleRate: engine.sampleRate, startMs: 0 }
      const events = await hear(engine, inputOf(...asFrames(silence), { flush: 1 }))
      expect(only(events, 'final').map(({ text }) => text)).toEqual([''])
    })

    it('takes one segment after another, each with its own final', async () => {
      const second = known.frames.map((frame) => ({ ...frame, startMs: frame.startMs + endMs(known.frames.at(-1)!) }))
      const events = await hear(engine, inputOf(...known.frames, { flush: 1 }, ...second, { flush: 2 }))
      const finals = only(events, 'final')
      expect(finals).toHaveLength(2)
      expect(only(events, 'flushed').map(({ flush }) => flush)).toEqual([1, 2])
      for (const { text } of finals) expect(shareHeard(known.text, text)).toBeGreaterThanOrEqual(0.5)
      expect(finals[1]!.startMs).toBeCloseTo(endMs(known.frames.at(-1)!))
    })

    it('takes the hints that speech pauses and goes on', async () => {
      const middle = Math.floor(known.frames.length / 2)
      const inputs: AudioInput[] = [
        ...known.frames.slice(0, middle),
        { pause: 'begun' },
        { pause: 'over' },
        ...known.frames.slice(middle),
        { pause: 'begun' },
        { flush: 1 },
      ]
      const finals = only(await hear(engine, inputOf(...inputs)), 'final')
      expect(finals).toHaveLength(1)
      expect(shareHeard(known.text, finals[0]!.text)).toBeGreaterThanOrEqual(0.5)
    })

    it('does not mix two streams that it hears at the same time', async () => {
      const silence = known.frames.map((frame) => ({ ...frame, samples: new Float32Array(frame.samples.length) }))
      const [spoken, silent] = await Promise.all([
        hear(engine, inputOf(...known.frames, { flush: 1 })),
        hear(engine, inputOf(...silence, { flush: 2 })),
      ])
      expect(shareHeard(known.text, only(spoken, 'final')[0]!.text)).toBeGreaterThanOrEqual(0.5)
      expect(only(silent, 'final')[0]!.text).toBe('')
      expect([...only(spoken, 'flushed'), ...only(silent, 'flushed')].map(({ flush }) => flush)).toEqual([1, 2])
    })

    it('ends when the work is cancelled, though its audio goes on', async () => {
      const cancel = new AbortController()
      const audio = new Queue<AudioInput>(1000)
      for (const frame of known.frames) audio.push(frame)
      const all = hear(engine, audio, { signal: cancel.signal })
      cancel.abort()
      expect(only(await all, 'final')).toEqual([])
    })

    it('does nothing for work that was cancelled before', async () => {
      expect(await hear(engine, inputOf(...known.frames, { flush: 1 }), { signal: AbortSignal.abort() })).toEqual([])
    })

    it('can be left in the middle', async () => {
      const audio = new Queue<AudioInput>(1000)
      for (const frame of known.frames) audio.push(frame)
      audio.push({ flush: 1 })
      for await (const event of engine.transcribe(audio, idle())) if (event.type === 'final') break
      expect(only(await hear(engine, inputOf({ flush: 2 })), 'flushed')).toHaveLength(1)
    })

    it('passes on the error of its input', async () => {
      const failing = async function* (): AsyncGenerator<AudioInput> {
        yield known.frames[0]!
        throw new Error('the line broke')
      }
      await expect(hear(engine, failing())).rejects.toThrow('the line broke')
    })
  })
}
