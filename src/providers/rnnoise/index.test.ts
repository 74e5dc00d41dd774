/** RNNoise: the contract. */
import { afterAll, describe, expect, it } from 'vitest'
import { checkNoiseSuppressor } from '../../../test/contracts/noise-suppressor.ts'
import { synthesize } from '../../../test/support/flite.ts'
import type { NoiseSuppressor } from '../../engines/noise-suppressor.ts'
import { silentLog } from '../../log.ts'
import provider from './index.ts'

const surroundings = { log: silentLog, cacheDir: '' }
const engine = provider.noiseSuppressor!('embedded', {}, surroundings) as NoiseSuppressor
afterAll(() => engine.close?.())

const spoken = synthesize('The weather was better in the morning.', 'slt')

describe('RNNoise', () => {
  checkNoiseSuppressor(
    () => engine,
    async () => (await spoken).samples,
  )

  it('has one model', () => {
    expect(() => provider.noiseSuppressor!('other', {}, surroundings)).toThrow('embedded')
  })
})
