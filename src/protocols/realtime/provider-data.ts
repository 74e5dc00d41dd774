/** Realtime: `providerData`, Inworld's additions to a session. What nothing here acts on is kept and given back. */
import type { ConfigPatch, TranscriptionConfig } from '../../conversation/config.ts'
import { termsOf } from '../openai-audio/call.ts'
import { camelKeys, isObject, type JsonObject } from '../wire-json.ts'

const object = (value: unknown): JsonObject => (isObject(value) ? value : {})
const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)
const number = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isFinite(value) ? value : undefined
const texts = (value: unknown): readonly string[] | undefined =>
  Array.isArray(value) ? value.filter((entry) => typeof entry === 'string') : undefined
const withoutUndefined = (fields: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))

/** How words are chosen, by the names of the generation block. */
const readSampling = (block: JsonObject): JsonObject => {
  const effort = text(object(block.reasoning).effort)
  return withoutUndefined({
    temperature: number(block.temperature),
    topP: number(block.topP),
    frequencyPenalty: number(block.frequencyPenalty),
    presencePenalty: number(block.presencePenalty),
    seed: number(block.seed),
    stop: texts(block.stopSequences),
    reasoningEffort: effort?.toLowerCase(),
  })
}

/** What the recognizer is told; null takes a hint away. */
export const readHints = (data: JsonObject | null): Partial<TranscriptionConfig> => {
  const stt = object(data?.stt)
  const prompt = stt.prompt === null ? '' : text(stt.prompt)
  const languages = stt.language_hints === null ? [] : texts(stt.language_hints)
  return { ...(prompt !== undefined && { terms: termsOf(prompt) }), ...(languages && { languages }) }
}

/**
 * The change that `providerData` means, hints for the recognizer apart. Its fields are forgiven rather than refused: one
 * that makes no sense is given back and does nothing.
 */
export const readProviderData = (data: JsonObject | null): ConfigPatch => {
  if (data === null) return { extras: { providerData: null } }
  const stt = object(data.stt)
  const generation = object(camelKeys(object(data.text_generation_config)))
  const maxTokens = number(generation.maxNewTokens)
  const language = text(object(data.tts).language)
  const metadata = Object.entries(object(data.metadata)).filter(([, value]) => typeof value === 'string')
  const user = text(data.user_id)
  return {
    ...(typeof data.auto_tool_response === 'boolean' && { answerToolResults: data.auto_tool_response }),
    ...((typeof stt.voice_profile === 'boolean' || stt.voice_profile === null) && {
      voiceProfile: stt.voice_profile === null ? 'used' : stt.voice_profile ? 'told' : 'off',
    }),
    ...(language !== undefined && { output: { language } }),
    ...(maxTokens !== undefined && maxTokens >= 1 && { maxTokens: Math.floor(maxTokens) }),
    sampling: readSampling(generation),
    metadata: { ...Object.fromEntries(metadata), ...(user !== undefined && { user_id: user }) },
    extras: { providerData: data },
  } as ConfigPatch
}
