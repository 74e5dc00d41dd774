import { getEventListeners } from 'node:events'
import { expect, it } from 'vitest'
import { forEach } from './for-each.ts'
import { Queue } from './queue.ts'

const open = (...items: number[]): Queue<number> => {
  const queue = new Queue<number>(100)
  for (const item of items) queue.push(item)
  return queue
}

it('takes one item after the other, each once the one before is done with', async () => {
  const queue = open(1, 2, 3)
  queue.close()
  const { signal } = new AbortController()
  const seen: string[] = []
  await forEach(queue, signal, async (item) => {
    seen.push(`begin ${item}`)
    await null
    seen.push(`end ${item}`)
  })
  expect(seen).toEqual(['begin 1', 'end 1', 'begin 2', 'end 2', 'begin 3', 'end 3'])
  expect(getEventListeners(signal, 'abort')).toHaveLength(0)
})

it('ends at an abort though the stream has nothing to give, and ends the stream', async () => {
  const queue = open(1)
  const controller = new AbortController()
  await forEach(queue, controller.signal, () => {
    setImmediate(() => controller.abort())
    return undefined
  })
  expect(queue.ended).toBe(true)
})

it('takes nothing after an abort', async () => {
  const seen: number[] = []
  await forEach(open(1, 2), AbortSignal.abort(), (item) => {
    seen.push(item)
    return undefined
  })
  expect(seen).toEqual([])
})

it('throws what the stream throws', async () => {
  const queue = open(1)
  queue.abort(new Error('broken'))
  await expect(forEach(queue, new AbortController().signal, () => undefined)).rejects.toThrow('broken')
})

it('ends the stream when an item cannot be dealt with', async () => {
  const queue = open(1, 2)
  const failing = forEach(queue, new AbortController().signal, () => Promise.reject(new Error('too much')))
  await expect(failing).rejects.toThrow('too much')
  expect(queue.ended).toBe(true)
})
