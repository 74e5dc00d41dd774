/** Vachana's speech-to-text as it is checked, and the rules that hold over every exchange of it. */
import { z } from 'zod'
import type { Invariant, Message } from '../check.ts'
import type { CheckedWire } from '../run.ts'
import { vachanaChecks } from './checks.ts'

const reference = 'Realtime: server events'
const stamp = { timestamp: z.iso.datetime() }
const utterance = { ...stamp, utterance_id: z.string().optional() }
const segment = {
  ...utterance,
  text: z.string(),
  audio_duration_ms: z.int().min(0),
  segment_id: z.string().min(1),
  segment_index: z.string().min(1),
  latency: z.int().min(0),
}

/** Every event, with its fields; the last two are for clients that asked for partials. */
const shapes: Readonly<Record<string, z.ZodRawShape>> = {
  connected: {
    ...stamp,
    message: z.string(),
    request_id: z.string().min(1),
    config: z.looseObject({ sample_rate: z.int(), chunk_size: z.int() }),
  },
  speech_start: utterance,
  speech_end: utterance,
  vad_start: utterance,
  vad_end: utterance,
  processing: stamp,
  transcript: segment,
  error: { ...stamp, message: z.string().min(1) },
  partial_transcript: { ...stamp, utterance_id: z.string(), text: z.string() },
  final_transcript: segment,
}

const rule = (
  id: string,
  says: string,
  fault: (told: readonly Message[]) => readonly [string, Message] | undefined,
): Invariant => ({
  id,
  says,
  reference,
  look: (exchange) => {
    const found = fault(exchange.flatMap(({ from, message }) => (from === 'server' ? [message] : [])))
    return found && { reason: found[0], evidence: [found[1]] }
  },
})

const rules: readonly Invariant[] = [
  rule('known-events', 'No event comes that the reference does not have: its own client ends at one.', (told) => {
    const unknown = told.find(({ type }) => typeof type !== 'string' || !Object.hasOwn(shapes, type))
    return unknown && [`the reference has no ${String(unknown.type)}`, unknown]
  }),
  rule('event-fields', 'Each event has the fields of its type.', (told) => {
    for (const event of told) {
      const shape = shapes[String(event.type)]
      const issue = shape && z.looseObject(shape).safeParse(event).error?.issues[0]
      if (issue) return [`${String(event.type)}: ${issue.path.join('.')} ${issue.message}`, event]
    }
    return undefined
  }),
  rule('connected-once', 'connected comes first, and once.', (told) => {
    const wrong = told.find(({ type }, index) => (type === 'connected') !== (index === 0))
    return wrong && [`${String(wrong.type)} is in its place`, wrong]
  }),
  rule('one-family', 'Speech is told by speech_* or by vad_*, never by both.', (told) => {
    const both = ['speech_', 'vad_'].every((family) => told.some(({ type }) => String(type).startsWith(family)))
    return both ? ['both come', told.at(-1)!] : undefined
  }),
  rule('processing-pairs', 'Each transcript has its processing before it.', (told) => {
    let open = 0
    for (const event of told) {
      if (event.type === 'processing') open += 1
      if (event.type !== 'transcript' && event.type !== 'final_transcript') continue
      open -= 1
      if (open < 0) return ['a transcript comes without processing', event]
    }
    return undefined
  }),
]

export const vachanaStt: CheckedWire = {
  name: 'vachana-stt',
  door: {
    path: '/stt/v3/stream',
    keyHeaders: (key) => ({ 'x-api-key-id': key }),
    modelIn: 'message',
    query: () => ({}),
  },
  checks: vachanaChecks,
  invariants: rules,
}
