import { expect, it } from 'vitest'
import { SegmentAudio } from './segment-audio.ts'

const run = (...samples: number[]): Int16Array => Int16Array.from(samples)

it('gives what is there in larger pieces, then what comes, then the end', async () => {
  const audio = new SegmentAudio([run(1, 2), run(3, 4), run(5, 6)])
  expect(await audio.next(4)).toEqual(run(1, 2, 3, 4))
  expect(await audio.next(4)).toEqual(run(5, 6))
  const waiting = audio.next(4)
  audio.push(run(7, 8, 9, 10, 11))
  expect(await waiting).toEqual(run(7, 8, 9, 10, 11))
  const last = audio.next(4)
  audio.seal()
  expect(await last).toBeUndefined()
})

it('gives what was pushed before it was sealed', async () => {
  const audio = new SegmentAudio()
  audio.push(run(1))
  audio.seal()
  expect(await audio.next(10)).toEqual(run(1))
  expect(await audio.next(10)).toBeUndefined()
})
