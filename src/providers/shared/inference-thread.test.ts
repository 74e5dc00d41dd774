import { afterEach, describe, expect, it } from 'vitest'
import type { EchoRequest } from '../../../test/support/echo-thread.ts'
import { entry } from '../../threads/entry.ts'
import { InferenceThread } from './inference-thread.ts'

const threads: InferenceThread<EchoRequest, number>[] = []
const start = (from = 0, limit = 10) => {
  const thread = new InferenceThread<EchoRequest, number>({
    name: 'Echo',
    entry: entry(new URL('../../../test/support/here.ts', import.meta.url).href, './echo-thread'),
    data: { start: from },
    limit,
  })
  threads.push(thread)
  return thread
}
const add = (...values: number[]): EchoRequest => ({ do: 'add', values: Float32Array.from(values) })

afterEach(async () => {
  await Promise.all(threads.splice(0).map((thread) => thread.close()))
})

describe('a model in its own thread', () => {
  it('answers in order, and keeps its state', async () => {
    const thread = start(10)
    expect(await Promise.all([thread.ask(add(1)), thread.ask(add(2, 3)), thread.ask(add(4))])).toEqual([11, 16, 20])
    expect(thread.waiting).toBe(0)
  })

  it('is given buffers, not copies', async () => {
    const values = Float32Array.of(1, 2)
    expect(await start().ask({ do: 'add', values }, [values.buffer])).toBe(3)
    expect(values.length).toBe(0)
  })

  it('fails one question without failing the next', async () => {
    const thread = start()
    const failed = thread.ask({ do: 'fail', message: 'too hard' })
    const next = thread.ask(add(1))
    await expect(failed).rejects.toMatchObject({ code: 'provider_failed', cause: { message: 'too hard' } })
    expect(await next).toBe(1)
  })

  it.each([
    ['dies', 'die'],
    ['crashes', 'crash'],
  ] as const)('fails what was asked when it %s, and starts anew with the next question', async (_, how) => {
    const thread = start(5)
    await thread.ask(add(1))
    const asked = [thread.ask({ do: how }), thread.ask(add(1))]
    for (const question of asked) await expect(question).rejects.toMatchObject({ code: 'provider_failed' })
    expect(await thread.ask(add(2))).toBe(7)
  })

  it('fails every question when it cannot prepare', async () => {
    const thread = start(-1)
    await expect(thread.ask(add(1))).rejects.toMatchObject({ cause: { message: 'cannot start below 0' } })
    await expect(thread.ask(add(1))).rejects.toMatchObject({ code: 'provider_failed' })
  })

  it('refuses more questions than may wait', async () => {
    const thread = start(0, 2)
    const asked = [thread.ask(add(1)), thread.ask(add(1))]
    await expect(thread.ask(add(1))).rejects.toMatchObject({ code: 'overloaded' })
    expect(await Promise.all(asked)).toEqual([1, 2])
  })

  it('once closed, has failed what was asked and answers no more', async () => {
    const thread = start()
    const failed = expect(thread.ask(add(1))).rejects.toMatchObject({ code: 'provider_failed' })
    await thread.close()
    await failed
    await expect(thread.ask(add(1))).rejects.toMatchObject({ code: 'unavailable' })
    await thread.close()
  })
})
