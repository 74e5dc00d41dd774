/** The pool of engine processes. */
import { readFileSync } from 'node:fs'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { EchoIn } from '../../../test/support/echo-engine.ts'
import { projectUrl } from '../../../test/support/needs.ts'
import type { VoiceError } from '../../errors.ts'
import { silentLog } from '../../log.ts'
import { entry } from '../../threads/entry.ts'
import { EnginePool, type PoolSetup } from './engine-pool.ts'
import type { Job } from './engine-process.ts'

const pools: EnginePool<EchoIn, string>[] = []
const start = (setup: Partial<PoolSetup> = {}): EnginePool<EchoIn, string> => {
  const pool = new EnginePool<EchoIn, string>({
    name: 'echo',
    entry: entry(new URL('test/support/needs.ts', projectUrl).href, './echo-engine'),
    load: {},
    processes: 1,
    maxProcesses: 1,
    jobsPerProcess: 2,
    log: silentLog,
    ...setup,
  })
  pools.push(pool)
  return pool
}
afterEach(() => Promise.all(pools.splice(0).map((pool) => pool.close())))

/** A job whose next answer or loss can be awaited. */
const open = (pool: EnginePool<EchoIn, string>) => {
  let settle = (_end: { answer?: string; lost?: VoiceError }): void => {}
  const next = () =>
    new Promise<{ answer?: string; lost?: VoiceError }>((resolve) => {
      settle = resolve
    })
  const job: Job<EchoIn> = pool.open({
    message: (answer) => settle({ answer }),
    lost: (lost) => settle({ lost }),
  })
  return { job, next }
}

describe('a pool of engine processes', () => {
  it('takes jobs while it loads, and brings each its own answers', async () => {
    const pool = start()
    const [one, two] = [open(pool), open(pool)]
    const answers = Promise.all([one.next(), two.next()])
    two.job.send({ say: 'two' })
    one.job.send({ say: 'one' })
    expect(await answers).toEqual([{ answer: 'one' }, { answer: 'two' }])
  })

  it('refuses a job when all processes are full, and takes it when one is closed', async () => {
    const pool = start()
    const { job } = open(pool)
    open(pool)
    expect(() => open(pool)).toThrow(expect.objectContaining({ code: 'overloaded' }))
    job.close()
    expect(() => open(pool)).not.toThrow()
  })

  it('starts more processes when they are needed, up to its limit', async () => {
    const pool = start({ jobsPerProcess: 1, maxProcesses: 2 })
    expect(pool.pids).toHaveLength(1)
    open(pool)
    open(pool)
    expect(pool.pids).toHaveLength(2)
    expect(() => open(pool)).toThrow(expect.objectContaining({ code: 'overloaded' }))
  })

  it('tells a job that its process crashed, and has another for it by then', async () => {
    const pool = start()
    const broken = open(pool)
    const lost = broken.next()
    broken.job.send({ crash: true })
    expect((await lost).lost).toMatchObject({ code: 'provider_failed' })
    const again = open(pool)
    const answer = again.next()
    again.job.send({ say: 'here' })
    expect(await answer).toEqual({ answer: 'here' })
  })

  it('takes a lost job again before those who wait, though it is full', async () => {
    const pool = start({ jobsPerProcess: 1 })
    const broken = open(pool)
    const lost = broken.next()
    const waited = pool.room(new AbortController().signal).then(() => open(pool))
    broken.job.send({ crash: true })
    await lost
    await waited
    expect(() => open(pool)).toThrow(expect.objectContaining({ code: 'overloaded' }))
    expect(() => pool.open({ message: () => {}, lost: () => {} }, true)).not.toThrow()
  })

  it('kills a process that does not answer any more', async () => {
    const pool = start({ hangMs: 1000 })
    await pool.ready()
    const { job, next } = open(pool)
    const lost = next()
    job.send({ blockMs: 60_000 })
    expect((await lost).lost?.message).toContain('hung')
  })

  it('sees how far a process is behind, and that it has caught up', async () => {
    const pool = start()
    await pool.ready()
    const { job, next } = open(pool)
    const [pid] = pool.pids
    process.kill(pid!, 'SIGSTOP')
    await vi.waitFor(() => expect(job.lagMs).toBeGreaterThan(1000), 10_000)
    process.kill(pid!, 'SIGCONT')
    const answer = next()
    job.send({ say: 'awake' })
    await answer
    await vi.waitFor(() => expect(job.lagMs).toBeLessThan(1000), 10_000)
  })

  it('passes on why an engine could not load', async () => {
    const pool = start({ load: { fails: 'There is no model.' } })
    const { next } = open(pool)
    const lost = next()
    await expect(pool.ready()).rejects.toMatchObject({ code: 'unavailable', message: 'There is no model.' })
    expect((await lost).lost).toMatchObject({ code: 'unavailable' })
  })

  it('does not start a process again and again that cannot start', async () => {
    const pool = start({ load: { crashes: true } })
    await expect(pool.ready()).rejects.toMatchObject({ code: 'provider_failed' })
    expect(pool.pids).toEqual([])
  })

  it("keeps the server's secrets from its processes", async () => {
    process.env.PARLEY_API_KEYS = 'secret'
    try {
      const pool = start()
      await pool.ready()
      for (const pid of pool.pids) expect(readFileSync(`/proc/${pid}/environ`, 'utf8')).not.toContain('secret')
    } finally {
      delete process.env.PARLEY_API_KEYS
    }
  })

  it('has no process left when it is closed', async () => {
    const pool = start({ processes: 2, maxProcesses: 2 })
    const { pids } = pool
    await pool.close()
    for (const pid of pids) expect(() => process.kill(pid, 0)).toThrow('ESRCH')
    expect(() => open(pool)).toThrow(expect.objectContaining({ code: 'unavailable' }))
  })
})
