/** The speaker encoder that ships: the contract, and voices told apart in a conversation. */
import { afterAll, describe, expect, it } from 'vitest'
import { checkSpeakerEncoder } from '../../../test/contracts/speaker-encoder.ts'
import { synthesize } from '../../../test/support/flite.ts'
import { silentLog } from '../../log.ts'
import { createSpeakers } from './engine.ts'
import provider from './index.ts'

const engine = createSpeakers()
afterAll(() => engine.close?.())

const said = new Map<string, Promise<Float32Array>>()
const speech = (text: string, voice: 'slt' | 'rms'): Promise<Float32Array> => {
  const key = `${voice} ${text}`
  const samples = said.get(key) ?? synthesize(text, voice).then((frame) => frame.samples)
  said.set(key, samples)
  return samples
}

describe('the embedded speaker encoder', () => {
  checkSpeakerEncoder(
    () => engine,
    async () => ({
      one: await speech('The weather was better in the morning.', 'slt'),
      oneAgain: await speech('Could you tell me where the station is?', 'slt'),
      other: await speech('I have never seen so many birds before.', 'rms'),
    }),
  )

  it('has one model', () => {
    const make = (model: string) =>
      provider.speakerEncoder!(model, provider.settings.parse({}), { log: silentLog, cacheDir: '' })
    expect(() => make('other')).toThrow('embedded')
  })
})
