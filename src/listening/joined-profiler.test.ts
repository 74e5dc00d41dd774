/** Tests of several profilers as one, with profilers that say what they are told to. */
import { describe, expect, it } from 'vitest'
import { type AudioFrame, durationMs, endMs } from '../audio/frame.ts'
import type { VoiceProfile, VoiceProfiler } from '../engines/voice-profiler.ts'
import { type Log, silentLog } from '../log.ts'
import { joinedProfiler } from './joined-profiler.ts'

const sampleRate = 16_000

async function* speech(ms: number, hz = sampleRate): AsyncGenerator<AudioFrame> {
  for (let startMs = 0; startMs < ms; startMs += 20)
    yield { samples: new Float32Array(hz / 50), sampleRate: hz, startMs: 1000 + startMs }
}

/** Tells these labels, each trait's best alone, every `everyMs` of audio, and at the end. */
const profiler = (
  name: string,
  traits: Readonly<Record<string, string>>,
  { everyMs = 500, hz = sampleRate, failsAtMs = Number.POSITIVE_INFINITY } = {},
): VoiceProfiler & { readonly heardMs: number[] } => {
  const heardMs: number[] = []
  return {
    sampleRate: hz,
    card: { name, cost: 0.01 },
    traits: Object.keys(traits),
    heardMs,
    async *profile(audio) {
      const call = heardMs.push(0) - 1
      const told = (last: AudioFrame): VoiceProfile => ({
        startMs: 1000,
        endMs: endMs(last),
        traits: Object.entries(traits).map(([trait, label]) => ({ name: trait, labels: [{ label, confidence: 0.9 }] })),
      })
      let last: AudioFrame | undefined
      const silent = Object.keys(traits).length === 0
      for await (const frame of audio) {
        expect(frame.sampleRate).toBe(hz)
        const before = heardMs[call]!
        heardMs[call] = Math.round(before + durationMs(frame))
        if (heardMs[call]! >= failsAtMs) throw new Error('The engine broke.')
        if (silent) continue
        last = frame
        if (Math.floor(heardMs[call]! / everyMs) > Math.floor(before / everyMs)) yield told(frame)
      }
      if (last) yield told(last)
    },
  }
}

const labels = ({ traits }: VoiceProfile): Record<string, string | undefined> =>
  Object.fromEntries(traits.map((trait) => [trait.name, trait.labels[0]?.label]))

const heard = async (
  engine: VoiceProfiler,
  audio: AsyncIterable<AudioFrame> = speech(2000),
  log: Log = silentLog,
  signal = new AbortController().signal,
): Promise<VoiceProfile[]> => {
  const all: VoiceProfile[] = []
  for await (const profile of engine.profile(audio, { signal, log })) all.push(profile)
  return all
}

const embedded = () => profiler('embedded', { pitch: 'low', emotion: 'neutral', vocalStyle: 'normal' })

describe('joined profilers', () => {
  it('tell each trait from the engine that it was given to, and the others from the first', async () => {
    const tagger = profiler('tagger', { vocalStyle: 'laughing', emotion: 'happy' })
    const joined = joinedProfiler(embedded(), [{ engine: tagger, traits: ['vocalStyle'] }])
    const last = (await heard(joined)).at(-1)!
    expect(labels(last)).toEqual({ pitch: 'low', emotion: 'neutral', vocalStyle: 'laughing' })
    expect(last).toMatchObject({ startMs: 1000, endMs: 3000 })
    expect(joined.traits).toEqual(['pitch', 'emotion', 'vocalStyle'])
    expect(joined.card).toEqual({ name: 'embedded; vocalStyle by tagger', cost: 0.02 })
  })

  it('divide what one calls normal as the first has it', async () => {
    const labelsOf = (...labels: readonly (readonly [string, number])[]): VoiceProfiler => ({
      ...profiler('one', {}),
      async *profile(audio) {
        for await (const _ of audio);
        const told = labels.map(([label, confidence]) => ({ label, confidence }))
        yield { startMs: 0, endMs: 1, traits: [{ name: 'vocalStyle', labels: told }] }
      },
    })
    const first = labelsOf(['whispering', 0.75], ['normal', 0.25])
    const other = labelsOf(['normal', 0.8], ['laughing', 0.2])
    const all = await heard(joinedProfiler(first, [{ engine: other, traits: ['vocalStyle'] }]))
    expect(all.at(-1)!.traits[0]!.labels).toEqual([
      { label: 'whispering', confidence: expect.closeTo(0.6) },
      { label: 'normal', confidence: expect.closeTo(0.2) },
      { label: 'laughing', confidence: 0.2 },
    ])
  })

  it('keep the pace of the first, so that a client is told no more often', async () => {
    const quick = profiler('quick', { vocalStyle: 'laughing' }, { everyMs: 40 })
    const all = await heard(joinedProfiler(embedded(), [{ engine: quick, traits: ['vocalStyle'] }]))
    expect(all.length).toBeLessThanOrEqual(6)
  })

  it('go by the others where the first has nothing to say', async () => {
    const all = await heard(
      joinedProfiler(profiler('silent', {}), [{ engine: profiler('other', { age: 'kid' }), traits: ['age'] }]),
    )
    expect(all.map(({ endMs }) => endMs)).toEqual([2000, 3000, 3000])
  })

  it('say nothing of a trait until its engine does, and then what it said last', async () => {
    const slow = profiler('slow', { emotion: 'sad' }, { everyMs: 5000 })
    const all = await heard(joinedProfiler(embedded(), [{ engine: slow, traits: ['emotion'] }]))
    expect(all.slice(0, -1).map((profile) => labels(profile).emotion)).not.toContain('neutral')
    expect(labels(all.at(-1)!)).toEqual({ pitch: 'low', vocalStyle: 'normal', emotion: 'sad' })
  })

  it('lose nothing but its traits with an engine that fails: then the first tells them, and the log says so once', async () => {
    const broken = profiler('broken', { vocalStyle: 'singing', age: 'kid' }, { failsAtMs: 900 })
    const warned: unknown[] = []
    const log: Log = { ...silentLog, warn: (fields) => warned.push(fields), child: () => log }
    const joined = joinedProfiler(embedded(), [{ engine: broken, traits: ['vocalStyle', 'age'] }])
    const all = await heard(joined, speech(3000), log)
    expect(labels(all.at(-1)!)).toEqual({ pitch: 'low', emotion: 'neutral', vocalStyle: 'normal' })
    expect(warned).toMatchObject([{ engine: 'broken' }])
    const alone = joinedProfiler(profiler('first', { pitch: 'low' }, { failsAtMs: 100 }), [
      { engine: profiler('other', { age: 'kid' }), traits: ['age'] },
    ])
    expect(labels((await heard(alone)).at(-1)!)).toEqual({ age: 'kid' })
  })

  it('give each engine all the audio at its own rate', async () => {
    const first = profiler('first', { pitch: 'low' })
    const other = profiler('other', { age: 'kid' }, { hz: 8000 })
    const joined = joinedProfiler(first, [{ engine: other, traits: ['age'] }])
    await heard(joined, speech(20_000))
    expect(first.heardMs).toEqual([20_000])
    expect(other.heardMs[0]).toBeGreaterThan(19_900)
  })

  it('end at once when nobody wants them any more', async () => {
    const controller = new AbortController()
    const endless = async function* (): AsyncGenerator<AudioFrame> {
      for (let startMs = 0; ; startMs += 20) {
        if (startMs === 1200) controller.abort()
        yield { samples: new Float32Array(320), sampleRate, startMs }
      }
    }
    const joined = joinedProfiler(embedded(), [{ engine: profiler('other', { age: 'kid' }), traits: ['age'] }])
    expect((await heard(joined, endless(), silentLog, controller.signal)).length).toBeLessThan(5)
    for await (const profile of joined.profile(speech(60_000), {
      signal: new AbortController().signal,
      log: silentLog,
    })) {
      expect(profile.endMs).toBeLessThan(2000)
      break
    }
  })
})
