import { describe, expect, it } from 'vitest'
import { orAborted } from './or-aborted.ts'

const never = new Promise<never>(() => {})

describe('orAborted', () => {
  it('gives what the promise gives, or throws what it throws', async () => {
    const { signal } = new AbortController()
    expect(await orAborted(Promise.resolve(7), signal)).toBe(7)
    await expect(orAborted(Promise.reject(new Error('no')), signal)).rejects.toThrow('no')
  })

  it('gives nothing once the signal aborts, before or meanwhile', async () => {
    const stop = new AbortController()
    const waiting = orAborted(never, stop.signal)
    stop.abort()
    expect(await waiting).toBeUndefined()
    expect(await orAborted(never, stop.signal)).toBeUndefined()
  })

  it('lets a promise fail that nobody waits for any more', async () => {
    const stop = new AbortController()
    let fail = (_: Error): void => {}
    const late = new Promise<number>((_, reject) => {
      fail = reject
    })
    const waiting = orAborted(late, stop.signal)
    stop.abort()
    fail(new Error('too late'))
    expect(await waiting).toBeUndefined()
    // An unhandled rejection would fail the run.
    await new Promise((resolve) => setImmediate(resolve))
  })
})
