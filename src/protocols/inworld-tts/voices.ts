/** Inworld's lists of voices: which are asked for, and how they are told. */
import { VoiceError } from '../../errors.ts'

/** A voice that can be asked for. */
export interface ListedVoice {
  readonly id: string
  readonly name: string
  readonly description: string
  /** BCP-47. */
  readonly languages: readonly string[]
  readonly gender?: 'female' | 'male'
  readonly tags: readonly string[]
}

const regions: Readonly<Record<string, string>> = {
  ...{ en: 'US', zh: 'CN', ko: 'KR', ja: 'JP', ru: 'RU', it: 'IT', es: 'ES', pt: 'BR', de: 'DE', fr: 'FR', ar: 'SA' },
  ...{ pl: 'PL', nl: 'NL', hi: 'IN', he: 'IL' },
}

/** `EN_US` for `en-US` and for `en`. */
export const langCode = (language: string): string => {
  const [base = '', region] = language.split(/[-_]/)
  const place = region ?? (Object.hasOwn(regions, base.toLowerCase()) ? regions[base.toLowerCase()] : undefined)
  return (place === undefined ? base : `${base}_${place}`).toUpperCase()
}

const genders = { female: 'VOICE_GENDER_FEMALE', male: 'VOICE_GENDER_MALE' } as const

/** A voice of `/voices/v1/voices`. */
export const voiceBody = ({ id, name, description, languages, gender, tags }: ListedVoice) => ({
  voiceId: id,
  name: `workspaces/default/voices/${id}`,
  displayName: name,
  description,
  langCode: langCode(languages[0] ?? 'auto'),
  ...(gender && { gender: genders[gender] }),
  tags,
  source: 'SYSTEM',
})

/** A voice of `/tts/v1/voices`. */
const legacyBody = ({ id, name, description, languages, tags }: ListedVoice) => ({
  voiceId: id,
  displayName: name,
  description,
  languages: [...new Set(languages.map((language) => language.split(/[-_]/)[0]!.toLowerCase()))],
  tags,
})

/** Whether a voice speaks a language, given as `EN_US`, `en-US` or `en`. */
const speaks = (voice: ListedVoice, wanted: string): boolean => {
  const [base, region] = wanted.toLowerCase().split(/[-_]/)
  return voice.languages.some((language) => {
    const own = langCode(language).toLowerCase().split('_')
    return own[0] === base && (region === undefined || own[1] === undefined || own[1] === region)
  })
}

/** The page of `/voices/v1/voices` that a query asks for. Throws `invalid_request` for a page that there is not. */
export const voicesPage = (voices: readonly ListedVoice[], query: URLSearchParams) => {
  const languages = query
    .getAll('languages')
    .flatMap((value) => value.split(','))
    .map((value) => value.trim())
    .filter((value) => value !== '' && !/^AUTO$/i.test(value))
  const found = languages.length === 0 ? voices : voices.filter((voice) => languages.some((one) => speaks(voice, one)))
  const sizeText = query.get('pageSize') ?? query.get('page_size') ?? ''
  const size = sizeText === '' || sizeText === '0' ? found.length : Number(sizeText)
  if (!Number.isInteger(size) || size < 0)
    throw new VoiceError('invalid_request', 'pageSize must be a whole number.', { param: 'pageSize' })
  const token = query.get('pageToken') ?? query.get('page_token') ?? ''
  if (!/^\d{0,9}$/.test(token))
    throw new VoiceError('invalid_request', 'pageToken is none that this server gave.', { param: 'pageToken' })
  const from = Number(token)
  const next = from + size
  return {
    voices: found.slice(from, next).map(voiceBody),
    ...(next < found.length && { nextPageToken: String(next) }),
  }
}

/** `/tts/v1/voices`, where `filter` may be `language=en`. */
export const legacyVoices = (voices: readonly ListedVoice[], filter: string | null) => {
  const language = /^\s*language\s*=\s*"?([\w-]+)"?\s*$/i.exec(filter ?? '')?.[1]
  return { voices: voices.filter((voice) => language === undefined || speaks(voice, language)).map(legacyBody) }
}
