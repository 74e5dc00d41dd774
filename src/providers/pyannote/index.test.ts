import { describe, expect, it } from 'vitest'
import { silentLog } from '../../log.ts'
import provider from './index.ts'
import { classCount, voicesOf } from './powerset.ts'

/** Scores of a model that is sure of these sets. */
const sure = (...classes: readonly number[]): Float32Array =>
  Float32Array.from(classes.flatMap((one) => Array.from({ length: classCount }, (_, k) => (k === one ? 0 : -20))))

describe('sets of voices', () => {
  it('tell of each voice when it speaks, two at once included', () => {
    const [one, two, three] = voicesOf(sure(0, 1, 1, 4, 2, 6)).map((voice) => [...voice].map(Math.round))
    expect([one, two, three]).toEqual([
      [0, 0, 1, 1, 1, 0],
      [0, 0, 0, 0, 1, 1],
      [0, 0, 0, 0, 0, 0],
    ])
  })

  it('share what the model is not sure of', () => {
    const [one, two] = voicesOf(new Float32Array(2 * classCount).fill(Math.log(1 / classCount)))
    expect(one![1]).toBeCloseTo(3 / classCount)
    expect(two![1]).toBeCloseTo(3 / classCount)
  })
})

it('names the command where the model is not installed, and refuses another', async () => {
  const make = async (model: string) =>
    provider.speakerSegmentation!(model, {}, { log: silentLog, cacheDir: '/nowhere' })
  await expect(make('')).rejects.toThrow('parley models pull pyannote-segmentation-3')
  await expect(make('other')).rejects.toThrow('segmentation-3')
})
