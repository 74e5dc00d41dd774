/** What every turn detector keeps to. */
import { expect, it } from 'vitest'
import type { AudioFrame } from '../../src/audio/frame.ts'
import type { TurnDetector } from '../../src/engines/turn-detector.ts'
import { silentLog } from '../../src/log.ts'
import { noise, silence } from './voice-activity.ts'

/** The likelihood that a turn is over after this sound and these words. */
export const predict = (
  engine: TurnDetector,
  samples: Float32Array,
  transcript: string,
  signal: AbortSignal = new AbortController().signal,
): Promise<number> => {
  const audio: AudioFrame = { samples, sampleRate: engine.sampleRate, startMs: 0 }
  return engine.predict({ audio, transcript }, { signal, log: silentLog })
}

/** How a turn ends: in these words, or with this sound where an engine does not mind words. */
type Ending = string | (() => Float32Array)

/**
 * Declares the tests. `engine` is asked in each test and may give the same one. `speech` is at the engine's rate, a pause
 * at its end; after the endings in `whole` a turn is likelier to be over than after those in `open`.
 */
export const checkTurnDetector = (
  engine: () => TurnDetector,
  {
    speech,
    whole,
    open,
  }: { readonly speech: () => Float32Array; readonly whole: readonly Ending[]; readonly open: readonly Ending[] },
): void => {
  const ask = (ending: Ending, signal?: AbortSignal): Promise<number> =>
    typeof ending === 'string'
      ? predict(engine(), speech(), ending, signal)
      : predict(engine(), ending(), 'so it is', signal)

  it('gives a likelihood for any sound and any words', async () => {
    const { sampleRate } = engine()
    const sounds = [
      silence(0),
      silence(1),
      silence(sampleRate),
      noise(sampleRate, 0.1),
      speech(),
      noise(20 * sampleRate, 1),
    ]
    for (const samples of sounds)
      for (const words of ['', ' ', '…', 'yes', 'नमस्ते', 'x'.repeat(5000), 'and '.repeat(1000)]) {
        const likelihood = await predict(engine(), samples, words)
        expect(likelihood).toBeGreaterThanOrEqual(0)
        expect(likelihood).toBeLessThanOrEqual(1)
      }
  })

  it('tells whole turns from open ones', async () => {
    const least = Math.min(...(await Promise.all(whole.map((ending) => ask(ending)))))
    const most = Math.max(...(await Promise.all(open.map((ending) => ask(ending)))))
    expect(least).toBeGreaterThan(most)
  })

  it('gives the same answer to the same question, however many ask, and keeps the audio as it is', async () => {
    const alone = await ask(whole[0]!)
    const others = await Promise.all(
      Array.from({ length: 20 }, (_, index) => ask(index % 2 === 0 ? whole[0]! : open[0]!)),
    )
    for (const [index, other] of others.entries()) if (index % 2 === 0) expect(other).toBeCloseTo(alone, 6)
    const samples = speech()
    await predict(engine(), samples, 'so it is')
    expect(samples).toEqual(speech())
  })

  it('does not keep waiting whoever no longer wants to know', async () => {
    const controller = new AbortController()
    const asked = ask(whole[0]!, controller.signal)
    controller.abort()
    await Promise.race([
      asked.catch(() => {}),
      new Promise((_, reject) => setTimeout(() => reject(new Error('still waiting')), 5000).unref()),
    ])
  })
}
