/** Which model an id means: of the catalogue, or named in the settings. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { VoiceError } from '../../errors.ts'
import { type CatalogueEntry, catalogue } from '../../models/catalogue.ts'
import { isId, ModelStore, notInstalled } from '../../models/store.ts'
import type { EarLoad, RecognizerConfig } from './messages.ts'
import { type Writing, writingOf } from './words.ts'

/** A model folder of the operator's own. */
export const ownModel = z.strictObject({
  dir: z.string().describe('Folder of the model’s files.'),
  sherpaConfig: z
    .looseObject({
      class: z.enum(['OnlineRecognizer', 'OfflineRecognizer']),
      modelConfig: z.record(z.string(), z.unknown()),
    })
    .describe('As sherpa-onnx-node takes it; file names are relative to the folder.'),
  sampleRate: z.int().min(8000).default(16_000).describe('Of the model, in Hz.'),
  languages: z.array(z.string()).optional().describe('Base codes such as en. Absent: any.'),
  maxMs: z.int().min(1000).optional().describe('Longest piece for a model of whole utterances. Default 28000.'),
  tailMs: z.int().min(0).optional().describe('Silence that a live model needs to give its last words.'),
})
export type OwnModel = z.infer<typeof ownModel>

/** A model that can be opened. */
export interface Model {
  readonly load: Pick<EarLoad, 'id' | 'recognizer' | 'files' | 'sampleRate' | 'tailMs'>
  /** Base codes; undefined: any. */
  readonly languages: readonly string[] | undefined
  /** Whether the model takes a language to listen for, stream by stream. */
  readonly takesLanguage: boolean
  readonly writing: Writing
  /** Whether tokens, once given, stay. */
  readonly keepsTokens: boolean
  readonly takesTerms: boolean
  /** Longest piece that a model of whole utterances hears well. */
  readonly maxMs: number
  readonly accuracy: string
}

// From the catalogue's notes: beyond these some models drop speech without a word.
const longest: Readonly<Record<string, number>> = { moonshine: 7500, whisper: 28_000, senseVoice: 27_000 }
const defaultMaxMs = 28_000

/** File names → paths in the folder, wherever the configuration has one. */
export const located = (value: unknown, dir: string, files: string[]): unknown => {
  if (typeof value === 'string' && /\.(onnx|ort|txt|csv|model|vocab|bin)$/.test(value)) {
    const path = join(dir, value)
    files.push(path)
    return path
  }
  if (Array.isArray(value)) return value.map((item) => located(item, dir, files))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, located(item, dir, files)]))
}

interface Parts {
  readonly id: string
  readonly dir: string
  readonly sherpa: Readonly<Record<string, unknown>>
  readonly sampleRate: number
  readonly languages: readonly string[] | undefined
  readonly maxMs?: number | undefined
  readonly tailMs?: number | undefined
  readonly accuracy: string
  readonly threads: number
}

/** Canary hears the one language that it is loaded for, whatever else it could. */
const languagesOf = (known: Parts['languages'], given: Readonly<Record<string, unknown>>): Parts['languages'] => {
  const { srcLang } = (given.canary ?? {}) as { srcLang?: unknown }
  return typeof srcLang === 'string' && srcLang !== '' ? [srcLang] : known
}

const modelOf = async (parts: Parts): Promise<Model> => {
  const { id, dir, sampleRate } = parts
  const { class: kind, family: _, modelConfig, ...rest } = parts.sherpa
  if (kind !== 'OnlineRecognizer' && kind !== 'OfflineRecognizer')
    throw new VoiceError('unknown_model', `The model ${id} is no speech-to-text model.`, { param: 'model' })
  const files: string[] = []
  const given = (modelConfig ?? {}) as Record<string, unknown>
  const config: RecognizerConfig['config'] = {
    featConfig: { sampleRate, featureDim: 80 },
    ...(located(rest, dir, files) as object),
    modelConfig: { numThreads: parts.threads, provider: 'cpu', debug: 0, ...(located(given, dir, files) as object) },
  }
  const beam = rest.decodingMethod === 'modified_beam_search'
  const tokens = typeof given.tokens === 'string' ? await readFile(join(dir, given.tokens), 'utf8').catch(() => '') : ''
  const family = Object.keys(longest).find((name) => name in given)
  // Models that hear in steps of 560 ms need more silence after the last word than those of 80 ms.
  const stepMs = Number(/-(\d+)ms$/.exec(id)?.[1] ?? 320)
  return {
    load: {
      id,
      recognizer: { class: kind, config },
      files,
      sampleRate,
      tailMs: parts.tailMs ?? Math.max(640, 2 * stepMs),
    },
    languages: languagesOf(parts.languages, given),
    takesLanguage: id.startsWith('nemotron-3.5'),
    writing: writingOf(tokens),
    keepsTokens: !beam,
    takesTerms: beam && kind === 'OfflineRecognizer',
    maxMs: parts.maxMs ?? (family ? longest[family]! : defaultMaxMs),
    accuracy: parts.accuracy,
  }
}

const isCode = (language: string): boolean => /^[a-z]{2,3}$/.test(language)

/** How sherpa-onnx loads it; throws when it is a model of another kind. */
const speechToTextOf = (entry: CatalogueEntry): NonNullable<CatalogueEntry['sherpa']> => {
  if (entry.sherpa && entry.kind === 'speech-to-text') return entry.sherpa
  throw new VoiceError('unknown_model', `The model ${entry.id} is no speech-to-text model.`, { param: 'model' })
}

const fromStore = async (entry: CatalogueEntry, store: ModelStore, threads: number): Promise<Model> => {
  return modelOf({
    id: entry.id,
    dir: store.path(entry.id),
    sherpa: speechToTextOf(entry),
    sampleRate: entry.sampleRate ?? 16_000,
    // Where the catalogue has a phrase instead of codes, the model takes more than it can list.
    languages: entry.languages.every(isCode) ? entry.languages : undefined,
    accuracy: entry.publishedAccuracy
      ? `Published, not measured here: ${entry.publishedAccuracy}.`
      : 'Not measured here.',
    threads,
  })
}

/** The model of that id. Throws `unknown_model`, or `unavailable` naming the command that installs it. */
export const findModel = async (
  id: string,
  options: { readonly own: Readonly<Record<string, OwnModel>>; readonly cacheDir: string; readonly threads: number },
): Promise<Model> => {
  const own = Object.hasOwn(options.own, id) ? options.own[id] : undefined
  if (own) {
    const { sherpaConfig, ...rest } = own
    return modelOf({
      ...rest,
      id,
      sherpa: sherpaConfig,
      languages: own.languages,
      accuracy: 'Not measured here.',
      threads: options.threads,
    })
  }
  const store = new ModelStore(options.cacheDir)
  const installed = isId(id) ? await store.manifest(id) : undefined
  if (installed) return fromStore(installed.entry, store, options.threads)
  const entry = (await catalogue()).find((candidate) => candidate.id === id)
  if (!entry)
    throw new VoiceError(
      'unknown_model',
      `sherpa has no model ${id}: \`parley models list\` shows what there is, and the setting providers.sherpa.models adds others.`,
      { param: 'model' },
    )
  speechToTextOf(entry)
  throw notInstalled(id)
}
