/** What every voice activity engine keeps to. */
import { expect, it } from 'vitest'
import type { AudioFrame } from '../../src/audio/frame.ts'
import type { Likelihood, VoiceActivity } from '../../src/engines/voice-activity.ts'
import { silentLog } from '../../src/log.ts'
import { Queue } from '../../src/streams/queue.ts'

export const silence = (samples: number): Float32Array => new Float32Array(samples)

/** White noise of this RMS, the same for the same seed. */
export const noise = (samples: number, level: number, seed = 1): Float32Array => {
  let state = seed
  return Float32Array.from({ length: samples }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return level * Math.sqrt(3) * (state / 2 ** 31 - 1)
  })
}

async function* frames(samples: Float32Array, sampleRate: number, cut: number): AsyncGenerator<AudioFrame> {
  for (let at = 0; at < samples.length; at += cut)
    yield { samples: samples.subarray(at, at + cut), sampleRate, startMs: (at * 1000) / sampleRate }
}

const collect = async (engine: VoiceActivity, audio: AsyncIterable<AudioFrame>): Promise<Likelihood[]> => {
  const all: Likelihood[] = []
  for await (const item of engine.detect(audio, { signal: new AbortController().signal, log: silentLog }))
    all.push(item)
  return all
}

/** The likelihood of each window of this audio, given in frames of `cut` samples. */
export const likelihoods = async (engine: VoiceActivity, samples: Float32Array, cut = 320): Promise<number[]> =>
  (await collect(engine, frames(samples, engine.sampleRate, cut))).map(({ likelihood }) => likelihood)

/**
 * Declares the tests. `engine` is asked in each test and may give the same one. `speech` is at the engine's rate, with
 * half a second of silence before it; `likeliest` is what silence and white noise stay below.
 */
export const checkVoiceActivity = (
  engine: () => VoiceActivity,
  { speech, likeliest = 0.3 }: { readonly speech: Float32Array; readonly likeliest?: number },
): void => {
  it('gives one likelihood for each whole window, in order, on the clock of the audio', async () => {
    const { sampleRate, windowSamples } = engine()
    const windowMs = (windowSamples * 1000) / sampleRate
    const all = await collect(engine(), frames(noise(windowSamples * 5 + 7, 0.1), sampleRate, 100))
    expect(all).toHaveLength(5)
    for (const [index, { likelihood, startMs, endMs }] of all.entries()) {
      expect(startMs).toBeCloseTo(index * windowMs)
      expect(endMs).toBeCloseTo((index + 1) * windowMs)
      expect(likelihood).toBeGreaterThanOrEqual(0)
      expect(likelihood).toBeLessThanOrEqual(1)
    }
  })

  it('gives nothing for nothing, and for less than a window', async () => {
    expect(await likelihoods(engine(), silence(0))).toEqual([])
    expect(await likelihoods(engine(), silence(engine().windowSamples - 1))).toEqual([])
  })

  it('finds speech likely', async () => {
    const { sampleRate, windowSamples } = engine()
    const all = await likelihoods(engine(), speech)
    const spoken = all.slice(Math.ceil(sampleRate / 2 / windowSamples) + 3)
    expect(Math.max(...all.slice(0, Math.floor((sampleRate * 0.4) / windowSamples)))).toBeLessThan(0.3)
    expect(spoken.filter((likelihood) => likelihood > 0.5).length).toBeGreaterThan(0.5 * spoken.length)
  })

  it('finds speech unlikely in silence and in white noise', async () => {
    const { sampleRate } = engine()
    for (const samples of [silence(2 * sampleRate), noise(2 * sampleRate, 0.003), noise(2 * sampleRate, 0.03)])
      expect(Math.max(...(await likelihoods(engine(), samples)))).toBeLessThan(likeliest)
  })

  it('says the same however the audio is cut, and however many streams there are', async () => {
    const [alone, ...others] = await Promise.all([
      likelihoods(engine(), speech),
      ...[1, 17, 160, 4800, speech.length].map((cut) => likelihoods(engine(), speech.subarray(0, 16_000), cut)),
      likelihoods(engine(), noise(16_000, 0.1)),
    ])
    for (const other of others.slice(0, -1))
      for (const [index, likelihood] of other.entries()) expect(likelihood).toBeCloseTo(alone![index]!, 3)
    expect(await likelihoods(engine(), speech)).toEqual(
      alone!.map((likelihood) => expect.closeTo(likelihood, 3) as unknown as number),
    )
  })

  it('answers as the audio comes: not only when there is more or it has ended', async () => {
    const { sampleRate, windowSamples } = engine()
    const audio = new Queue<AudioFrame>(100)
    const answers = engine()
      .detect(audio, { signal: new AbortController().signal, log: silentLog })
      [Symbol.asyncIterator]()
    for (let window = 0; window < 40; window++) {
      const startMs = (window * windowSamples * 1000) / sampleRate
      audio.push({ samples: noise(windowSamples, 0.1), sampleRate, startMs })
      expect((await answers.next()).value).toMatchObject({ startMs: expect.closeTo(startMs) })
    }
    audio.close()
    expect((await answers.next()).done).toBe(true)
  })

  it('ends quietly when its signal aborts', async () => {
    const { sampleRate } = engine()
    const controller = new AbortController()
    const audio = new Queue<AudioFrame>(100)
    audio.push({ samples: noise(sampleRate, 0.1), sampleRate, startMs: 0 })
    let seen = 0
    for await (const _ of engine().detect(audio, { signal: controller.signal, log: silentLog })) {
      seen += 1
      controller.abort()
      audio.abort()
    }
    expect(seen).toBeGreaterThan(0)
  })

  it('throws what its input throws', async () => {
    const { sampleRate } = engine()
    async function* failing(): AsyncGenerator<AudioFrame> {
      yield* frames(noise(sampleRate / 4, 0.1), sampleRate, 320)
      throw new Error('no more microphone')
    }
    await expect(collect(engine(), failing())).rejects.toThrow('no more microphone')
  })

  it('may be left early', async () => {
    const { sampleRate } = engine()
    const audio = new Queue<AudioFrame>(100)
    audio.push({ samples: noise(sampleRate, 0.1), sampleRate, startMs: 0 })
    for await (const _ of engine().detect(audio, { signal: new AbortController().signal, log: silentLog })) break
    expect(audio.ended).toBe(true)
  })
}
