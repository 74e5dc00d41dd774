import { expect, it } from 'vitest'
import { resolveSpeechToText } from './model-ids.ts'

const options = {
  aliases: { mine: 'sherpa/kroko-en' },
  providerNames: ['pocketsphinx', 'sherpa'],
  fallback: true,
  acceptAny: false,
  local: 'pocketsphinx/en-us',
}

it('leads configured names and built-in engines to themselves', () => {
  expect(resolveSpeechToText('mine', options)).toEqual({ engine: 'sherpa/kroko-en' })
  expect(resolveSpeechToText('sherpa/x', options)).toEqual({ engine: 'sherpa/x' })
  expect(resolveSpeechToText('inworld/inworld-stt-1', options)).toEqual({ engine: 'pocketsphinx/en-us' })
})

it('lets the local engine stand in for known models of others, and says for whom', () => {
  for (const id of ['whisper-1', 'gpt-4o-transcribe', 'openai/gpt-4o-mini-transcribe', 'groq/whisper-large-v3-turbo']) {
    expect(resolveSpeechToText(id, options).engine).toBe('pocketsphinx/en-us')
  }
  expect(resolveSpeechToText('deepgram/flux-general-multi', options).standsFor).toBe('deepgram')
})

it('names the setting when the fallback is off', () => {
  expect(() => resolveSpeechToText('whisper-1', { ...options, fallback: false })).toThrow(/models\.fallback/)
})

it('does not know anything else, unless told to accept any name', () => {
  for (const id of ['no-such/model', 'no-such-model-xyz', 'inworld/stt-v1', 'constructor', '']) {
    expect(() => resolveSpeechToText(id, options)).toThrow(/does not exist/)
  }
  expect(resolveSpeechToText('no-such/model', { ...options, acceptAny: true }).engine).toBe('pocketsphinx/en-us')
})
