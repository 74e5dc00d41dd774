/** Threads that hang, die and idle, and what becomes of the jobs. */
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, it } from 'vitest'
import { projectUrl } from '../../../test/support/needs.ts'
import { Threads } from './threads.ts'

const all: Threads<number, number>[] = []
const open = (troubles = 0, trouble = 'hang', limits: { limit?: number; threads?: number; idleMs?: number } = {}) => {
  const threads = new Threads<number, number>({
    name: 'Doubling',
    entry: { file: fileURLToPath(new URL('test/support/stuck-worker.mjs', projectUrl)), execArgv: [] },
    data: { tries: new SharedArrayBuffer(4), troubles, trouble },
    threads: 2,
    limit: 100,
    jobMs: troubles > 0 && trouble === 'hang' ? 1000 : 30_000,
    idleMs: 60_000,
    ...limits,
  })
  all.push(threads)
  return threads
}
const wanted = () => new AbortController().signal

afterEach(() => Promise.all(all.splice(0).map((threads) => threads.close())))

describe('threads that take turns', () => {
  it('start when there is work, and never more than allowed', async () => {
    const threads = open()
    expect(threads.size).toBe(0)
    const results = await Promise.all(Array.from({ length: 20 }, (_, value) => threads.run(value, wanted())))
    expect(results).toEqual(Array.from({ length: 20 }, (_, value) => value * 2))
    expect(threads.size).toBe(2)
  })

  it.each(['hang', 'die'])('do a job again when they %s over it, in a new thread', async (trouble) => {
    expect(await open(1, trouble).run(21, wanted())).toBe(42)
  })

  it.each(['hang', 'die'])('give a job up when they %s over it twice, and do the next', async (trouble) => {
    const threads = open(2, trouble, { threads: 1 })
    const [first, second] = [threads.run(1, wanted()), threads.run(2, wanted())]
    await expect(first).rejects.toMatchObject({ code: 'provider_failed' })
    expect(await second).toBe(4)
  })

  it('give a failure with its cause', async () => {
    await expect(open().run(-1, wanted())).rejects.toMatchObject({
      code: 'provider_failed',
      cause: { message: 'below 0' },
    })
  })

  it('let go of a job at once when it is cancelled, and do not do one that waited', async () => {
    const threads = open(0, 'hang', { threads: 1 })
    const cancel = new AbortController()
    const jobs = [threads.run(1, cancel.signal), threads.run(2, cancel.signal)]
    const other = threads.run(3, wanted())
    cancel.abort()
    expect(await Promise.all(jobs)).toEqual([undefined, undefined])
    expect(await other).toBe(6)
    expect(await threads.run(4, AbortSignal.abort())).toBeUndefined()
  })

  it('refuse more than may wait', async () => {
    const threads = open(0, 'hang', { threads: 1, limit: 1 })
    const taken = [threads.run(1, wanted()), threads.run(2, wanted())]
    await expect(threads.run(3, wanted())).rejects.toMatchObject({ code: 'overloaded' })
    expect(await Promise.all(taken)).toEqual([2, 4])
  })

  it('end when they are idle, and start again', async () => {
    const threads = open(0, 'hang', { idleMs: 1 })
    expect(await threads.run(1, wanted())).toBe(2)
    await expect.poll(() => threads.size).toBe(0)
    expect(await threads.run(2, wanted())).toBe(4)
  })

  it('fail what waits when they are closed', async () => {
    const threads = open(1)
    const failed = expect(threads.run(1, wanted())).rejects.toMatchObject({ code: 'unavailable' })
    await threads.close()
    await failed
    await expect(threads.run(2, wanted())).rejects.toMatchObject({ code: 'unavailable' })
  })
})
