/** Replies that come back as echoes, with somebody who speaks over them and without. */
import { beforeAll, describe, expect, it } from 'vitest'
import { echoOf, type Way } from '../../test/support/echoes.ts'
import { synthesize } from '../../test/support/flite.ts'
import { resampled } from '../audio/resample.ts'
import { EchoDetector, echoSampleRate } from './echo.ts'

const stepMs = 16
/** Sound so much quieter than its average, or as quiet as the microphone's own noise, is no speech to anyone. */
const quiet = 0.15
const noiseLevel = 0.001

let reply: Float32Array
let user: Float32Array

/** Speech at −23 dB, half a second of silence before it. */
const said = async (text: string, voice: 'slt' | 'rms'): Promise<Float32Array> => {
  const spoken = resampled((await synthesize(text, voice)).samples, 16_000, echoSampleRate)
  const gain = 0.07 / Math.sqrt(spoken.reduce((sum, sample) => sum + sample * sample, 0) / spoken.length)
  const samples = new Float32Array(echoSampleRate / 2 + spoken.length)
  samples.set(
    spoken.map((sample) => sample * gain),
    echoSampleRate / 2,
  )
  return samples
}

beforeAll(async () => {
  const text =
    'There are three trains this morning, and the next one leaves at ten. Shall I book you a seat by the window?'
  reply = await said(text, 'slt')
  user = await said('No, wait, I would rather travel in the afternoon.', 'rms')
})

/** The longest run of steps, in ms, in which the input sounds and is not taken for an echo; and when there have been 100 ms of such. */
const heard = (input: Float32Array, played: Float32Array) => {
  const detector = new EchoDetector()
  const step = (echoSampleRate * stepMs) / 1000
  const level = Math.sqrt(input.reduce((sum, sample) => sum + sample * sample, 0) / input.length)
  let [run, longest, all] = [0, 0, 0]
  let opensMs: number | undefined
  for (let at = 0; at + step <= input.length; at += step) {
    const samples = input.subarray(at, at + step)
    const [isEcho] = detector.push(samples, played.subarray(at, at + step))
    const loud =
      Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / step) > Math.max(quiet * level, noiseLevel)
    const counts = loud && !isEcho
    run = counts ? run + stepMs : 0
    if (counts) all += stepMs
    longest = Math.max(longest, run)
    if (all >= 100) opensMs ??= (at / echoSampleRate) * 1000 + stepMs
  }
  return { longest, opensMs }
}

const ways: readonly Way[] = [
  { delayMs: 20, gainDb: -6 },
  { delayMs: 60, gainDb: -30, roomMs: 80 },
  { delayMs: 110, gainDb: -12, roomMs: 120, g711: true },
  { delayMs: 250, gainDb: -20, roomMs: 80, g711: true },
  { delayMs: 400, gainDb: -6, roomMs: 120 },
  { delayMs: 800, gainDb: -18 },
]

describe('an echo', () => {
  it.each(ways)('is told from speech: %o', (way) => {
    const input = echoOf(reply, echoSampleRate, way)
    expect(heard(input, reply).longest).toBeLessThan(100)
    // It is not that nothing would be heard.
    expect(heard(input, new Float32Array(reply.length)).longest).toBeGreaterThan(300)
  })

  it.each(ways.slice(0, 4))('does not hide who speaks over it: %o', (way) => {
    for (const atMs of [700, 1500]) {
      const over = new Float32Array(reply.length)
      over.set(user.subarray(0, over.length - atMs * 8), atMs * 8)
      const silence = new Float32Array(reply.length)
      const alone = echoOf(silence, echoSampleRate, way, over)
      const unguardedMs = heard(alone, silence).opensMs!
      expect(heard(alone, reply).opensMs! - unguardedMs).toBeLessThan(300)
      // An echo as loud as the user hides more.
      const limitMs = way.gainDb > -12 ? 600 : 300
      expect(heard(echoOf(reply, echoSampleRate, way, over), reply).opensMs! - unguardedMs).toBeLessThan(limitMs)
    }
  })
})

it('says nothing of audio that nothing was played beside', () => {
  const verdicts = new EchoDetector().push(user, new Float32Array(user.length))
  expect(verdicts).toHaveLength(Math.floor(user.length / 128))
  expect(verdicts.every((isEcho) => !isEcho)).toBe(true)
})

it('says the same however the audio is cut', () => {
  const input = echoOf(reply, echoSampleRate, { delayMs: 110, gainDb: -12 })
  const whole = new EchoDetector().push(input, reply)
  const detector = new EchoDetector()
  const parts: boolean[] = []
  for (let at = 0; at < input.length; at += 77)
    parts.push(...detector.push(input.subarray(at, at + 77), reply.subarray(at, at + 77)))
  expect(parts).toEqual(whole)
})
