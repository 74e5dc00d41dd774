import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { levelVoiceActivity, scriptedRecognizer } from '../../test/support/engines.ts'
import { defineProvider, type Provider } from '../engines/registry.ts'
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
      const settings = await engines.conversationSettings({ model: '', languages: [], voiceProfile: false })
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
        await engines.conversationSettings({ model: 'nobody/knows', languages: [], voiceProfile: false }),
      ).toHaveProperty('engines.speechToText')
    expect(warned).toEqual([{ model: 'nobody/knows', engine: 'fake' }])
  } finally {
    await engines.close()
  }
})
