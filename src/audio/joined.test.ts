import { describe, expect, it } from 'vitest'
import { joined } from './joined.ts'

describe('joined', () => {
  it('holds the runs one after another, apart from them', () => {
    const first = Int16Array.of(1, 2)
    const all = joined(Int16Array, [first, new Int16Array(0), Int16Array.of(3)])
    first[0] = 9
    expect(all).toEqual(Int16Array.of(1, 2, 3))
  })

  it('is empty where there are none', () => {
    expect(joined(Float32Array, [])).toEqual(new Float32Array(0))
  })
})
