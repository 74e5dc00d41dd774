import { expect, it } from 'vitest'
import { attend } from '../../../test/support/attending.ts'
import { toneVoice } from '../../../test/support/talking.ts'
import type { BackchannelConfig } from '../../conversation/attendant-config.ts'
import type { ConfigPatch } from '../../conversation/config.ts'
import { backchannelFields, defaultsOf } from '../../protocols/realtime/attendants.ts'
import { PhrasesAhead } from './phrases-ahead.ts'

const backchannel: BackchannelConfig = {
  ...defaultsOf(backchannelFields),
  enabled: true,
  allowedPhrases: ['right', 'I see', 'okay'],
}
const start = (config: ConfigPatch, voice = toneVoice()) => ({
  ...attend((parts) => new PhrasesAhead(parts), { config, voice }),
  voice,
})

it('speaks them when the session begins, or when they are first wanted, and once', async () => {
  const { settled, voice, apply, phrases } = start({ backchannel })
  await settled()
  expect(voice.calls.texts).toEqual(['right', 'I see', 'okay'])
  expect(phrases.bytes).toBeGreaterThan(0)
  apply({ type: 'session.update', patch: { instructions: 'x' } })
  apply({ type: 'session.update', patch: { backchannel: { allowedPhrases: ['okay', 'sure'] } } })
  await settled()
  expect(voice.calls.texts.slice(3)).toEqual(['sure'])
})

it('waits while somebody speaks', async () => {
  let said = (): void => {}
  const voice = toneVoice({ before: () => new Promise((resolve) => (said = resolve)) })
  const { settled, apply } = start({ backchannel, input: { turnDetection: null } }, voice)
  await new Promise<void>((resolve) => setImmediate(resolve))
  apply({ type: 'speech.started', utterance: 0, startMs: 0, confidence: 1 })
  said()
  await settled()
  expect(voice.calls.texts).toEqual(['right'])
})

it('does nothing that was not asked for', async () => {
  const off = start({ backchannel: { ...backchannel, enabled: false } })
  const written = start({ backchannel, modalities: { audio: false, text: true } })
  await Promise.all([off.settled(), written.settled()])
  expect([...off.voice.calls.texts, ...written.voice.calls.texts]).toEqual([])
})
