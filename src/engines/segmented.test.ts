/** Tests of whole-utterance recognizers as streaming ones, with a recognizer that tells what it was given. */
import { describe, expect, it } from 'vitest'
import { silentLog } from '../log.ts'
import type { AudioInput } from './engine.ts'
import { type Piece, transcribeSegmented, type WholeRecognizer } from './segmented.ts'
import type { TranscriptEvent } from './speech-to-text.ts'

const sampleRate = 1000

const frame = (startMs: number, ms: number, loudness = 0.5): AudioInput => ({
  samples: new Float32Array(ms).fill(loudness),
  sampleRate,
  startMs,
})

interface Asked {
  readonly startMs: number
  readonly ms: number
  readonly dropped: () => boolean
}

const recognizer = (asked: Asked[], answer?: () => Promise<Piece>): WholeRecognizer => ({
  sampleRate,
  maxMs: 900,
  recognize: async ({ samples, startMs }, { signal }) => {
    asked.push({ startMs, ms: samples.length, dropped: () => signal.aborted })
    if (answer) return answer()
    const endMs = startMs + samples.length
    return { text: `${startMs}-${endMs}`, words: [{ text: `${startMs}-${endMs}`, startMs, endMs }], language: 'en' }
  },
})

async function* inputs(...items: readonly AudioInput[]): AsyncGenerator<AudioInput> {
  yield* items
}

const run = async (asked: Asked[], ...items: readonly AudioInput[]): Promise<TranscriptEvent[]> => {
  const events: TranscriptEvent[] = []
  const options = { signal: new AbortController().signal, log: silentLog }
  for await (const event of transcribeSegmented(inputs(...items), options, recognizer(asked))) events.push(event)
  return events
}

describe('a recognizer of whole utterances', () => {
  it('gives one final per flush, and a last one for audio that no flush followed', async () => {
    const events = await run([], frame(0, 100), frame(100, 100), { flush: 1 }, { flush: 2 }, frame(200, 50))
    expect(
      events.map((event) => (event.type === 'final' ? [event.text, event.startMs, event.endMs] : event.type)),
    ).toEqual([['0-200', 0, 200], 'flushed', ['', 200, 200], 'flushed', ['200-250', 200, 250]])
  })

  it('is asked at a pause, and not again when a flush follows', async () => {
    const asked: Asked[] = []
    const events = await run(asked, frame(0, 100), { pause: 'begun' }, frame(100, 100, 0), { flush: 1 })
    expect(asked).toMatchObject([{ startMs: 0, ms: 100 }])
    expect(events[0]).toMatchObject({ type: 'final', text: '0-100', endMs: 200 })
  })

  it('is asked anew when speech went on after the pause', async () => {
    const asked: Asked[] = []
    const events = await run(asked, frame(0, 100), { pause: 'begun' }, frame(100, 100), { pause: 'over' }, { flush: 1 })
    expect(asked.map((one) => [one.ms, one.dropped()])).toEqual([
      [100, true],
      [200, false],
    ])
    expect(events[0]).toMatchObject({ type: 'final', text: '0-200' })
  })

  it('is given long speech in pieces, cut where it is quiet', async () => {
    const asked: Asked[] = []
    const long = [frame(0, 700), frame(700, 100, 0), frame(800, 200), frame(1000, 300)]
    const events = await run(asked, ...long, { flush: 1 })
    const cut = asked[1]?.startMs ?? 0
    expect(cut).toBeGreaterThan(700)
    expect(cut).toBeLessThan(800)
    expect(asked.map((one) => one.ms)).toEqual([cut, 1300 - cut])
    expect(events[0]).toMatchObject({ text: `0-${cut} ${cut}-1300`, startMs: 0, endMs: 1300, language: 'en' })
    expect(events[0]).toHaveProperty('words.length', 2)
  })

  it('is let go when the work is no longer wanted, even while it thinks', async () => {
    const asked: Asked[] = []
    const stop = new AbortController()
    const never = recognizer(asked, () => new Promise(() => {}))
    const options = { signal: stop.signal, log: silentLog }
    const events = transcribeSegmented(inputs(frame(0, 100), { flush: 1 }), options, never)
    const next = events.next()
    setImmediate(() => stop.abort())
    expect(await next).toEqual({ done: true, value: undefined })
    expect(asked[0]?.dropped()).toBe(true)
  })

  it('fails the transcript when it fails', async () => {
    const failing = recognizer([], () => Promise.reject(new Error('broken')))
    const options = { signal: new AbortController().signal, log: silentLog }
    await expect(transcribeSegmented(inputs(frame(0, 100), { flush: 1 }), options, failing).next()).rejects.toThrow(
      'broken',
    )
  })
})
