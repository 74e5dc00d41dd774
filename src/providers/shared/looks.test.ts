/** Tests of profiles by looks, with looks that tell how much they were given. */
import { describe, expect, it } from 'vitest'
import type { AudioFrame } from '../../audio/frame.ts'
import type { Trait, VoiceProfile } from '../../engines/voice-profiler.ts'
import { silentLog } from '../../log.ts'
import { type Looking, profilesByLooks } from './looks.ts'

const sampleRate = 1000

async function* speech(ms: number): AsyncGenerator<AudioFrame> {
  for (let startMs = 0; startMs < ms; startMs += 20)
    yield { samples: new Float32Array(20), sampleRate, startMs: 500 + startMs }
}

const trait = (label: string): readonly Trait[] => [{ name: 'emotion', labels: [{ label, confidence: 1 }] }]

const run = async (
  audio: AsyncIterable<AudioFrame>,
  looking: Partial<Looking>,
  options: { readonly signal?: AbortSignal; readonly budgetMs?: number } = {},
): Promise<{ readonly profiles: readonly VoiceProfile[]; readonly looks: readonly number[] }> => {
  const looks: number[] = []
  const profiles: VoiceProfile[] = []
  const all = profilesByLooks(
    audio,
    sampleRate,
    { signal: new AbortController().signal, log: silentLog, ...options },
    {
      firstMs: 1000,
      nextMs: (heardMs) => 2 * heardMs,
      mostMs: 3000,
      leastMs: 400,
      look: async (samples) => {
        looks.push(samples.length)
        return trait(`${samples.length}`)
      },
      ...looking,
    },
  )
  for await (const profile of all) profiles.push(profile)
  return { profiles, looks }
}

describe('profiles by looks', () => {
  it('are told every half second from the first look on, between looks too, and at the end', async () => {
    const { profiles, looks } = await run(speech(4300), {})
    expect(looks).toEqual([1000, 2000, 3000])
    expect(profiles.map(({ endMs, traits }) => [endMs, traits[0]!.labels[0]!.label])).toEqual([
      [1500, '1000'],
      [2000, '1000'],
      [2500, '2000'],
      [3000, '2000'],
      [3500, '2000'],
      [4000, '2000'],
      [4500, '3000'],
      [4800, '3000'],
    ])
    expect(new Set(profiles.map(({ startMs }) => startMs))).toEqual(new Set([500]))
  })

  it('of a short utterance come from one look at its end, and of a very short one there are none', async () => {
    expect(await run(speech(600), {})).toMatchObject({ looks: [600], profiles: [{ endMs: 1100 }] })
    expect(await run(speech(300), {})).toEqual({ looks: [], profiles: [] })
  })

  it('go on without a look that is not done in time, and call it off', async () => {
    let calledOff = false
    const { profiles } = await run(
      speech(2400),
      {
        look: (_, signal) =>
          new Promise((resolve) =>
            signal.addEventListener('abort', () => {
              calledOff = true
              resolve(trait('late'))
            }),
          ),
      },
      { budgetMs: 0 },
    )
    expect(profiles).toEqual([])
    expect(calledOff).toBe(true)
  })

  it('wait at the end as long as there is time', async () => {
    let answer = (_: readonly Trait[]): void => {}
    const audio = async function* (): AsyncGenerator<AudioFrame> {
      yield* speech(1400)
      setImmediate(() => answer(trait('just in time')))
    }
    const look = (): Promise<readonly Trait[]> =>
      new Promise((resolve) => {
        answer = resolve
      })
    const { profiles } = await run(audio(), { look, nextMs: () => 9000, leastMs: 500 }, { budgetMs: 60_000 })
    expect(profiles.map(({ traits }) => traits[0]!.labels[0]!.label)).toEqual(['just in time'])
  })

  it('fail with a look that fails, and end when nobody wants them', async () => {
    const look = (): Promise<never> => Promise.reject(new Error('The model broke.'))
    await expect(run(speech(2000), { look })).rejects.toThrow('The model broke.')
    await expect(run(speech(500), { look })).rejects.toThrow('The model broke.')
    const controller = new AbortController()
    const stuck = run(
      speech(2000),
      {
        look: () => {
          controller.abort()
          return new Promise(() => {})
        },
      },
      { signal: controller.signal },
    )
    expect((await stuck).profiles).toEqual([])
  })
})
