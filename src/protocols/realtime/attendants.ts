/** Realtime: the branches of `providerData` for memory, backchannels and fillers. A field that makes no sense does nothing. */
import type {
  BackchannelConfig,
  MemoryConfig,
  MemoryState,
  ResponsivenessConfig,
} from '../../conversation/attendant-config.ts'
import { type ConfigPatch, otherwise, type SessionConfig } from '../../conversation/config.ts'
import { contextText, emptyMemory } from '../../conversation/memory.ts'
import { clamp, isObject, type JsonObject } from '../wire-json.ts'
import type { Dialect } from './dialect.ts'

/** A field's name on the wire, what it is by default, and its value from JSON; undefined where that makes no sense. */
type Field<T> = readonly [name: string, fallback: T, read: (value: unknown) => T | undefined]
export type Fields<T> = { readonly [Key in keyof T]-?: Field<T[Key]> }

const flag = (value: unknown): boolean | undefined => (typeof value === 'boolean' ? value : undefined)
const text = (value: unknown): string | undefined => (typeof value === 'string' ? value.slice(0, 8000) : undefined)
const number =
  (least: number, most: number) =>
  (value: unknown): number | undefined =>
    typeof value === 'number' && Number.isFinite(value) ? clamp(value, least, most) : undefined
const count = (least: number, most: number) => (value: unknown) => {
  const read = number(least, most)(value)
  return read === undefined ? undefined : Math.round(read)
}
const texts =
  (most: number) =>
  (value: unknown): readonly string[] | undefined =>
    Array.isArray(value)
      ? value
          .flatMap((entry) => (typeof entry === 'string' && entry.trim() !== '' ? [entry.trim().slice(0, 1000)] : []))
          .slice(0, most)
      : undefined
const milliseconds = count(0, 600_000)

/** Undefined where nothing is remembered: as a session is told before its first update, and may be sent again later. */
const readState = (value: unknown): MemoryState | undefined => {
  if (!isObject(value)) return undefined
  const counter = (name: string): number => count(0, Number.MAX_SAFE_INTEGER)(value[name]) ?? 0
  const version = counter('version')
  const facts = texts(200)(value.facts) ?? []
  const summary = text(value.summary) ?? ''
  const context = text(value.context_text) || contextText(facts, summary)
  if (version === 0 && context === '') return undefined
  return {
    version,
    facts,
    summary,
    contextText: context,
    turnsSinceUpdate: counter('turns_since_gen'),
    totalTurns: counter('total_turns'),
    itemsTrimmed: counter('items_trimmed'),
  }
}

export const memoryFields: Fields<MemoryConfig> = {
  enabled: ['enabled', false, flag],
  turnInterval: ['turn_interval', 5, count(1, 1000)],
  maxLength: ['max_memory_length', 2000, count(0, 32_000)],
  maxFacts: ['max_facts', 20, count(0, 200)],
  trims: ['trim_after_summarize', false, flag],
  maxTranscriptItems: ['max_transcript_items', 20, count(0, 10_000)],
  state: ['state', emptyMemory, readState],
}

export const backchannelFields: Fields<BackchannelConfig> = {
  enabled: ['enabled', false, flag],
  decider: ['decider_kind', 'llm', (value) => (value === 'llm' || value === 'rule' ? value : undefined)],
  model: ['small_model', '', text],
  fireProbability: ['rule_fire_probability', 0.5, number(0, 1)],
  evalIntervalMs: ['eval_interval_ms', 800, milliseconds],
  minSpeechMs: ['min_speech_ms', 800, milliseconds],
  minGapMs: ['min_gap_ms', 4000, milliseconds],
  maxPerTurn: ['max_per_turn', 3, count(0, 100)],
  deadlineMs: ['hard_deadline_ms', 1500, milliseconds],
  tailItems: ['history_tail_items', 4, count(0, 100)],
  temperature: ['temperature', 0.7, number(0, 2)],
  maxTokens: ['max_tokens', 6, count(1, 100)],
  gain: ['volume_gain', 0.6, number(0, 4)],
  requirePause: ['require_pause', false, flag],
  allowedPhrases: ['allowed_phrases', [], texts(50)],
  prompt: ['prompt_template', '', text],
}

export const responsivenessFields: Fields<ResponsivenessConfig> = {
  enabled: ['enabled', false, flag],
  model: ['small_model', '', text],
  waitMs: ['initial_wait_timeout_ms', 1200, milliseconds],
  deadlineMs: ['hard_deadline_ms', 2000, milliseconds],
  tailItems: ['history_tail_items', 4, count(0, 100)],
  temperature: ['temperature', 0.7, number(0, 2)],
  maxTokens: ['max_tokens', 12, count(1, 100)],
  minGapMs: ['min_filler_gap_ms', 8000, milliseconds],
  maxPerTurn: ['max_initial_per_turn', 1, count(0, 100)],
  maxBuffered: ['max_buffer_deltas', 1000, count(1, 10_000)],
  onFirstReply: ['enable_filler_on_first_assistant_reply', false, flag],
  prompt: ['prompt_template', '', text],
  pauseText: ['pause_text', '', text],
}

/** Everything as it is by default. */
export const defaultsOf = <T>(fields: Fields<T>): T =>
  Object.fromEntries(Object.entries<Field<unknown>>(fields).map(([key, [, fallback]]) => [key, fallback])) as T

/** The change that a branch means; null takes a field, or all of it, back. */
const readBranch = <T>(fields: Fields<T>, branch: unknown): object | null | undefined => {
  if (branch === null) return null
  if (!isObject(branch)) return undefined
  const changes = Object.entries<Field<unknown>>(fields).flatMap(([key, [name, fallback, read]]) => {
    const value = branch[name]
    const change = value === null ? fallback : read(value)
    return change === undefined ? [] : [[key, change] as const]
  })
  return { ...Object.fromEntries(changes), [otherwise]: defaultsOf(fields) }
}

/** The change that the three branches mean; backchannels have events that only Inworld's clients know. */
export const readAttendants = (data: JsonObject | null, dialect: Dialect): ConfigPatch => {
  if (data === null) return { memory: null, backchannel: null, responsiveness: null }
  const branches = {
    memory: readBranch(memoryFields, data.memory),
    backchannel: dialect === 'inworld' ? readBranch(backchannelFields, data.backchannel) : undefined,
    responsiveness: readBranch(responsivenessFields, data.responsiveness),
  }
  return Object.fromEntries(Object.entries(branches).filter(([, branch]) => branch !== undefined)) as ConfigPatch
}

const all = { memory: memoryFields, backchannel: backchannelFields, responsiveness: responsivenessFields }

/** The branches that there are. */
export const attendantBranches: readonly string[] = Object.keys(all)

/** The fields of these branches that make no sense, by their names on the wire. */
export const misreadFields = (data: JsonObject): readonly string[] =>
  Object.entries<object>(all).flatMap(([name, fields]) => {
    const branch = data[name]
    if (!isObject(branch)) return []
    const bad = ([field, , read]: Field<unknown>): boolean => branch[field] != null && read(branch[field]) === undefined
    return Object.values(fields as Record<string, Field<unknown>>).flatMap((field) =>
      bad(field) ? [`${name}.${field[0]}`] : [],
    )
  })

const stateBody = (state: MemoryState): JsonObject => ({
  version: state.version,
  facts: state.facts,
  summary: state.summary,
  context_text: state.contextText,
  turns_since_gen: state.turnsSinceUpdate,
  total_turns: state.totalTurns,
  items_trimmed: state.itemsTrimmed,
})

/** `providerData` as it is told: what the client sent, with the memory of now. */
export const providerDataBody = ({ memory, extras: { providerData } }: SessionConfig): unknown => {
  if (!memory?.enabled) return providerData
  const sent = isObject(providerData) ? providerData : {}
  const branch = isObject(sent.memory) ? sent.memory : {}
  return { ...sent, memory: { ...branch, state: stateBody(memory.state) } }
}
