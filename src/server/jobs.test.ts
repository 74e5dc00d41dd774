import { afterEach, expect, it, vi } from 'vitest'
import { VoiceError } from '../errors.ts'
import { silentLog } from '../log.ts'
import { type JobLimits, Jobs, type JobWork } from './jobs.ts'

afterEach(() => {
  vi.useRealTimers()
})

const open = (limits: Partial<JobLimits> = {}) => {
  const shutdown = new AbortController()
  const jobs = new Jobs(
    { running: 1, perKey: 5, memoryBytes: 1000, keepMs: 60_000, ...limits },
    { log: silentLog, shutdown: shutdown.signal },
  )
  return { jobs, shutdown }
}

const deferred = <T>() => {
  let resolve!: (value: T) => void
  let reject!: (error: Error) => void
  const promise = new Promise<T>((yes, no) => {
    resolve = yes
    reject = no
  })
  return { promise, resolve, reject }
}

/** Work that ends when it is told to. */
const work = (more: Partial<JobWork> = {}) => {
  const started = deferred<AbortSignal>()
  const ended = deferred<string>()
  const run = (signal: AbortSignal): Promise<string> => {
    started.resolve(signal)
    return ended.promise
  }
  return { work: { bytes: 10, model: 'm', run, ...more }, started: started.promise, ended }
}

/** Lets what has been resolved take its course. */
const settle = () => new Promise<void>((resolve) => setImmediate(resolve))

it('runs one after another, and gives each result to who has the ticket', async () => {
  const { jobs } = open()
  const [one, two] = [work(), work()]
  const first = jobs.submit('a', one.work)
  const second = jobs.submit('a', two.work)
  await one.started
  expect(jobs.find('a', first)?.state).toEqual({ type: 'pending' })
  one.ended.resolve('the result')
  await two.started
  const done = jobs.find('a', first)?.state
  expect(done?.type === 'done' && jobs.result(done.ticket)).toBe('the result')
  expect(jobs.find('a', second)?.state).toEqual({ type: 'pending' })
  expect(jobs.result('')).toBeUndefined()
})

it('shows a job to its own key alone', async () => {
  const { jobs } = open()
  const id = jobs.submit('a', work().work)
  expect(jobs.find('b', id)).toBeUndefined()
  expect(jobs.find('a', id)).toBeDefined()
})

it('tells why a job failed, and goes on', async () => {
  const { jobs } = open()
  const [bad, good] = [work(), work()]
  const id = jobs.submit('a', bad.work)
  jobs.submit('a', good.work)
  bad.ended.reject(new VoiceError('invalid_request', 'This is no audio.'))
  await good.started
  expect(jobs.find('a', id)?.state).toMatchObject({ type: 'failed', error: { message: 'This is no audio.' } })
})

it('refuses more than a key may have, and more than there is memory for; both come back', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] })
  const { jobs } = open({ perKey: 2, keepMs: 1000 })
  const large = work({ bytes: 900 })
  const id = jobs.submit('a', large.work)
  const overloaded = expect.objectContaining({ code: 'overloaded' })
  expect(() => jobs.submit('b', work({ bytes: 200 }).work)).toThrow(overloaded)
  large.ended.resolve('x'.repeat(10))
  await settle()
  const other = work({ bytes: 200 })
  jobs.submit('a', other.work)
  expect(() => jobs.submit('a', work().work)).toThrow(overloaded)
  const done = jobs.find('a', id)?.state
  vi.advanceTimersByTime(1000)
  expect(jobs.find('a', id)).toBeUndefined()
  expect(done?.type === 'done' && jobs.result(done.ticket)).toBeUndefined()
  jobs.submit('a', work({ bytes: 800 }).work)
})

it('ends what runs at shutdown, waits for it, and starts nothing more', async () => {
  const { jobs, shutdown } = open()
  const [one, two] = [work(), work()]
  const id = jobs.submit('a', one.work)
  jobs.submit('a', two.work)
  const signal = await one.started
  let begun = false
  void two.started.then(() => {
    begun = true
  })
  shutdown.abort()
  expect(signal.aborted).toBe(true)
  const closed = jobs.close()
  one.ended.reject(new Error('aborted'))
  await closed
  expect(begun).toBe(false)
  expect(jobs.find('a', id)).toBeUndefined()
  expect(() => jobs.submit('a', work().work)).toThrow(expect.objectContaining({ code: 'shutting_down' }))
})
