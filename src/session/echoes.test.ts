/** Replies that come back through the microphone, up to the gate: with the guard and the voice activity that ship. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { echoOf, type Way } from '../../test/support/echoes.ts'
import { scriptedRecognizer } from '../../test/support/engines.ts'
import { synthesize } from '../../test/support/flite.ts'
import type { AudioFrame } from '../audio/frame.ts'
import { joined } from '../audio/joined.ts'
import { resampled } from '../audio/resample.ts'
import type { SessionEvent } from '../conversation/events.ts'
import type { EchoGuard } from '../engines/echo-guard.ts'
import type { VoiceActivity } from '../engines/voice-activity.ts'
import { VoiceError } from '../errors.ts'
import { listen } from '../listening/listen.ts'
import { defaultGate, defaultTurns, type EchoMark } from '../listening/settings.ts'
import { silentLog } from '../log.ts'
import echo from '../providers/echo/index.ts'
import silero from '../providers/silero/index.ts'
import { Echoes } from './echoes.ts'

const [replyRate, inputRate] = [24_000, 8000]
const stepMs = 20
const { signal } = new AbortController()
const surroundings = { log: silentLog, cacheDir: '' }
let guard: EchoGuard
let voiceActivity: VoiceActivity
let reply: Float32Array
let user: Float32Array

const said = async (text: string, voice: 'slt' | 'rms'): Promise<Float32Array> =>
  (await synthesize(text, voice)).samples

beforeAll(async () => {
  guard = await echo.echoGuard!('', {}, surroundings)
  voiceActivity = await silero.voiceActivity!('v6', {}, surroundings)
  reply = await said('There are three trains this morning, and the next one leaves at ten.', 'slt')
  user = resampled(await said('No, wait, I would rather travel in the afternoon.', 'rms'), 16_000, inputRate)
})
afterAll(async () => {
  await guard?.close?.()
  await voiceActivity?.close?.()
})

const frameAt = (samples: Float32Array, sampleRate: number, startMs: number): AudioFrame => {
  const at = (startMs * sampleRate) / 1000
  return { samples: samples.slice(at, at + (stepMs * sampleRate) / 1000), sampleRate, startMs }
}

/** The first 500 ms without a reply, then what it says, then a second more. */
const inputOf = (way: Way, userAtMs?: number): Float32Array => {
  const played = new Float32Array((1500 * inputRate) / 1000 + Math.ceil(reply.length / 2))
  played.set(resampled(reply, 16_000, inputRate), inputRate / 2)
  const beside = new Float32Array(played.length)
  if (userAtMs !== undefined) beside.set(user.subarray(0, played.length - userAtMs * 8), userAtMs * 8)
  return echoOf(played, inputRate, way, beside)
}

const audioEvent = (frame: AudioFrame): SessionEvent => ({
  type: 'reply.audio',
  replyId: 'r',
  itemId: 'i',
  index: 0,
  partIndex: 0,
  frame,
})

/** A session's input at the pace of time, the reply played from 500 ms on: `step` by step, or as soon as it is there. */
async function* scene(
  echoes: Echoes,
  input: Float32Array,
  paced: boolean,
  tick: () => void,
): AsyncGenerator<AudioFrame> {
  const spoken = resampled(reply, 16_000, replyRate)
  const replyMs = (spoken.length * 1000) / replyRate
  for (let atMs = 0; atMs * (inputRate / 1000) < input.length; atMs += stepMs) {
    if (paced && atMs >= 500 && atMs - 500 < replyMs) echoes.play(frameAt(spoken, replyRate, atMs - 500))
    if (!paced && atMs === 500)
      for (let ms = 0; ms < replyMs; ms += stepMs) echoes.see(audioEvent(frameAt(spoken, replyRate, ms)))
    tick()
    echoes.received(atMs + stepMs)
    yield frameAt(input, inputRate, atMs)
  }
}

/** Where speech is found to begin: the place of the audio at which it is told. */
const starts = async (
  input: Float32Array,
  { paced = true, guarded = true }: { readonly paced?: boolean; readonly guarded?: boolean } = {},
): Promise<readonly number[]> => {
  let now = 1000
  let heardMs = 0
  const parts = { guard: Promise.resolve(guarded ? guard : undefined), log: silentLog, now: () => now }
  const echoes = new Echoes(parts)
  await parts.guard
  const audio = scene(echoes, input, paced, () => {
    now += stepMs
    heardMs += stepMs
  })
  const found: number[] = []
  const settings = {
    engines: { speechToText: scriptedRecognizer(), voiceActivity },
    gate: defaultGate,
    turns: { ...defaultTurns, confidence: 0 },
    languages: [],
    terms: [],
    partials: false,
    finalBudgetMs: 0,
    alternatives: 0,
  }
  for await (const heard of listen(echoes.marked(audio, signal), { ...settings, signal, log: silentLog }))
    if (heard.type === 'speech.started') found.push(heard.startMs)
  expect(heardMs).toBeGreaterThan(3000)
  return found
}

const ways: readonly Way[] = [
  { delayMs: 40, gainDb: -10, roomMs: 60 },
  { delayMs: 180, gainDb: -18, roomMs: 100, g711: true },
  { delayMs: 400, gainDb: -28 },
]

describe('a reply that comes back through the microphone', () => {
  it.each(ways)('starts no speech: %o', async (way) => {
    const input = inputOf(way)
    expect(await starts(input, { guarded: false })).not.toEqual([])
    expect(await starts(input)).toEqual([])
    expect(await starts(input, { paced: false })).toEqual([])
  })

  it('leaves the user heard who speaks over it, soon', async () => {
    const [alone] = await starts(inputOf({ delayMs: 0, gainDb: -200 }, 1700), { guarded: false })
    for (const way of ways) {
      const [first] = await starts(inputOf(way, 1700))
      expect(first! - alone!).toBeGreaterThanOrEqual(-32)
      expect(first! - alone!).toBeLessThanOrEqual(300)
    }
  })
})

/** What comes out of a stretch of input of which a guard says this, frame by frame. */
const marked = async (guard: EchoGuard, frames: readonly (AudioFrame | { readonly mark: number })[]) => {
  let now = 0
  const echoes = new Echoes({ guard: Promise.resolve(guard), log: silentLog, now: () => now })
  await Promise.resolve()
  echoes.received(0)
  echoes.play({ samples: new Float32Array(8000).fill(0.5), sampleRate: 8000, startMs: 0 })
  async function* input() {
    for (const frame of frames) {
      now += 20
      yield frame
    }
  }
  const out: (AudioFrame | EchoMark | { readonly mark: number })[] = []
  for await (const item of echoes.marked(input(), signal)) out.push(item)
  return out
}

const scripted = (answer: (index: number) => readonly boolean[]): EchoGuard => ({
  sampleRate: 8000,
  card: { name: 'Script' },
  async *detect(audio) {
    let index = 0
    for await (const _ of audio) yield answer(index++)
  },
})
const ramp = (length: number, startMs: number): AudioFrame => ({
  samples: Float32Array.from({ length }, (_, at) => at + startMs),
  sampleRate: 16_000,
  startMs,
})
const samplesOf = (items: readonly object[]): Float32Array =>
  joined(
    Float32Array,
    items.flatMap((item) => ('samples' in item ? [item.samples as Float32Array] : [])),
  )

describe('marks of echoes', () => {
  it('stand at their place in the audio, none of which is lost', async () => {
    const frames = [ramp(320, 0), { mark: 7 }, ramp(640, 20), ramp(320, 60)]
    const answers = [[false], [false, true, true, false], [false]]
    const out = await marked(
      scripted((index) => answers[index]!),
      frames,
    )
    expect(out.map((item) => ('samples' in item ? item.startMs : item))).toEqual([
      0,
      { mark: 7 },
      20,
      { echo: true },
      30,
      40,
      { echo: false },
      50,
      60,
    ])
    expect(samplesOf(out)).toEqual(samplesOf(frames))
  })

  it('end with a guard that fails, and the audio goes on', async () => {
    const frames = [ramp(320, 0), ramp(320, 20), ramp(320, 40)]
    const failing = scripted((index) => {
      if (index > 0) throw new VoiceError('provider_failed', 'The guard is gone.')
      return [true]
    })
    const out = await marked(failing, frames)
    expect(out.filter((item) => 'echo' in item)).toEqual([{ echo: true }, { echo: false }])
    expect(samplesOf(out)).toEqual(samplesOf(frames))
  })
})
