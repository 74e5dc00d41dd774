/** What every noise suppressor keeps to. */
import { expect, it } from 'vitest'
import type { AudioFrame } from '../../src/audio/frame.ts'
import { endMs } from '../../src/audio/frame.ts'
import { joined } from '../../src/audio/joined.ts'
import type { AudioInput } from '../../src/engines/engine.ts'
import type { NoiseSuppressor } from '../../src/engines/noise-suppressor.ts'
import { silentLog } from '../../src/log.ts'
import { Queue } from '../../src/streams/queue.ts'
import { noise } from './voice-activity.ts'

const sampleRate = 16_000

const frames = (samples: Float32Array, cut: number, fromMs = 0): AudioFrame[] => {
  const all: AudioFrame[] = []
  for (let at = 0; at < samples.length; at += cut)
    all.push({ samples: samples.slice(at, at + cut), sampleRate, startMs: fromMs + (at * 1000) / sampleRate })
  return all
}

async function* inOrder(items: readonly AudioInput[]): AsyncGenerator<AudioInput> {
  yield* items
}

const suppress = async (
  engine: NoiseSuppressor,
  audio: AsyncIterable<AudioInput>,
  strength = 1,
): Promise<readonly AudioInput[]> => {
  const all: AudioInput[] = []
  const options = { signal: new AbortController().signal, log: silentLog, strength }
  for await (const item of engine.suppress(audio, options)) all.push(item)
  return all
}

const samplesOf = (items: readonly AudioInput[]): Float32Array =>
  joined(
    Float32Array,
    items.flatMap((item) => ('samples' in item ? [item.samples] : [])),
  )

const power = (samples: Float32Array): number =>
  samples.reduce((sum, sample) => sum + sample * sample, 0) / Math.max(1, samples.length)

/** Samples by which the second is later than the first, as far as they are alike. */
const delay = (one: Float32Array, other: Float32Array): number => {
  let [best, at] = [0, 0]
  for (let shift = -800; shift <= 800; shift += 1) {
    let sum = 0
    for (let i = 800; i < one.length - 800; i += 1) sum += one[i]! * other[i + shift]!
    if (sum > best) [best, at] = [sum, shift]
  }
  return at
}

/** Declares the tests. `engine` is asked in each test and may give the same one. `speech` is at 16 kHz. */
export const checkNoiseSuppressor = (engine: () => NoiseSuppressor, speech: () => Promise<Float32Array>): void => {
  it('takes noise away and leaves speech where it is, to the sample', async () => {
    const clean = await speech()
    const hiss = noise(clean.length, 0.02)
    const noisy = clean.map((sample, at) => sample + hiss[at]!)
    const out = samplesOf(await suppress(engine(), inOrder(frames(noisy, 512))))
    expect(out).toHaveLength(noisy.length)
    expect(Math.abs(delay(clean, out))).toBeLessThanOrEqual(1)
    const left = samplesOf(await suppress(engine(), inOrder(frames(hiss, 512)))).slice(sampleRate / 2)
    expect(power(left)).toBeLessThan(power(hiss) / 4)
    expect(power(out)).toBeGreaterThan(power(clean) / 4)
  })

  it('gives as much as it was given, however that is cut, with all before a flush ahead of it and times that go on', async () => {
    const cuts = [
      ...frames(noise(500, 0.1), 77),
      { pause: 'begun' } as const,
      ...frames(noise(1, 0.1), 1, 31.25),
      { flush: 1 },
      { flush: 2 },
      ...frames(noise(7000, 0.1), 4001, 9000),
      { flush: 3 },
    ]
    const out = await suppress(engine(), inOrder(cuts))
    const pieces = [1, 2, 3].map((flush) => {
      const to = out.findIndex((item) => 'flush' in item && item.flush === flush)
      const from = out.findIndex((item) => 'flush' in item && item.flush === flush - 1)
      return out.slice(from + 1, to).filter((item) => 'samples' in item)
    })
    expect(pieces.map((piece) => samplesOf(piece).length)).toEqual([501, 0, 7000])
    expect([pieces[0]![0]!.startMs, pieces[2]![0]!.startMs]).toEqual([0, 9000])
    for (const piece of pieces)
      for (const [index, frame] of piece.entries())
        if (index > 0) expect(frame.startMs).toBeCloseTo(endMs(piece[index - 1]!))
    expect(out.filter((item) => 'pause' in item)).toEqual([{ pause: 'begun' }])
    expect(out.at(-1)).toEqual({ flush: 3 })
  })

  it('says the same however many streams there are, and changes nothing at a strength of 0', async () => {
    const samples = (await speech()).slice(0, sampleRate)
    const run = (cut: number, strength?: number) => suppress(engine(), inOrder(frames(samples, cut)), strength)
    const [alone, other, plain] = await Promise.all([run(512), run(333), run(400, 0)])
    const wanted = samplesOf(alone)
    samplesOf(other).forEach((sample, at) => {
      if (Math.abs(sample - wanted[at]!) > 1e-3) throw new Error(`another sample at ${at}`)
    })
    expect(samplesOf(plain)).toEqual(samples)
  })

  it('is behind by no more than it says', async () => {
    const { latencyMs } = engine()
    const audio = new Queue<AudioInput>(100)
    const out = engine()
      .suppress(audio, { signal: new AbortController().signal, log: silentLog, strength: 1 })
      [Symbol.asyncIterator]()
    let given = 0
    for (const frame of frames(noise(sampleRate / 2, 0.1), 320)) {
      audio.push(frame)
      while (given < endMs(frame) - latencyMs) {
        const { value } = await out.next()
        given = endMs(value as AudioFrame)
      }
    }
    audio.close()
    expect(given).toBeGreaterThan(450)
    await out.return?.()
  })

  it('ends quietly when its signal aborts, and may be left early', async () => {
    const controller = new AbortController()
    const audio = new Queue<AudioInput>(100)
    for (const frame of frames(noise(3200, 0.1), 1600)) audio.push(frame)
    for await (const _ of engine().suppress(audio, { signal: controller.signal, log: silentLog, strength: 1 })) {
      controller.abort()
      audio.abort()
    }
    const left = new Queue<AudioInput>(100)
    for (const frame of frames(noise(3200, 0.1), 1600)) left.push(frame)
    const { signal } = new AbortController()
    for await (const _ of engine().suppress(left, { signal, log: silentLog, strength: 1 })) break
    expect(left.ended).toBe(true)
  })

  it('throws what its input throws', async () => {
    async function* failing(): AsyncGenerator<AudioInput> {
      yield* frames(noise(3200, 0.1), 1600)
      throw new Error('no more microphone')
    }
    await expect(suppress(engine(), failing())).rejects.toThrow('no more microphone')
  })
}
