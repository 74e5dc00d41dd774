/** Realtime: `providerData`, Inworld's additions to a session. What nothing here acts on is kept and given back. */
import { type ConfigPatch, merge, type SessionConfig, type TranscriptionConfig } from '../../conversation/config.ts'
import { termsOf } from '../openai-audio/call.ts'
import { camelKeys, isObject, type JsonObject } from '../wire-json.ts'
import { attendantBranches, misreadFields } from './attendants.ts'
import type { Dialect } from './dialect.ts'
import { type ProviderField, providerFields, timestampTypes } from './provider-fields.ts'

const branches = [...new Set(providerFields.map(({ branch }) => branch)), 'metadata', ...attendantBranches].filter(
  (name) => name !== '',
)

/** The part of a name with dots in it; null where anything on the way is null. */
const valueAt = (value: unknown, [name, ...rest]: readonly string[]): unknown => {
  if (name === undefined || value === null || value === undefined) return value
  return isObject(value) && Object.hasOwn(value, name) ? valueAt(value[name], rest) : undefined
}

/** What `data` says of a field: undefined when nothing, null when it sets the field back. */
const said = (data: JsonObject, { branch, name }: ProviderField): unknown => {
  if (branch === '') return data[name]
  // The one branch whose fields have capitals; snake_case is forgiven.
  const block = branch === 'text_generation_config' ? camelKeys(data[branch]) : data[branch]
  return valueAt(block, name.split('.'))
}

const texts = (value: unknown): readonly string[] | undefined =>
  Array.isArray(value) ? value.filter((entry) => typeof entry === 'string') : undefined

/** What the recognizer is told; null takes a hint away. */
export const readHints = (data: JsonObject | null | undefined): Partial<TranscriptionConfig> => {
  if (data === undefined) return {}
  const prompt = valueAt(data, ['stt', 'prompt'])
  const hints = valueAt(data, ['stt', 'language_hints'])
  const languages = hints === null ? [] : texts(hints)
  const said = prompt === null || typeof prompt === 'string'
  return { ...(said && { terms: termsOf(prompt ?? '') }), ...(languages && { languages }) }
}

const readMetadata = (metadata: unknown): ConfigPatch => {
  if (metadata === null) return { metadata: null }
  if (!isObject(metadata)) return {}
  const entries = Object.entries(metadata).filter(([, value]) => value === null || typeof value === 'string')
  return { metadata: Object.fromEntries(entries) as Readonly<Record<string, string | null>> }
}

/**
 * The change that `providerData` means, hints for the recognizer apart. Its fields are forgiven rather than refused: one
 * that makes no sense is given back and does nothing. Null sets a field, a branch or all of it back.
 */
export const readProviderData = (data: JsonObject | null, dialect: Dialect): ConfigPatch =>
  providerFields.reduce<ConfigPatch>(
    (patch, field) => {
      const value = data === null ? null : said(data, field)
      if (value === undefined) return patch
      return merge(
        patch,
        (value === null ? undefined : field.read(value)) ?? (value === null ? field.reset(dialect) : {}),
      )
    },
    { ...readMetadata(data === null ? null : data.metadata), extras: { providerData: data } },
  )

/** The fields that make no sense, by their names on the wire. */
export const nonsenseIn = (data: JsonObject | null | undefined): readonly string[] => {
  if (!data) return []
  const named = (branch: string): boolean => data[branch] !== undefined && data[branch] !== null
  const broken = branches.filter((branch) => named(branch) && !isObject(data[branch]))
  const misread = providerFields.flatMap((field) => {
    const value = said(data, field)
    const bad = value !== undefined && value !== null && field.read(value) === undefined
    return bad ? [field.branch === '' ? field.name : `${field.branch}.${field.name}`] : []
  })
  return [...broken, ...misread, ...misreadFields(data)].map((name) => `providerData.${name}`)
}

/** How a session is to be told, beyond what is in every dialect. */
export interface Telling {
  /** Which times come with the audio. */
  readonly times: 'none' | 'words' | 'characters'
  /** Whether they come behind the audio, in messages of their own. */
  readonly timesBehind: boolean
  /** Whether transcripts show the tags that tell how to say them. */
  readonly tags: boolean
}

/** What a session's `extras` ask for. */
export const tellingOf = ({ providerData }: Readonly<Record<string, unknown>> = {}): Telling => {
  const { tts } = isObject(providerData) ? providerData : {}
  const fields = isObject(tts) ? tts : {}
  const name = (value: unknown): string => (typeof value === 'string' ? value.toLowerCase() : '')
  const type = name(fields.timestamp_type)
  return {
    times: type === 'word' || type === 'character' ? timestampTypes[type] : 'none',
    timesBehind: name(fields.timestamp_transport_strategy) === 'async',
    tags: fields.expose_steering === true,
  }
}

/** `providerData` as it is told, with the values that count where a later one did not. */
export const withFixed = (providerData: unknown, { fixed }: Pick<SessionConfig, 'fixed'>): unknown => {
  if (!isObject(providerData) || Object.keys(fixed ?? {}).length === 0) return providerData
  const { tts } = providerData
  return { ...providerData, tts: { ...(isObject(tts) ? tts : {}), ...fixed } }
}
