import { getEventListeners } from 'node:events'
import { expect, it } from 'vitest'
import { Tasks } from './tasks.ts'

/** Ends when its signal aborts, and notes it. */
const untilAborted =
  (ended: string[], name: string) =>
  (signal: AbortSignal): Promise<void> =>
    new Promise((resolve) => {
      signal.addEventListener('abort', () => {
        ended.push(name)
        resolve()
      })
    })

it('waits for everything, also for what is started meanwhile', async () => {
  const tasks = new Tasks()
  const ended: string[] = []
  tasks.start(async () => {
    await null
    tasks.start(async () => {
      await null
      ended.push('second')
    })
    ended.push('first')
  })
  await tasks.settled()
  expect(ended).toEqual(['first', 'second'])
})

it('aborts the others when one fails, waits for them, and throws that failure', async () => {
  const tasks = new Tasks()
  const ended: string[] = []
  tasks.start(untilAborted(ended, 'other'))
  tasks.start(() => Promise.reject(new Error('first')))
  tasks.start(() => Promise.reject(new Error('second')))
  await expect(tasks.settled()).rejects.toThrow('first')
  expect(ended).toEqual(['other'])
})

it('takes no failure after an abort for an error', async () => {
  const parent = new AbortController()
  const tasks = new Tasks(parent.signal)
  const ended: string[] = []
  tasks.start(async (signal) => {
    await untilAborted(ended, 'task')(signal)
    throw new Error('interrupted')
  })
  parent.abort()
  await tasks.settled()
  expect(ended).toEqual(['task'])
})

it('is aborted from the start by a signal that is', () => {
  expect(new Tasks(AbortSignal.abort()).signal.aborted).toBe(true)
})

it('leaves nothing on the signal that it was given', async () => {
  const parent = new AbortController()
  const tasks = new Tasks(parent.signal)
  expect(getEventListeners(parent.signal, 'abort')).toHaveLength(1)
  await tasks.settled()
  expect(getEventListeners(parent.signal, 'abort')).toHaveLength(0)
})
