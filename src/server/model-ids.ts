/** What a client calls a recognizer → the engine that serves it here. */
import { VoiceError } from '../errors.ts'
import { vachanaModel } from '../protocols/vachana/start.ts'

/** Families of speech-to-text ids that clients of the public APIs send, each with the provider that owns it there. */
const families: readonly { readonly matches: RegExp; readonly provider: string }[] = [
  { matches: /^(openai\/)?whisper-[\w.-]+$/, provider: 'openai' },
  { matches: /^(openai\/)?gpt-[\w.-]+$/, provider: 'openai' },
  { matches: /^(openai\/)?o\d[\w.-]*$/, provider: 'openai' },
  { matches: /^(openai\/)?tts-[\w.-]+$/, provider: 'openai' },
  { matches: /^(anthropic\/)?claude-[\w.-]+$/, provider: 'anthropic' },
  { matches: /^(google\/)?gemini-[\w.-]+$/, provider: 'google' },
  {
    matches:
      /^assemblyai\/(universal-streaming-multilingual|universal-streaming-english|universal-2|u3-rt-pro|whisper-rt)$/,
    provider: 'assemblyai',
  },
  { matches: /^soniox\/stt-[\w.-]+$/, provider: 'soniox' },
  { matches: /^deepgram\/(flux|nova)-[\w.-]+$/, provider: 'deepgram' },
  { matches: /^groq\/whisper-large-v3(-turbo)?$/, provider: 'groq' },
]

/** Ids that mean the local recognizer and always work. */
export const localIds: readonly string[] = ['inworld/inworld-stt-1', vachanaModel]

/** Ids of the public APIs that `GET /v1/models` lists while the local engine stands in for them. */
export const knownIds: readonly string[] = [
  'whisper-1',
  'gpt-4o-transcribe',
  'gpt-4o-mini-transcribe',
  'assemblyai/universal-streaming-multilingual',
  'soniox/stt-rt-v4',
  'deepgram/flux-general-en',
  'groq/whisper-large-v3',
]

/** Where an id leads. `standsFor`: the provider whose model the local engine stands in for. */
export interface Resolved {
  readonly engine: string
  readonly standsFor?: string
}

/**
 * The engine for a recognizer's id: (1) configured or built in → that engine; (2) known but without key or files → the
 * local engine where the fallback is on, else `unavailable` naming the setting; (3) anything else → `unknown_model`.
 */
export const resolveSpeechToText = (
  id: string,
  options: {
    readonly aliases: Readonly<Record<string, string>>
    readonly providerNames: readonly string[]
    readonly fallback: boolean
    readonly acceptAny: boolean
    readonly local: string
  },
): Resolved => {
  const alias = Object.hasOwn(options.aliases, id) ? options.aliases[id] : undefined
  if (alias !== undefined) return { engine: alias }
  if (id === 'auto' || localIds.includes(id)) return { engine: options.local }
  const [name = ''] = id.split('/')
  if (options.providerNames.includes(name)) return { engine: id }
  const family = families.find(({ matches }) => matches.test(id))
  if (family) {
    if (options.fallback) return { engine: options.local, standsFor: family.provider }
    throw new VoiceError(
      'unavailable',
      `The model ${id} needs a key of ${family.provider}, and models.fallback is off: set one of the two, or use inworld/inworld-stt-1.`,
      { param: 'model' },
    )
  }
  if (options.acceptAny) return { engine: options.local }
  throw new VoiceError('unknown_model', `The model ${id} does not exist here.`, { param: 'model' })
}
