import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { checkVoiceActivity, likelihoods, noise } from '../../../test/contracts/voice-activity.ts'
import { synthesize } from '../../../test/support/flite.ts'
import { need, sharedUrl } from '../../../test/support/needs.ts'
import type { VoiceActivity } from '../../engines/voice-activity.ts'
import { withEnergyGate } from '../../listening/energy-gate.ts'
import { silentLog } from '../../log.ts'
import silero from './index.ts'

const surroundings = { log: silentLog, cacheDir: '' }
const open = (model: string, modelFile?: string) =>
  silero.voiceActivity?.(model, modelFile === undefined ? {} : { modelFile }, surroundings) as VoiceActivity

const speech = new Float32Array(8000 + 3 * 16_000)
const engines = new Map<string, VoiceActivity>()
const engine = (model: string): VoiceActivity => {
  const made = engines.get(model) ?? open(model)
  engines.set(model, made)
  return made
}

beforeAll(async () => {
  const { samples } = await synthesize('A voice is a human gift; it should be cherished and used.')
  speech.set(samples.subarray(0, 3 * 16_000), 8000)
})
afterAll(async () => {
  await Promise.all([...engines.values()].map((made) => made.close?.()))
})

describe.each(['v6', 'v5'])('silero/%s', (model) => {
  checkVoiceActivity(() => engine(model), { speech })
})

describe('silero/v6 behind the energy gate', () => {
  checkVoiceActivity(() => withEnergyGate(engine('v6')), { speech })

  it('finds the same speech as without it', async () => {
    const audio = noise(speech.length, 0.001).map((sample, at) => sample + speech[at]!)
    const [plain, gated] = [
      await likelihoods(engine('v6'), audio),
      await likelihoods(withEnergyGate(engine('v6')), audio),
    ]
    for (const [index, likelihood] of plain.entries())
      if (likelihood >= 0.5) expect(gated[index]).toBeGreaterThan(0.35)
      else expect(gated[index]).toBeLessThan(0.65)
  })
})

describe('a batch of many streams', () => {
  it('gives each what it gives it alone', async () => {
    const streams = Array.from({ length: 70 }, (_, index) =>
      speech.subarray(index * 100, index * 100 + 10_000 + index * 50).map((sample) => sample * (1 - index / 100)),
    )
    const alone: number[][] = []
    for (const stream of streams) alone.push(await likelihoods(engine('v6'), stream))
    const together = await Promise.all(streams.map((stream, index) => likelihoods(engine('v6'), stream, 200 + index)))
    expect(together).toEqual(alone.map((stream) => stream.map((likelihood) => expect.closeTo(likelihood, 4))))
  })
})

for (const name of ['silero_vad.onnx', 'silero_vad_16k_op15.onnx'])
  it(`takes another model file: ${name}`, async (context) => {
    const file = join(fileURLToPath(sharedUrl), 'models/silero-vad', name)
    need(context, {
      what: '../shared (another Silero model)',
      command: 'no command: put the folder beside the project',
      isThere: () => existsSync(file),
    })
    const other = open('v6', file)
    const judged = await likelihoods(other, speech)
    expect(judged.filter((likelihood) => likelihood > 0.5).length).toBeGreaterThan(40)
    await other.close?.()
  })

it('refuses a version that there is not', () => {
  expect(() => open('v7')).toThrow(expect.objectContaining({ code: 'unknown_model' }))
})

it('says so when the model file is not there', async () => {
  const broken = open('v6', '/nowhere.onnx')
  await expect(likelihoods(broken, speech)).rejects.toMatchObject({ code: 'provider_failed' })
  await broken.close?.()
})

it('fails what is under way when it is closed, and waits for its thread to end', async () => {
  const closing = open('v6')
  const judged = likelihoods(closing, noise(160_000, 0.1))
  const failure = expect(judged).rejects.toMatchObject({ name: 'VoiceError' })
  await closing.close?.()
  await failure
  await expect(likelihoods(closing, speech)).rejects.toMatchObject({ code: 'unavailable' })
})
