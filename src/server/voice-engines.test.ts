/** Which engines tell what a voice is like, by the settings. */
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { levelVoiceActivity, scriptedRecognizer } from '../../test/support/engines.ts'
import { defineProvider, type Provider } from '../engines/registry.ts'
import { VoiceError } from '../errors.ts'
import { silentLog } from '../log.ts'
import { loadSettings } from './config.ts'
import { openEngines } from './engines.ts'

/** `fake/a`, `fake/b`…: engines with these traits; `fake/none` cannot be had. */
const traits: Readonly<Record<string, readonly string[]>> = {
  base: ['pitch', 'emotion', 'vocalStyle'],
  tags: ['vocalStyle', 'environment'],
  sense: ['emotion', 'language'],
}
const fake = defineProvider({
  settings: z.object({}),
  speechToText: () => scriptedRecognizer(),
  voiceActivity: () => levelVoiceActivity({ gain: 1 }),
  voiceProfiler: (model) => {
    const told = traits[model]
    if (!told) throw new VoiceError('unavailable', `The model ${model} is not installed.`)
    return { sampleRate: 16_000, card: { name: model }, traits: told, async *profile() {} }
  },
}) as Provider

/** What listens beside the words, for a client that asks for a profile or does not. */
const heardBy = async (voiceProfile: boolean, ...more: readonly string[]) => {
  const set = ['models.speechToText=fake', 'models.voiceActivity=fake', 'models.voiceProfiler=fake/base', ...more]
  const engines = openEngines(loadSettings({ env: {}, cwd: '/', flags: { set } }), silentLog, { fake })
  try {
    const { settings } = await engines.listenSettings({
      model: 'fake',
      format: { encoding: 'pcm16', sampleRate: 16_000, channels: 1 },
      settings: {},
      voiceProfile,
      gapMs: 0,
      inactivityMs: 0,
    })
    const { voiceProfiler, languageIdentifier } = settings.engines
    return {
      profile: voiceProfiler?.card.name,
      traits: voiceProfiler?.traits,
      language: languageIdentifier?.card.name,
    }
  } finally {
    await engines.close()
  }
}

describe('what a voice is like is told', () => {
  it('by one engine, or trait by trait by several, each of which is asked once', async () => {
    expect(await heardBy(true)).toEqual({ profile: 'base', traits: ['pitch', 'emotion', 'vocalStyle'] })
    const both = 'models.voiceTraits=emotion=fake/sense,language=fake/sense,vocalStyle=fake/tags'
    expect(await heardBy(true, both)).toEqual({
      profile: 'base; emotion, language by sense; vocalStyle by tags',
      traits: ['pitch', 'emotion', 'language', 'vocalStyle'],
    })
  })

  it('without those whose traits may not be told, and those that cannot be had', async () => {
    const both = 'models.voiceTraits=emotion=fake/sense,environment=fake/tags,age=fake/none'
    expect(await heardBy(true, both, 'voice.sensitive=false')).toEqual({
      profile: 'base',
      traits: ['pitch', 'vocalStyle'],
    })
    expect(await heardBy(true, both)).toMatchObject({ profile: 'base; emotion by sense' })
  })

  it('by the first engine where another was given what it does not tell, or what the first tells anyway', async () => {
    const vain = 'models.voiceTraits=emotion=fake/tags,language=fake/tags,pitch=fake/base'
    expect(await heardBy(true, vain)).toMatchObject({ profile: 'base' })
    expect(await heardBy(false, vain)).toEqual({})
  })

  it('not to who does not ask, for whom the language alone is listened for', async () => {
    expect(await heardBy(false)).toEqual({})
    expect(await heardBy(false, 'models.voiceTraits=language=fake/sense')).toEqual({ language: 'sense' })
    expect(await heardBy(false, 'models.voiceTraits=emotion=fake/sense')).toEqual({})
  })

  it('as the doctor sees it: each engine with what is told from it', async () => {
    const set = [
      'models.speechToText=fake',
      'models.voiceActivity=fake',
      'models.turnDetector=none',
      'models.voiceProfiler=fake/base',
      'models.voiceTraits=emotion=fake/sense,vocalStyle=fake/tags,age=fake/none',
    ]
    const engines = openEngines(loadSettings({ env: {}, cwd: '/', flags: { set } }), silentLog, { fake })
    try {
      const states = (await engines.warm()).filter(({ kind }) => kind === 'voiceProfiler')
      expect(states.map(({ id, traits, problem }) => [id, traits ?? problem])).toEqual([
        ['fake/base', ['pitch']],
        ['fake/sense', ['emotion']],
        ['fake/tags', ['vocalStyle']],
        ['fake/none', 'The model none is not installed.'],
      ])
    } finally {
      await engines.close()
    }
  })

  it('by nothing but traits that there are', () => {
    const flags = { set: ['models.voiceTraits=mood=yamnet'] }
    expect(() => loadSettings({ env: {}, cwd: '/', flags })).toThrow('mood')
  })
})
