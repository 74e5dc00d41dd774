/** A recognizer behind a noise suppressor, whatever the suppressor does. */
import { expect, it } from 'vitest'
import type { AudioFrame } from '../audio/frame.ts'
import type { AudioInput } from '../engines/engine.ts'
import type { NoiseSuppressor } from '../engines/noise-suppressor.ts'
import type { SpeechToText } from '../engines/speech-to-text.ts'
import { VoiceError } from '../errors.ts'
import { type Log, silentLog } from '../log.ts'
import { withNoiseSuppression } from './noise-suppression.ts'

const frame = (startMs: number, values: readonly number[]): AudioFrame => ({
  samples: Float32Array.from(values),
  sampleRate: 1000,
  startMs,
})

/** Says what it was given. */
const listing = (given: unknown[]): SpeechToText => ({
  sampleRate: 1000,
  card: { name: 'List' },
  async *transcribe(audio) {
    for await (const item of audio)
      given.push('samples' in item ? [item.startMs, ...item.samples.map((sample) => Math.round(sample))] : item)
  },
})

/** Halves what it is given and holds one sample back, until it fails after so many items. */
const halving = (items: number): NoiseSuppressor => ({
  card: { name: 'Half' },
  latencyMs: 1,
  async *suppress(audio) {
    let left = items
    let held: AudioFrame | undefined
    const give = function* (samples: Float32Array): Generator<AudioInput> {
      if (held && samples.length > 0) yield { ...held, samples: samples.map((sample) => sample / 2) }
      held = undefined
    }
    for await (const item of audio) {
      left -= 1
      if (left < 0) throw new VoiceError('provider_failed', 'No more.')
      if ('samples' in item) {
        if (held) yield* give(held.samples)
        const last = item.samples.length - 1
        yield { ...item, samples: item.samples.slice(0, last).map((sample) => sample / 2) }
        held = { ...item, samples: item.samples.slice(last), startMs: item.startMs + last }
        continue
      }
      if ('flush' in item && held) yield* give(held.samples)
      yield item
    }
    if (held) yield* give(held.samples)
  },
})

const heard = async (suppressor: NoiseSuppressor, log: Log = silentLog): Promise<unknown[]> => {
  const given: unknown[] = []
  async function* audio(): AsyncGenerator<AudioInput> {
    yield frame(0, [2, 4, 6])
    yield { pause: 'begun' }
    yield frame(3, [8, 10])
    yield { flush: 1 }
    yield frame(9, [12, 14])
  }
  const engine = withNoiseSuppression(listing(given), suppressor, 1)
  for await (const _ of engine.transcribe(audio(), { signal: new AbortController().signal, log }));
  return given
}

it('hears what the suppressor makes of the audio, with the markers', async () => {
  expect(await heard(halving(100))).toEqual([
    [0, 1, 2],
    { pause: 'begun' },
    [2, 3],
    [3, 4],
    [4, 5],
    { flush: 1 },
    [9, 6],
    [10, 7],
  ])
})

it('goes on with the plain audio from the sample at which a suppressor fails', async () => {
  const warned: string[] = []
  const log: Log = { ...silentLog, warn: (_, message) => warned.push(message) }
  expect(await heard(halving(0), log)).toEqual([
    [0, 2, 4, 6],
    { pause: 'begun' },
    [3, 8, 10],
    { flush: 1 },
    [9, 12, 14],
  ])
  expect(await heard(halving(1), log)).toEqual([
    [0, 1, 2],
    [2, 6],
    { pause: 'begun' },
    [3, 8, 10],
    { flush: 1 },
    [9, 12, 14],
  ])
  expect(await heard(halving(3), log)).toEqual([
    [0, 1, 2],
    { pause: 'begun' },
    [2, 3],
    [3, 4],
    [4, 10],
    { flush: 1 },
    [9, 12, 14],
  ])
  expect(warned).toEqual(Array(3).fill('noise suppression failed'))
})

it('fails where its input fails', async () => {
  async function* failing(): AsyncGenerator<AudioInput> {
    yield frame(0, [2])
    throw new VoiceError('invalid_request', 'No audio.')
  }
  const engine = withNoiseSuppression(listing([]), halving(100), 1)
  const run = async () => {
    for await (const _ of engine.transcribe(failing(), { signal: new AbortController().signal, log: silentLog }));
  }
  await expect(run()).rejects.toThrow('No audio.')
})
