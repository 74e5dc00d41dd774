/** What every voice profiler keeps to. */
import { expect, it } from 'vitest'
import type { AudioFrame } from '../../src/audio/frame.ts'
import type { ProfileOptions, VoiceProfile, VoiceProfiler } from '../../src/engines/voice-profiler.ts'
import { silentLog } from '../../src/log.ts'

/** Sound in frames of 20 ms, as listening gives it. */
export async function* framesOf(samples: Float32Array, sampleRate: number, startMs = 0): AsyncGenerator<AudioFrame> {
  const step = sampleRate / 50
  for (let at = 0; at < samples.length; at += step)
    yield { samples: samples.slice(at, at + step), sampleRate, startMs: startMs + (at * 1000) / sampleRate }
}

/** All profiles of one utterance. */
export const profilesOf = async (
  engine: VoiceProfiler,
  audio: Float32Array | AsyncIterable<AudioFrame>,
  options: Partial<ProfileOptions> = {},
): Promise<readonly VoiceProfile[]> => {
  const frames = audio instanceof Float32Array ? framesOf(audio, engine.sampleRate) : audio
  const all: VoiceProfile[] = []
  const work = { signal: new AbortController().signal, log: silentLog, ...options }
  for await (const profile of engine.profile(frames, work)) all.push(profile)
  return all
}

/** The best label of a trait. */
export const topOf = (profile: VoiceProfile | undefined, name: string): string | undefined =>
  profile?.traits.find((trait) => trait.name === name)?.labels[0]?.label

/** Declares the tests. `engine` may give the same one each time; `speech` has at least three seconds, at its rate. */
export const checkVoiceProfiler = (engine: () => VoiceProfiler, speech: () => Float32Array): void => {
  it('gives traits that it names, labels best first, and confidences that are likelihoods', async () => {
    const all = await profilesOf(engine(), speech())
    expect(all.length).toBeGreaterThan(0)
    for (const { traits } of all) {
      expect(traits.length).toBeGreaterThan(0)
      expect(new Set(traits.map(({ name }) => name)).size).toBe(traits.length)
      for (const { name, labels } of traits) {
        expect(engine().traits).toContain(name)
        expect(labels.length).toBeGreaterThan(0)
        let [sum, before] = [0, 1]
        for (const { confidence } of labels) {
          expect(confidence).toBeGreaterThanOrEqual(0)
          expect(confidence).toBeLessThanOrEqual(before + 1e-9)
          sum += confidence
          before = confidence
        }
        expect(sum).toBeLessThanOrEqual(1 + 1e-6)
      }
    }
  })

  it('keeps to the clock of the audio, and its last profile is of all of it', async () => {
    const { sampleRate } = engine()
    const all = await profilesOf(engine(), framesOf(speech(), sampleRate, 7000))
    expect(new Set(all.map(({ startMs }) => startMs))).toEqual(new Set([7000]))
    const ends = all.map(({ endMs }) => endMs)
    expect(ends).toEqual(ends.toSorted((a, b) => a - b))
    expect(ends.at(-1)).toBeCloseTo(7000 + (speech().length * 1000) / sampleRate, 0)
  })

  it('says nothing of no speech or too little', async () => {
    expect(await profilesOf(engine(), new Float32Array(0))).toEqual([])
    expect(await profilesOf(engine(), speech().subarray(0, engine().sampleRate / 5))).toEqual([])
  })

  it('tells several utterances at the same time apart from their order', async () => {
    const alone = (await profilesOf(engine(), speech())).at(-1)
    const together = await Promise.all(Array.from({ length: 4 }, () => profilesOf(engine(), speech())))
    for (const all of together) expect(all.at(-1)).toEqual(alone)
  })

  it('ends when nobody wants it any more', async () => {
    const controller = new AbortController()
    const audio = async function* (): AsyncGenerator<AudioFrame> {
      for await (const frame of framesOf(speech(), engine().sampleRate)) {
        if (frame.startMs > 1700) controller.abort()
        if (controller.signal.aborted) return
        yield frame
      }
    }
    for (const { endMs } of await profilesOf(engine(), audio(), { signal: controller.signal }))
      expect(endMs).toBeLessThan(2000)
  })
}
