/** GTCRN: the contract, where `../shared/models` is; else only how its absence is told. */
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { checkNoiseSuppressor } from '../../../test/contracts/noise-suppressor.ts'
import { synthesize } from '../../../test/support/flite.ts'
import { needs, shared, sharedUrl } from '../../../test/support/needs.ts'
import type { NoiseSuppressor } from '../../engines/noise-suppressor.ts'
import { silentLog } from '../../log.ts'
import provider from './index.ts'

const surroundings = { log: silentLog, cacheDir: '/nowhere' }
const modelFile = fileURLToPath(new URL('models/gtcrn/gtcrn_simple.onnx', sharedUrl))

describe('GTCRN', () => {
  needs(shared)
  let engine: NoiseSuppressor
  let speech: Float32Array
  beforeAll(async () => {
    engine = await provider.noiseSuppressor!('simple', { modelFile }, surroundings)
    speech = (await synthesize('The weather was better in the morning.', 'slt')).samples
  })
  afterAll(() => engine.close?.())

  checkNoiseSuppressor(
    () => engine,
    async () => speech,
  )
})

it('has one model; where that is not installed, the command is named', async () => {
  await expect(provider.noiseSuppressor!('other', {}, surroundings)).rejects.toThrow('simple')
  await expect(provider.noiseSuppressor!('', {}, surroundings)).rejects.toThrow('parley models pull gtcrn')
})
