import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { loadSettings } from './config.ts'
import { namedVoices } from './voice-names.ts'
import { directId, resolveVoice, type VoiceWish } from './voices.ts'

const settings = (environment: Record<string, string> = {}) => loadSettings({ env: environment, cwd: '/' })
const resolve = (wish: Partial<VoiceWish>, environment: Record<string, string> = {}): string => {
  const { id, voice } = resolveVoice({ voice: '', model: '', language: '', ...wish }, settings(environment))
  return `${id} ${voice}`
}

describe('a voice that a client asks for', () => {
  it('is spoken by the embedded voice that comes nearest', () => {
    expect(resolve({})).toBe('flite/default slt')
    expect(resolve({ voice: 'nova', model: 'tts-1' })).toBe('flite/default slt')
    expect(resolve({ voice: 'Onyx', model: 'gpt-4o-mini-tts' })).toBe('flite/default rms')
    expect(resolve({ voice: 'Dennis', model: 'inworld-tts-2', language: 'en-US' })).toBe('flite/default rms')
    expect(resolve({ voice: 'kal16' })).toBe('flite/default kal16')
    expect(resolve({ voice: 'workspace__my_clone' })).toBe('flite/default slt')
  })

  it('speaks the language that was asked for, or that its name stands for', () => {
    expect(resolve({ voice: 'Dennis', language: 'de-DE' })).toBe('espeak/ng de')
    expect(resolve({ voice: 'nova', language: 'fr' })).toBe('espeak/ng fr-fr+f3')
    expect(resolve({ voice: 'Johanna' })).toBe('espeak/ng de+f3')
    expect(resolve({ voice: 'Helene' })).toBe('espeak/ng fr-fr+f3')
    expect(resolve({ voice: 'Johanna', language: 'en' })).toBe('flite/default slt')
    expect(resolve({ voice: 'Heitor', language: 'PT_BR' })).toBe('espeak/ng pt-br')
    expect(resolve({ voice: 'nova', language: 'AUTO' })).toBe('flite/default slt')
  })

  it('can be named directly, as a voice or as a model', () => {
    expect(resolve({ voice: 'flite/rms', language: 'de' })).toBe('flite/default rms')
    expect(resolve({ voice: 'espeak/de+f3' })).toBe('espeak/ng de+f3')
    expect(resolve({ voice: 'sherpa/kokoro/af_bella' })).toBe('sherpa/kokoro af_bella')
    expect(resolve({ model: 'espeak/ng', voice: 'de' })).toBe('espeak/ng de')
    expect(resolve({ model: 'flite/awb', voice: 'nova' })).toBe('flite/default awb')
    for (const [engine, voice] of [
      ['flite/default', 'rms'],
      ['espeak/ng', 'de'],
      ['sherpa/kokoro', 'af_bella'],
    ] as const)
      expect(resolve({ voice: directId(engine, voice) })).toBe(`${engine} ${voice}`)
  })

  it('comes from the configured engine where there is one', () => {
    const configured = { PARLEY_MODELS_TEXT_TO_SPEECH: 'sherpa/kokoro' }
    expect(resolve({ voice: 'af_bella' }, configured)).toBe('sherpa/kokoro af_bella')
    expect(resolve({ voice: 'flite/rms' }, configured)).toBe('flite/default rms')
    expect(resolve({ voice: 'onyx' }, { PARLEY_MODELS_TEXT_TO_SPEECH: 'flite/default' })).toBe('flite/default rms')
  })

  it('is never refused, whatever it is called', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string(), (voice, model, language) => {
        const resolved = resolveVoice({ voice, model, language }, settings())
        expect(resolved.id).toMatch(/^(flite\/default|espeak\/ng|sherpa\/.*)$/)
      }),
    )
    expect(resolve({ voice: '__proto__/x', model: 'constructor/y' })).toBe('flite/default slt')
  })
})

it('has each name once', () => {
  const names = namedVoices.map(({ name }) => name.toLowerCase())
  expect(new Set(names).size).toBe(names.length)
})
