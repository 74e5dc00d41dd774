import { expect, it } from 'vitest'
import { Queue } from './queue.ts'

const collect = async <T>(queue: Queue<T>): Promise<T[]> => {
  const items: T[] = []
  for await (const item of queue) items.push(item)
  return items
}

it('gives items in order and ends after close once all were read', async () => {
  const queue = new Queue<number>(10)
  queue.push(1)
  queue.push(2)
  queue.close()
  queue.push(3)
  expect(await collect(queue)).toEqual([1, 2])
})

it('wakes a waiting reader on push, on close and on abort', async () => {
  const queue = new Queue<number>(10)
  const reading = collect(queue)
  queue.push(1)
  await Promise.resolve()
  queue.push(2)
  queue.close()
  expect(await reading).toEqual([1, 2])

  const other = new Queue<number>(10)
  const aborted = collect(other)
  other.abort()
  expect(await aborted).toEqual([])
})

it('says when it is over its limit, in the unit of its weight', () => {
  const queue = new Queue<string>(5, (text) => text.length)
  expect(queue.push('abc')).toBe(true)
  expect(queue.push('def')).toBe(false)
  expect(queue.weight).toBe(6)
})

it('resolves drained once half of the limit is left', async () => {
  const queue = new Queue<number>(4)
  for (const item of [1, 2, 3, 4, 5]) queue.push(item)
  let drained = false
  const waiting = queue.drained().then(() => {
    drained = true
  })
  const reader = queue[Symbol.asyncIterator]()
  await reader.next()
  await reader.next()
  expect(drained).toBe(false)
  await reader.next()
  await waiting
  expect(drained).toBe(true)
})

it('throws the error of close after what was waiting, and that of abort at once', async () => {
  const closed = new Queue<number>(10)
  closed.push(1)
  closed.close(new Error('late'))
  const seen: number[] = []
  await expect(
    (async () => {
      for await (const item of closed) seen.push(item)
    })(),
  ).rejects.toThrow('late')
  expect(seen).toEqual([1])

  const aborted = new Queue<number>(10)
  aborted.push(1)
  aborted.abort(new Error('now'))
  await expect(collect(aborted)).rejects.toThrow('now')
})

it('drops what is pushed after the reader has left', async () => {
  const queue = new Queue<number>(1)
  queue.push(1)
  for await (const _ of queue) break
  expect(queue.push(2)).toBe(true)
  expect(queue.weight).toBe(0)
})

it('gives up what nobody wants any more, and lets writers go on', async () => {
  const queue = new Queue<number>(4, (item) => item)
  queue.push(1)
  queue.push(5)
  queue.push(2)
  const drained = queue.drained()
  queue.discard((item) => item === 5 || item === 1)
  await drained
  expect(queue.weight).toBe(2)
  queue.close()
  expect(await collect(queue)).toEqual([2])
})
