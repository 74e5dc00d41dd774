/** The rules of Inworld's speech-to-text socket that hold over every exchange. */
import { z } from 'zod'
import { at, type Breach, type Invariant, isMessage, type Message, type Said } from '../check.ts'
import { kindOf } from './stream.ts'

const reference = 'STT WebSocket: server messages'
const count = z.int().min(0)
const likelihood = z.number().min(0).max(1)
const labels = z.array(z.looseObject({ label: z.string(), confidence: likelihood }))

const result = z.union([
  z.strictObject({
    transcription: z.looseObject({
      transcript: z.string(),
      isFinal: z.boolean(),
      wordTimestamps: z.array(
        z.looseObject({ word: z.string(), confidence: likelihood, startTimeMs: count, endTimeMs: count }),
      ),
      voiceProfile: z.record(z.string(), labels).optional(),
    }),
  }),
  z.strictObject({ speechStarted: z.looseObject({ startTimeMs: count, confidence: likelihood }) }),
  z.strictObject({ speechStopped: z.looseObject({ silenceDurationMs: count }) }),
  z.strictObject({ usage: z.looseObject({ transcribedAudioMs: count, modelId: z.string() }) }),
])
const shape = z.union([
  z.strictObject({ result }),
  z.strictObject({ error: z.looseObject({ code: z.int(), message: z.string().min(1) }) }),
])

const hasNull = (value: unknown): boolean =>
  value === null || (typeof value === 'object' && Object.values(value as object).some(hasNull))

/** Looks at each message of the server with those before it. */
const rule = (
  id: string,
  says: string,
  fault: (message: Message, before: readonly Message[]) => string | undefined,
): Invariant => ({
  id,
  says,
  reference,
  look: (exchange: readonly Said[]): Breach | undefined => {
    const told = exchange.flatMap(({ from, message }) => (from === 'server' ? [message] : []))
    for (const [index, message] of told.entries()) {
      const reason = fault(message, told.slice(0, index))
      if (reason !== undefined) return { reason, evidence: told.slice(Math.max(0, index - 2), index + 1) }
    }
    return undefined
  },
})

export const inworldSttRules: readonly Invariant[] = [
  rule(
    'messages',
    'Each message is a text frame with {result} of exactly one key, or {error}; fields are camelCase.',
    (message) => {
      const { error } = shape.safeParse(message)
      return error && `it is neither a result nor an error: ${error.issues[0]?.message}`
    },
  ),
  rule('no-null', 'No field of a result is null: clients look whether a key is there.', (message) =>
    isMessage(message.result) && hasNull(message.result) ? 'a field is null' : undefined,
  ),
  rule('no-error-names', 'No result holds code or message, by which clients tell errors.', ({ result: told }) =>
    isMessage(told) && ('code' in told || 'message' in told) ? 'code or message is in a result' : undefined,
  ),
  rule(
    'turn-order',
    'Speech is not stopped before it has started, and not after the final of its turn.',
    (message, before) => {
      if (kindOf(message) !== 'speechStopped') return undefined
      const last = before.map(kindOf).findLast((kind) => ['speechStarted', 'final'].includes(kind))
      return last === 'speechStarted' ? undefined : `speechStopped comes after ${last ?? 'nothing'}`
    },
  ),
  rule('turn-finals', 'Between two speechStarted there is a final, if only an empty one.', (message, before) => {
    if (kindOf(message) !== 'speechStarted') return undefined
    const last = before.map(kindOf).findLast((kind) => ['speechStarted', 'final'].includes(kind))
    return last === 'speechStarted' ? 'speech has started twice without a final' : undefined
  }),
  rule('word-order', 'The words of a transcript are in the order of their times.', (message) => {
    const words = at(message, 'result.transcription.wordTimestamps')
    if (!Array.isArray(words)) return undefined
    const starts = words.map((word) => Number(at(word, 'startTimeMs')))
    return starts.every((start, index) => index === 0 || start >= starts[index - 1]!)
      ? undefined
      : 'a word begins before the one before it'
  }),
  rule('last-usage', 'After usage nothing comes.', (_, before) =>
    before.some((message) => kindOf(message) === 'usage') ? 'a message comes after usage' : undefined,
  ),
]
