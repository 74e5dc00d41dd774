/** Parley as a library. */
import { createReadStream } from 'node:fs'
import { expect, it, vi } from 'vitest'
import { decodeAudio, listen, loadSettings, openEngines, silentLog, VoiceError } from '../../src/index.ts'
import { clip, plainWords } from '../support/clips.ts'
import { cacheDir, need, pocketsphinx, recordings } from '../support/needs.ts'

vi.setConfig({ testTimeout: 90_000 })

const settings = loadSettings({ env: { PARLEY_CACHE_DIR: cacheDir }, cwd: '/' })
const format = { encoding: 'auto', sampleRate: 16_000, channels: 1 } as const
const start = (model: string) => ({
  model,
  format,
  settings: { finalBudgetMs: Number.POSITIVE_INFINITY },
  voiceProfile: false,
  gapMs: 0,
  inactivityMs: 0,
})

it('hears a recording without any server', async (context) => {
  need(context, pocketsphinx, recordings)
  const engines = openEngines(settings, silentLog)
  try {
    const { settings: wishes, engine } = await engines.listenSettings(start('pocketsphinx/en-us'))
    expect(engine).toBe('pocketsphinx/en-us')
    const { signal } = new AbortController()
    const audio = decodeAudio(createReadStream(clip('goforward').file), { format, signal })
    const finals: string[] = []
    for await (const heard of listen(audio, { ...wishes, signal, log: silentLog })) {
      if (heard.type === 'transcript.final') finals.push(heard.text)
    }
    expect(plainWords(finals.join(' '))).toBe('go forward ten meters')
  } finally {
    await engines.close()
  }
})

it('refuses an unknown model with a code to branch on', async () => {
  const engines = openEngines(settings, silentLog)
  const refusal = engines.listenSettings(start('no-such/model'))
  await expect(refusal).rejects.toBeInstanceOf(VoiceError)
  await expect(refusal).rejects.toMatchObject({ code: 'unknown_model' })
  await engines.close()
})
