/** Whether networks are worked out as they were trained, and whether those that ship fit what is measured. */
import { describe, expect, it } from 'vitest'
import { Moments } from '../../signal/moments.ts'
import { measure } from './measures.ts'
import { Model, readModels } from './models.ts'

const likelihoods = (
  height: number,
  temperature = 1,
  bend = 0,
  far?: ConstructorParameters<typeof Model>[0]['far'],
): readonly number[] =>
  new Model({
    far,
    labels: ['low', 'high'],
    measures: ['height'],
    mean: [100],
    deviation: [10],
    temperature,
    members: [
      [
        { weights: [[1], [-1]], bias: [bend, 0] },
        {
          weights: [
            [0, 1],
            [1, 0],
          ],
          bias: [0, 0],
        },
      ],
    ],
  }).judge(new Map([['height', height]]))

describe('Model', () => {
  it('weighs deviations from the mean through rectifiers', () => {
    expect(likelihoods(100)).toEqual([0.5, 0.5])
    expect(likelihoods(110)[1]).toBeCloseTo(1 / (1 + Math.exp(-1)), 6)
    expect(likelihoods(90)[0]).toBeCloseTo(1 / (1 + Math.exp(-1)), 6)
  })

  it('is less sure at a higher temperature, and knows nothing beyond four deviations', () => {
    expect(likelihoods(110, 2)[1]).toBeCloseTo(1 / (1 + Math.exp(-0.5)), 6)
    expect(likelihoods(1000)).toEqual(likelihoods(140))
  })

  it('is less sure of voices unlike those that were learnt, from a distance on', () => {
    const far = { mean: [0], rows: [[1]], near: 1, slope: 0.5 }
    const of = (height: number): number => likelihoods(height, 1, 0, far)[1]!
    expect(of(110)).toBe(likelihoods(110)[1])
    expect(of(130)).toBeCloseTo(1 / (1 + Math.exp(-3 / 2)), 6)
    expect(of(130)).toBeLessThan(likelihoods(130)[1]!)
  })

  it('says which measure is missing', () => {
    const model = [...readModels().values()][0]!
    expect(() => model.judge(new Map())).toThrow('has no measure')
  })
})

describe('the models that ship', () => {
  it('take what is measured, of any audio', () => {
    for (const sound of [new Float32Array(16_000), Float32Array.from({ length: 16_000 }, (_, i) => Math.sin(i / 20))]) {
      const { byName } = measure(new Moments().push(sound))
      for (const model of readModels().values()) {
        const all = model.judge(byName)
        expect(all.reduce((sum, one) => sum + one, 0)).toBeCloseTo(1, 6)
        for (const one of all) expect(one).toBeGreaterThanOrEqual(0)
      }
    }
  })
})
