/** What every echo guard keeps to. */
import { expect, it } from 'vitest'
import type { EchoGuard, Overheard } from '../../src/engines/echo-guard.ts'
import { silentLog } from '../../src/log.ts'
import { Queue } from '../../src/streams/queue.ts'
import { noise, silence } from './voice-activity.ts'

const stretchMs = 20

async function* overheard(input: Float32Array, played: Float32Array, length: number): AsyncGenerator<Overheard> {
  for (let at = 0; at < input.length; at += length)
    yield { input: input.slice(at, at + length), played: played.slice(at, at + length) }
}

const answers = async (engine: EchoGuard, audio: AsyncIterable<Overheard>): Promise<(readonly boolean[])[]> => {
  const all: (readonly boolean[])[] = []
  for await (const parts of engine.detect(audio, { signal: new AbortController().signal, log: silentLog }))
    all.push(parts)
  return all
}

/** How much of the input is found to be an echo, 0…1. */
const share = async (engine: EchoGuard, input: Float32Array, played: Float32Array): Promise<number> => {
  const parts = await answers(engine, overheard(input, played, (engine.sampleRate * stretchMs) / 1000))
  const shares = parts.map((one) => one.filter((isEcho) => isEcho).length / one.length)
  return shares.reduce((sum, one) => sum + one, 0) / shares.length
}

/** Declares the tests. `engine` is asked in each test and may give the same one. `voices`: two people, at its rate. */
export const checkEchoGuard = (
  engine: () => EchoGuard,
  voices: () => Promise<{ readonly one: Float32Array; readonly other: Float32Array }>,
): void => {
  it('answers for each stretch, however long, before the next is there', async () => {
    const audio = new Queue<Overheard>(10)
    const told = engine()
      .detect(audio, { signal: new AbortController().signal, log: silentLog })
      [Symbol.asyncIterator]()
    for (const length of [1, 100, 8000, 0, 333]) {
      audio.push({ input: noise(length, 0.1), played: silence(length) })
      expect((await told.next()).value?.length).toBeGreaterThan(0)
    }
    audio.close()
    expect((await told.next()).done).toBe(true)
  })

  it('finds a quieter copy that comes later, and nobody else', async () => {
    const { one, other } = await voices()
    const late = new Float32Array(one.length)
    late.set(
      one.subarray(0, -2000).map((sample) => sample / 8),
      2000,
    )
    expect(await share(engine(), late, one)).toBeGreaterThan(0.8)
    expect(await share(engine(), other, one)).toBeLessThan(0.2)
    expect(await share(engine(), one, silence(one.length))).toBe(0)
    expect(await share(engine(), silence(one.length), one)).toBe(0)
  })

  it('keeps streams apart', async () => {
    const { one, other } = await voices()
    const alone = await share(engine(), one, one)
    const all = await Promise.all([share(engine(), one, one), share(engine(), other, one), share(engine(), one, one)])
    expect([all[0], all[2]]).toEqual([alone, alone])
    expect(all[1]).toBeLessThan(0.2)
  })

  it('ends quietly when its signal aborts, and may be left early', async () => {
    const controller = new AbortController()
    const audio = new Queue<Overheard>(10)
    audio.push({ input: noise(160, 0.1), played: silence(160) })
    let seen = 0
    for await (const _ of engine().detect(audio, { signal: controller.signal, log: silentLog })) {
      seen += 1
      controller.abort()
      audio.abort()
    }
    expect(seen).toBe(1)
    const left = new Queue<Overheard>(10)
    left.push({ input: noise(160, 0.1), played: silence(160) })
    for await (const _ of engine().detect(left, { signal: new AbortController().signal, log: silentLog })) break
    expect(left.ended).toBe(true)
  })

  it('throws what its input throws', async () => {
    async function* failing(): AsyncGenerator<Overheard> {
      yield { input: noise(160, 0.1), played: silence(160) }
      throw new Error('no more microphone')
    }
    await expect(answers(engine(), failing())).rejects.toThrow('no more microphone')
  })
}
