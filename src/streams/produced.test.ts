import { expect, it } from 'vitest'
import { produced } from './produced.ts'
import { Queue } from './queue.ts'

const counting = () => {
  const output = new Queue<number>(10)
  const calls: string[] = []
  const stream = produced(() => {
    calls.push('begun')
    output.push(1)
    output.push(2)
    return {
      output,
      end: async () => {
        await null
        calls.push('ended')
      },
    }
  })
  return { output, calls, stream }
}

it('begins with its first reader and gives what the queue gives', async () => {
  const { output, calls, stream } = counting()
  expect(calls).toEqual([])
  const seen: number[] = []
  for await (const item of stream) {
    seen.push(item)
    if (item === 2) output.close()
  }
  expect(seen).toEqual([1, 2])
  expect(calls).toEqual(['begun'])
})

it('ends the work, and waits for that, when the reader leaves early', async () => {
  const { output, calls, stream } = counting()
  for await (const _ of stream) break
  expect(calls).toEqual(['begun', 'ended'])
  expect(output.ended).toBe(true)
})

it('throws what the queue is closed with', async () => {
  const { output, stream } = counting()
  const seen: number[] = []
  const reading = (async () => {
    for await (const item of stream) seen.push(item)
  })()
  output.close(new Error('broken'))
  await expect(reading).rejects.toThrow('broken')
  expect(seen).toEqual([1, 2])
})
