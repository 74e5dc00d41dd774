/** What a client calls a voice → the engine and the voice that speak here. */
import type { Settings } from './config.ts'
import { namedVoice } from './voice-names.ts'

/** A voice as a client asks for it. */
export interface VoiceWish {
  /** Name of the voice; empty: the default one. */
  readonly voice: string
  /** Model of the voice as the client named it; empty: none. */
  readonly model: string
  /** BCP-47; empty: the voice's own. */
  readonly language: string
}

export interface ResolvedVoice {
  readonly id: string
  readonly voice: string
}

/** Engines that speak, each with the id of the engine whose voices go by the provider's name alone. */
const engineOf = new Map([
  ['flite', 'flite/default'],
  ['espeak', 'espeak/ng'],
])
const fliteVoices: readonly string[] = ['slt', 'rms', 'awb', 'kal16']

/** What espeak-ng calls languages where the base code alone does not name one. */
const espeakCodes = new Map(Object.entries({ fr: 'fr-fr', zh: 'cmn', no: 'nb', iw: 'he', in: 'id', tl: 'fil' }))
/** Regions that it speaks in another way than the rest of the language. */
const espeakRegions = new Map(
  Object.entries({
    'pt-br': 'pt-br',
    'fr-be': 'fr-be',
    'fr-ch': 'fr-ch',
    'es-mx': 'es-419',
    'es-419': 'es-419',
    'es-us': 'es-419',
    'es-ar': 'es-419',
    'es-co': 'es-419',
  }),
)

/** How a voice of an engine is addressed directly: `flite/rms`, `espeak/de`, `sherpa/kokoro/af_bella`. */
export const directId = (engineId: string, voice: string): string => {
  const provider = [...engineOf].find(([, id]) => id === engineId)?.[0]
  return `${provider ?? engineId}/${voice}`
}

const direct = (name: string): ResolvedVoice | undefined => {
  const [provider = '', ...rest] = name.split('/')
  const engine = engineOf.get(provider)
  if (engine !== undefined && rest.length > 0) {
    const voice = rest.join('/')
    return { id: engine, voice: engine === `${provider}/${voice}` ? '' : voice }
  }
  if (provider !== 'sherpa' || rest.length === 0) return undefined
  return { id: `sherpa/${rest[0]}`, voice: rest.slice(1).join('/') }
}

const espeakVoice = (language: string, female: boolean): string => {
  const code = language.toLowerCase().replaceAll('_', '-')
  const base = code.split('-')[0] ?? ''
  return `${espeakRegions.get(code) ?? espeakCodes.get(base) ?? base}${female ? '+f3' : ''}`
}

/** The voice that needs no download and comes nearest. */
const embedded = (name: string, language: string): ResolvedVoice => {
  const own = fliteVoices.find((voice) => voice === name.toLowerCase())
  const known = namedVoice(name)
  const wanted = language === '' || language.toLowerCase() === 'auto' ? (known?.language ?? 'en') : language
  const base = wanted.toLowerCase().split(/[-_]/)[0]
  if (base === 'en' || own) return { id: 'flite/default', voice: own ?? known?.flite ?? 'slt' }
  return { id: 'espeak/ng', voice: espeakVoice(wanted, (known?.gender ?? 'female') === 'female') }
}

/**
 * The engine and its voice. Never fails on a name: (1) `provider/voice`, or a model that is an engine's id, names it
 * directly; (2) else the engine of `models.textToSpeech` speaks, by its voice of that name or its first; (3) with `auto`
 * the embedded voice that comes nearest to the name, in the language that was asked for or that the name stands for.
 */
export const resolveVoice = ({ voice, model, language }: VoiceWish, { models }: Settings): ResolvedVoice => {
  const named = direct(voice.trim())
  if (named) return named
  const engine = direct(model.trim())
  if (engine) return engine.voice === '' ? { ...engine, voice } : engine
  if (models.textToSpeech === 'auto') return embedded(voice.trim(), language.trim())
  const near = embedded(voice.trim(), language.trim())
  return { id: models.textToSpeech, voice: near.id === models.textToSpeech ? near.voice : voice }
}
