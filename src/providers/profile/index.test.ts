/** What the embedded profiler says of voices, made ones and real ones. */
import { existsSync, readFileSync } from 'node:fs'
import { afterAll, describe, expect, it } from 'vitest'
import { needs, shared } from '../../../test/support/needs.ts'
import type { AudioFrame } from '../../audio/frame.ts'
import { Resampler } from '../../audio/resample.ts'
import type { VoiceProfile } from '../../engines/voice-profiler.ts'
import { silentLog } from '../../log.ts'
import { decodeAudio } from '../../media/decode.ts'
import { createSignalProfiler } from './engine.ts'
import provider from './index.ts'

const profiler = createSignalProfiler()
afterAll(() => profiler.close?.())

const sampleRate = 16_000

const buzz = (hz: number, seconds: number): Float32Array =>
  Float32Array.from({ length: seconds * sampleRate }, (_, i) => {
    let x = 0
    for (let k = 1; k <= 8; k++) x += Math.sin((2 * Math.PI * k * hz * i) / sampleRate) / k
    return x * 0.2
  })

const hiss = (seconds: number): Float32Array => {
  let state = 7
  return Float32Array.from({ length: seconds * sampleRate }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0
    return (state / 2 ** 31) * 0.1
  })
}

async function* frames(samples: Float32Array, startMs = 0): AsyncGenerator<AudioFrame> {
  for (let at = 0; at < samples.length; at += 320)
    yield { samples: samples.slice(at, at + 320), sampleRate, startMs: startMs + at / 16 }
}

const profiles = async (audio: AsyncIterable<AudioFrame>, signal = new AbortController().signal) => {
  const all: VoiceProfile[] = []
  for await (const profile of profiler.profile(audio, { signal, log: silentLog })) all.push(profile)
  return all
}

const top = (profile: VoiceProfile | undefined, name: string): string | undefined =>
  profile?.traits.find((trait) => trait.name === name)?.labels[0]?.label

describe('profile/signal', () => {
  it.each([
    [95, 'low'],
    [130, 'low'],
    [185, 'mid'],
    [210, 'mid'],
    [290, 'high'],
    [380, 'high'],
  ])('calls a voice of %i Hz %s', async (hz, label) => {
    const all = await profiles(frames(buzz(hz, 2)))
    expect(all.length).toBeGreaterThanOrEqual(4)
    for (const profile of all) {
      expect(top(profile, 'pitch')).toBe(label)
      expect(top(profile, 'vocalStyle')).toBe('normal')
    }
  })

  it('gives confidences that sum to one, best first, and grow with the speech', async () => {
    const all = await profiles(frames(buzz(120, 5)))
    for (const { labels } of all.flatMap(({ traits }) => traits)) {
      expect(labels.reduce((sum, { confidence }) => sum + confidence, 0)).toBeCloseTo(1, 6)
      for (const [i, { confidence }] of labels.entries()) {
        expect(confidence).toBeGreaterThanOrEqual(0)
        expect(confidence).toBeLessThanOrEqual(labels[i - 1]?.confidence ?? 1)
      }
    }
    const sureness = all.map(({ traits }) => traits[0]!.labels[0]!.confidence)
    expect(sureness.at(-1)).toBeGreaterThan(sureness[0]!)
  })

  it('says nothing before half a second, then something every half second, then a last word', async () => {
    expect(await profiles(frames(buzz(120, 0.4)))).toEqual([])
    const all = await profiles(frames(buzz(120, 1.7), 3000))
    expect(all.map(({ startMs, endMs }) => [startMs, endMs])).toEqual([
      [3000, 3500],
      [3000, 4000],
      [3000, 4500],
      [3000, 4700],
    ])
  })

  it('tells the pitch from half a second on, also where it lies between two labels', async () => {
    const [first] = await profiles(frames(buzz(240, 1)))
    expect(first!.endMs - first!.startMs).toBe(500)
    expect(first!.traits.find(({ name }) => name === 'pitch')?.labels[0]?.confidence).toBeLessThan(0.75)
  })

  it('hears hissing without a voice as a whisper, without a pitch', async () => {
    const last = (await profiles(frames(hiss(3)))).at(-1)
    const names = last?.traits.map(({ name }) => name) ?? []
    for (const name of ['pitch', 'emotion', 'age', 'rate']) expect(names).not.toContain(name)
    expect(top(last, 'vocalStyle')).toBe('whispering')
  })

  it('says nothing of silence', async () => {
    expect(await profiles(frames(new Float32Array(32_000)))).toEqual([])
  })

  it('keeps streams apart', async () => {
    const both = await Promise.all([profiles(frames(buzz(100, 2))), profiles(frames(buzz(300, 2)))])
    expect(both.map((all) => top(all.at(-1), 'pitch'))).toEqual(['low', 'high'])
  })

  it('ends without an error when it is no longer wanted', async () => {
    const controller = new AbortController()
    const audio = async function* (): AsyncGenerator<AudioFrame> {
      for await (const frame of frames(buzz(100, 3))) {
        if (frame.startMs > 1200) controller.abort()
        if (controller.signal.aborted) return
        yield frame
      }
    }
    expect((await profiles(audio(), controller.signal)).length).toBeLessThanOrEqual(2)
  })

  it('knows no other model', () => {
    expect(() => provider.voiceProfiler!('nose', {}, { log: silentLog, cacheDir: '' })).toThrow(
      expect.objectContaining({ code: 'unknown_model' }),
    )
  })
})

const folder = new URL('../../../../shared/audio/', import.meta.url)
const present = existsSync(new URL('manifest.json', folder))

interface Clip {
  readonly file: string
  readonly category: string
  readonly style?: string
  readonly speaker?: string
  readonly age_group?: string
  readonly f0_median_hz?: number
}

/** The last profile of a clip. */
const heard = async (clip: Clip): Promise<VoiceProfile | undefined> => {
  const bytes = readFileSync(new URL(clip.file, folder))
  const audio = async function* (): AsyncGenerator<AudioFrame> {
    let resampler: Resampler | undefined
    let at = 0
    const format = { encoding: 'auto', sampleRate: 16_000, channels: 1 } as const
    const source = (async function* () {
      yield bytes
    })()
    for await (const frame of decodeAudio(source, { format, signal: new AbortController().signal })) {
      resampler ??= new Resampler(frame.sampleRate, sampleRate)
      const samples = resampler.push(frame.samples)
      yield { samples, sampleRate, startMs: at / 16 }
      at += samples.length
    }
  }
  return (await profiles(audio())).at(-1)
}

/** A few are enough for a test; the bench takes all. */
const someOf = (all: readonly Clip[], step = 8): Clip[] => all.filter((_, i) => i % step === 0)

describe('profile/signal on the shared clips', () => {
  needs(shared)
  const clips: readonly Clip[] = present ? JSON.parse(readFileSync(new URL('manifest.json', folder), 'utf8')).clips : []

  it('tells every whisper from the voices', async () => {
    const whispers = clips.filter(({ style }) => style === 'whisper')
    expect(whispers.length).toBeGreaterThan(0)
    for (const clip of whispers) expect(top(await heard(clip), 'vocalStyle'), clip.file).toBe('whispering')
    const voices = someOf(clips.filter((clip) => ['accent', 'age', 'telephony'].includes(clip.category)))
    for (const clip of voices) expect(top(await heard(clip), 'vocalStyle'), clip.file).toBe('normal')
  })

  it('calls the pitch what the measured median says, in 9 of 10 clips', async () => {
    const kinds = ['accent', 'age', 'language']
    const voices = someOf(
      clips.filter(({ category, f0_median_hz }) => kinds.includes(category) && f0_median_hz),
      4,
    )
    let right = 0
    for (const clip of voices) {
      const hz = clip.f0_median_hz as number
      if (top(await heard(clip), 'pitch') === (hz < 155 ? 'low' : hz < 240 ? 'mid' : 'high')) right += 1
    }
    expect(right / voices.length).toBeGreaterThan(0.9)
  })

  it('hears raised voices while they speak, in most of the clips', async () => {
    const raised = clips.filter(({ style }) => style === 'raised-voice')
    expect(raised.length).toBeGreaterThan(0)
    let heardRaised = 0
    for (const clip of raised) if (top(await heard(clip), 'vocalStyle') === 'shouting') heardRaised += 1
    expect(heardRaised / raised.length).toBeGreaterThan(0.7)
  })

  it('tells children from adults, or that it is unclear', async () => {
    const readers = clips.filter(({ category }) => category === 'age').filter((_, i) => i % 3 === 0)
    let [told, right] = [0, 0]
    for (const clip of readers) {
      const label = top(await heard(clip), 'age')
      if (label === undefined || label === 'unclear') continue
      told += 1
      if (label === (clip.age_group === 'child' ? 'kid' : 'adult')) right += 1
    }
    expect(told).toBeGreaterThan(readers.length / 3)
    expect(right / told).toBeGreaterThan(0.7)
  })
})
