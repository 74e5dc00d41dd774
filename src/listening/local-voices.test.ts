import { expect, it } from 'vitest'
import { type HeardWindow, localVoices } from './local-voices.ts'
import { SameVoices } from './same-voices.ts'

/** Audio whose samples say who speaks: 0.1 the one, 0.9 the other. */
const windowOf = (number: number, seconds: readonly number[], voices: readonly (readonly number[])[]): HeardWindow => ({
  number,
  audio: {
    samples: Float32Array.from({ length: seconds.length * 1000 }, (_, index) => seconds[Math.floor(index / 1000)]!),
    ...{ sampleRate: 1000, startMs: 0 },
  },
  stepMs: 100,
  voices: voices.map((likelihoods) =>
    Float32Array.from({ length: seconds.length * 10 }, (_, step) => likelihoods[Math.floor(step / 10)]!),
  ),
})

const encode = async ({ samples }: { readonly samples: Float32Array }): Promise<Float32Array> => {
  const mean = samples.reduce((sum, value) => sum + value, 0) / samples.length
  return Float32Array.of(Math.cos(mean * 2), Math.sin(mean * 2))
}

const a = 0.1
const b = 0.9

it('makes two people of one voice whose parts are not alike', async () => {
  const found = await localVoices(windowOf(0, [a, a, a, b, b, b], [[1, 1, 1, 1, 1, 1]]), encode, 0.2)
  expect(found.map(({ soloMs }) => soloMs)).toEqual([3000, 3000])
  expect([...found[0]!.activity].filter((value) => value > 0)).toHaveLength(30)
  expect(await localVoices(windowOf(0, [a, a, a, a, a, a], [[1, 1, 1, 1, 1, 1]]), encode, 0.2)).toHaveLength(1)
})

it('takes a voiceprint of what a voice says alone', async () => {
  const [one] = await localVoices(
    windowOf(
      0,
      [a, b],
      [
        [1, 1],
        [0, 1],
      ],
    ),
    encode,
    0.2,
  )
  expect(one).toMatchObject({ soloMs: 1000, origin: 0 })
  expect(one!.vector[1]).toBeCloseTo(Math.sin(2 * a))
})

it('keeps two voices of one window apart however alike they are, unless there is room for one alone', async () => {
  const voices = [
    ...(await localVoices(
      windowOf(
        0,
        [a, a, a, a],
        [
          [1, 1, 0, 0],
          [0, 0, 1, 1],
        ],
      ),
      encode,
      0.2,
    )),
    ...(await localVoices(windowOf(1, [a, a], [[1, 1]]), encode, 0.2)),
  ]
  const people = (most?: number): number => {
    const same = new SameVoices({ sameAbove: 0.8, most })
    for (const voice of voices) same.add(voice)
    return new Set(same.people().values()).size
  }
  expect(people()).toBe(2)
  expect(people(1)).toBe(1)
})

it('gives a voice of few words to the person that it is most like, and who is silent in its window', async () => {
  const same = new SameVoices({ sameAbove: 0.8 })
  const [one] = await localVoices(windowOf(0, [a, a], [[1, 1]]), encode, 0.2)
  const [other] = await localVoices(windowOf(1, [b, b], [[1, 1]]), encode, 0.2)
  const short = { ...other!, window: 2, soloMs: 300 }
  for (const voice of [one!, other!, short]) same.add(voice)
  const people = same.people()
  expect(people.get(short)).toBe(people.get(other!))
  expect(people.get(one!)).not.toBe(people.get(other!))
})
