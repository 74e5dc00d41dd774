/** The echo guard that ships: the contract. What it hears of echoes is tested beside the signal code, and with the gate in `session/`. */
import { afterAll, describe, expect, it } from 'vitest'
import { checkEchoGuard } from '../../../test/contracts/echo-guard.ts'
import { synthesize } from '../../../test/support/flite.ts'
import { resampled } from '../../audio/resample.ts'
import { silentLog } from '../../log.ts'
import { createEchoGuard } from './engine.ts'
import provider from './index.ts'

const engine = createEchoGuard()
afterAll(() => engine.close?.())

const said = async (text: string, voice: 'slt' | 'rms'): Promise<Float32Array> =>
  resampled((await synthesize(text, voice)).samples, 16_000, engine.sampleRate)

describe('the embedded echo guard', () => {
  checkEchoGuard(
    () => engine,
    async () => ({
      one: await said('The weather was better in the morning than it is now.', 'slt'),
      other: await said('Could you tell me where the station is, please?', 'rms'),
    }),
  )

  it('has one model', () => {
    const make = (model: string) => provider.echoGuard!(model, {}, { log: silentLog, cacheDir: '' })
    expect(() => make('other')).toThrow('embedded')
  })
})
