/** Every model in `../shared/models`: opened by the engine that has its kind, or named as one that has none. */
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { parseWav } from '../../src/audio/wav.ts'
import { silentLog } from '../../src/log.ts'
import gtcrn from '../../src/providers/gtcrn/index.ts'
import { createSegmentation } from '../../src/providers/pyannote/engine.ts'
import silero from '../../src/providers/silero/index.ts'
import yamnet from '../../src/providers/yamnet/index.ts'
import { digitsFile } from '../support/digits.ts'
import { cacheDir, need, shared, sharedUrl } from '../support/needs.ts'
import { noise } from './voice-activity.ts'
import { profilesOf, topOf } from './voice-profiler.ts'

const manifest = new URL('models/manifest.json', sharedUrl)
const file = (path: string): string => fileURLToPath(new URL(`models/${path}`, sharedUrl))

/** The recording of digits at 16 kHz, roughly: each sample twice. */
const speech = (): Float32Array => {
  const { samples } = parseWav(readFileSync(digitsFile))
  return Float32Array.from({ length: 2 * samples.length }, (_, i) => samples[i >> 1] ?? 0)
}

const likelihoods = async (model: string, samples: Float32Array): Promise<number[]> => {
  const settings = silero.settings.parse({ modelFile: file(model) })
  const engine = await silero.voiceActivity!('v6', settings, { log: silentLog, cacheDir })
  const audio = (async function* () {
    yield { samples, sampleRate: 16_000, startMs: 0 }
  })()
  const heard: number[] = []
  const work = { signal: new AbortController().signal, log: silentLog }
  for await (const { likelihood } of engine.detect(audio, work)) heard.push(likelihood)
  await engine.close?.()
  return heard
}

/** A check where there is an engine of the kind; else what kind is missing. */
const kinds: Readonly<Record<string, (() => Promise<void>) | string>> = {
  'silero-vad': async () => {
    const spoken = await likelihoods('silero-vad/silero_vad.onnx', speech())
    const silent = await likelihoods('silero-vad/silero_vad.onnx', new Float32Array(16_000))
    expect(Math.max(...spoken)).toBeGreaterThan(0.8)
    expect(Math.max(...silent)).toBeLessThan(0.2)
  },
  'pyannote-segmentation-3-0': async () => {
    const engine = await createSegmentation(file('pyannote-segmentation-3-0/model.int8.onnx'), { name: 'pyannote' })
    try {
      const samples = new Float32Array(10 * 16_000)
      samples.set(speech().subarray(0, 4 * 16_000), 3 * 16_000)
      const audio = { samples, sampleRate: 16_000, startMs: 0 }
      const voices = await engine.segment(audio, { signal: new AbortController().signal, log: silentLog })
      const shareAt = (fromMs: number, toMs: number): number => {
        const steps = [...voices[0]!.keys()].slice(fromMs / engine.stepMs, toMs / engine.stepMs)
        return steps.filter((step) => voices.some((voice) => voice[step]! >= 0.5)).length / steps.length
      }
      expect(shareAt(3000, 6500)).toBeGreaterThan(0.5)
      expect(shareAt(0, 2500)).toBe(0)
    } finally {
      await engine.close?.()
    }
  },
  'speaker-tdnn128': 'speaker encoder',
  gtcrn: async () => {
    const settings = gtcrn.settings.parse({ modelFile: file('gtcrn/gtcrn_simple.onnx') })
    const engine = await gtcrn.noiseSuppressor!('', settings, { log: silentLog, cacheDir })
    const hiss = (async function* () {
      yield { samples: noise(32_000, 0.02), sampleRate: 16_000, startMs: 0 }
    })()
    let last = new Float32Array(0)
    const work = { signal: new AbortController().signal, log: silentLog, strength: 1 }
    for await (const item of engine.suppress(hiss, work)) if ('samples' in item) last = Float32Array.from(item.samples)
    await engine.close?.()
    expect(Math.max(...last.map(Math.abs))).toBeLessThan(0.01)
  },
  yamnet: async () => {
    const settings = yamnet.settings.parse({ modelFile: file('yamnet/yamnet-int8.onnx') })
    const engine = await yamnet.voiceProfiler!('', settings, { log: silentLog, cacheDir })
    expect(topOf((await profilesOf(engine, speech())).at(-1), 'vocalStyle')).toBe('normal')
    await engine.close?.()
  },
  'pocketsphinx-en-us': 'another model for PocketSphinx than Debian’s',
  'profile-heads': 'voice profile from trained heads',
}

describe('the models of ../shared', () => {
  it('are all accounted for', (context) => {
    need(context, shared)
    const { models } = JSON.parse(readFileSync(manifest, 'utf8')) as { models: readonly { readonly name: string }[] }
    expect(models.map((model) => model.name).filter((name) => !(name in kinds))).toEqual([])
    const missing = Object.entries(kinds).flatMap(([name, kind]) =>
      typeof kind === 'string' ? [`${name} (${kind})`] : [],
    )
    console.info(`No engine here opens: ${missing.join(', ')}.`)
  })

  for (const [name, check] of Object.entries(kinds))
    if (typeof check !== 'string')
      it(`${name} works in its engine`, async (context) => {
        need(context, shared)
        expect(existsSync(manifest)).toBe(true)
        await check()
      })
})
