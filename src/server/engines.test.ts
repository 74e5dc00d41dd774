import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { levelVoiceActivity, scriptedRecognizer } from '../../test/support/engines.ts'
import { defineProvider, type Provider } from '../engines/registry.ts'
import type { Noise } from '../listening/commands.ts'
import type { TurnSettings } from '../listening/settings.ts'
import { type Log, silentLog } from '../log.ts'
import { loadSettings } from './config.ts'
import { openEngines } from './engines.ts'

const fake = defineProvider({
  settings: z.object({}),
  speechToText: () => scriptedRecognizer(),
  voiceActivity: () => levelVoiceActivity({ gain: 1 }),
}) as Provider

const own = defineProvider({
  settings: z.object({}),
  turnDetector: () => ({ sampleRate: 8000, card: { name: 'Own' }, predict: async () => 0.5 }),
}) as Provider

/** The name of the turn detector that serves such a client. */
const detectorFor = async (
  wish: 'conversation' | { readonly languages?: readonly string[]; readonly turns?: Partial<TurnSettings> },
  turnDetector = 'auto',
): Promise<string | undefined> => {
  const set = [`models.turnDetector=${turnDetector}`, 'models.speechToText=fake', 'models.voiceActivity=fake']
  const engines = openEngines(loadSettings({ env: {}, cwd: '/', flags: { set } }), silentLog, { fake, own })
  try {
    if (wish === 'conversation') {
      const settings = await engines.conversationSettings({
        model: '',
        languages: [],
        voiceProfile: false,
        noise: 'none',
      })
      return settings.engines.turnDetector?.card.name
    }
    const { settings } = await engines.listenSettings({
      model: 'fake',
      format: { encoding: 'pcm16', sampleRate: 16_000, channels: 1 },
      settings: wish,
      voiceProfile: false,
      gapMs: 0,
      inactivityMs: 0,
    })
    return settings.engines.turnDetector?.card.name
  } finally {
    await engines.close()
  }
}

describe('noise is suppressed', () => {
  const noisy = defineProvider({
    settings: z.object({}),
    noiseSuppressor: () => ({
      card: { name: 'Mute' },
      latencyMs: 0,
      async *suppress(audio, { strength }) {
        for await (const item of audio)
          yield 'samples' in item ? { ...item, samples: item.samples.map((sample) => sample * (1 - strength)) } : item
      },
    }),
  }) as Provider

  /** How loud a sample of 1 is for the recognizer. */
  const loudness = async (noise: Noise | undefined, ...set: readonly string[]): Promise<number> => {
    let loudest = 0
    const fake = defineProvider({
      settings: z.object({}),
      speechToText: () => ({
        ...scriptedRecognizer(),
        async *transcribe(audio) {
          for await (const item of audio) if ('samples' in item) loudest = Math.max(loudest, ...item.samples)
          yield { type: 'flushed', flush: 1 }
        },
      }),
      voiceActivity: () => levelVoiceActivity({ gain: 1 }),
    }) as Provider
    const usual = ['models.noiseSuppressor=noisy', 'models.speechToText=fake', 'models.voiceActivity=fake']
    const settings = loadSettings({ env: {}, cwd: '/', flags: { set: [...usual, ...set] } })
    const engines = openEngines(settings, silentLog, { fake, noisy })
    const heard = await engines.listenSettings({
      model: 'fake',
      format: { encoding: 'pcm16', sampleRate: 16_000, channels: 1 },
      settings: {},
      voiceProfile: false,
      ...(noise && { noise }),
      gapMs: 0,
      inactivityMs: 0,
    })
    const work = { signal: new AbortController().signal, log: silentLog }
    const sample = (async function* () {
      yield { samples: Float32Array.of(1), sampleRate: 16_000, startMs: 0 }
    })()
    for await (const _ of heard.settings.engines.speechToText.transcribe(sample, work));
    await engines.close()
    return loudest
  }

  it('as the client asks for it, else as the operator set it', async () => {
    expect(await loudness(undefined)).toBe(1)
    expect(await loudness('near')).toBeCloseTo(0.3)
    expect(await loudness('far')).toBe(0)
    expect(await loudness(undefined, 'listening.noise=near')).toBeCloseTo(0.3)
    expect(await loudness('none', 'listening.noise=far')).toBe(1)
    expect(await loudness('far', 'models.noiseSuppressor=none')).toBe(1)
  })

  it('where its engine can be had: hearing does without', async () => {
    expect(await loudness('far', 'models.noiseSuppressor=nobody/knows')).toBe(1)
  })
})

describe('the end of turns is judged', () => {
  const embedded = 'Words and voice before a pause, English'
  const sure = { turns: { confidence: 0.5 } }

  it('in conversations, and in transcription for who asks for confidence', async () => {
    expect(await detectorFor('conversation')).toBe(embedded)
    expect(await detectorFor(sure)).toBe(embedded)
    expect(await detectorFor({})).toBeUndefined()
    expect(await detectorFor({ turns: { minSilenceMs: 200, maxSilenceMs: 800 } })).toBeUndefined()
    expect(await detectorFor({ turns: { confidence: 0 } })).toBeUndefined()
  })

  it('by an engine of the operator, or by none', async () => {
    expect(await detectorFor('conversation', 'own')).toBe('Own')
    expect(await detectorFor('conversation', 'none')).toBeUndefined()
    expect(await detectorFor(sure, 'none')).toBeUndefined()
  })

  it('only in the languages that the engine knows', async () => {
    expect(await detectorFor({ ...sure, languages: ['de-DE'] })).toBeUndefined()
    expect(await detectorFor({ ...sure, languages: ['de-DE', 'en-GB'] })).toBe(embedded)
    expect(await detectorFor({ ...sure, languages: ['de-DE'] }, 'own')).toBe('Own')
  })

  it('by silence alone where the engine cannot be had', async () => {
    expect(await detectorFor('conversation', 'nobody/knows')).toBeUndefined()
  })
})

it('a conversation that names a transcription model which is not here is heard all the same, and the log says so once', async () => {
  const warned: unknown[] = []
  const log: Log = { ...silentLog, warn: (fields) => warned.push(fields), child: () => log }
  const set = ['models.speechToText=fake', 'models.voiceActivity=fake', 'models.turnDetector=none']
  const engines = openEngines(loadSettings({ env: {}, cwd: '/', flags: { set } }), log, { fake })
  try {
    for (let times = 0; times < 2; times += 1)
      expect(
        await engines.conversationSettings({
          model: 'nobody/knows',
          languages: [],
          voiceProfile: false,
          noise: 'none',
        }),
      ).toHaveProperty('engines.speechToText')
    expect(warned).toEqual([{ model: 'nobody/knows', engine: 'fake' }])
  } finally {
    await engines.close()
  }
})
