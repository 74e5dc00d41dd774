/**
 * Recording and replay of wire sessions: one JSON object a line.
 *
 * - `{"wire":"inworld-stt","at":…,"open":{…}}` first: what builds the codec, and when the connection opened.
 * - `{"at":…,">":"text"}` or `{"at":…,">base64":"…"}`: the client's message.
 * - `{"at":…,"heard":{…}}`: an event for the codec. `{"at":…,"refuse":{…}}`: an error for it.
 * - `{"at":…,"<":"text"}`, `{"at":…,"<base64":"…"}` or `{"at":…,"<close":{"close":1000}}`: what the codec made of the line above.
 *
 * With `"side":"client"` in the first line it was recorded by a client, which knows nothing of what was heard: then the client's
 * messages are read again and held against nothing.
 *
 * `at` is the wall time in milliseconds since 1970. Samples in an event are `{"float32":"base64"}`, bytes
 * `{"base64":"…"}`. Empty lines are passed over.
 */
import { z } from 'zod'
import { decodeBase64 } from '../audio/base64.ts'
import { type ErrorCode, errorCodes, VoiceError } from '../errors.ts'
import type { ListenCommand, ListenEvent } from '../listening/commands.ts'
import type { Codec, Outgoing, WireMessage } from './codec.ts'
import { InworldSttCodec } from './inworld-stt/codec.ts'
import { InworldTtsCodec } from './inworld-tts/codec.ts'
import { RealtimeCodec, type RealtimeOptions } from './realtime/codec.ts'
import { messageWithoutKeys, withoutKeys } from './recorded-keys.ts'
import { TelephonyCodec, type TelephonyOptions } from './telephony/codec.ts'
import { VachanaCodec } from './vachana/codec.ts'
import type { VachanaStart } from './vachana/start.ts'
import { isObject, utf8 } from './wire-json.ts'

/** A codec that says what it takes to build it again. */
export interface RecordableCodec<In = ListenCommand, Out = ListenEvent> extends Codec<In, Out> {
  readonly opening: { readonly wire: string; readonly open: object }
}

/** What came again and what did not. */
export interface Replay {
  /** Of a client's recording: its messages that are understood. */
  readonly matched: number
  readonly differences: readonly Difference[]
}

/** `line` counts from 1. Without `expected` the codec said more than was recorded, without `actual` less. */
export interface Difference {
  readonly line: number
  readonly expected?: string
  readonly actual?: string
}

const lineSchema = z.object({
  at: z.number().default(0),
  wire: z.string().optional(),
  side: z.literal('client').optional(),
  open: z.record(z.string(), z.unknown()).optional(),
  '>': z.string().optional(),
  '>base64': z.string().optional(),
  heard: z.looseObject({ type: z.string() }).optional(),
  refuse: z.object({ code: z.string(), message: z.string(), param: z.string().optional() }).optional(),
  '<': z.string().optional(),
  '<base64': z.string().optional(),
  '<close': z.object({ close: z.number(), reason: z.string().optional() }).optional(),
})

type Line = z.infer<typeof lineSchema>

/** A codec whose events come out of a recording. */
type ReplayedCodec = Codec<unknown, never>

const builders: Readonly<Record<string, (open: object) => ReplayedCodec>> = {
  'inworld-stt': () => new InworldSttCodec(),
  'inworld-tts': () => new InworldTtsCodec(),
  realtime: (open) => new RealtimeCodec(open as RealtimeOptions),
  telephony: (open) => new TelephonyCodec(open as TelephonyOptions),
  vachana: (open) => {
    const { id, ...start } = open as VachanaStart & { id: string }
    return new VachanaCodec(start, () => id)
  },
}

/** Gives a recorded session's input to a new codec and compares what it says. Throws `invalid_request` on a damaged recording. */
export const replay = (lines: Iterable<string>): Replay => {
  const differences: Difference[] = []
  let codec: ReplayedCodec | undefined
  let said: string[] = []
  let matched = 0
  let number = 0
  let ofClient = false
  for (const text of lines) {
    number += 1
    if (text.trim() === '') continue
    const line = readLine(text, number)
    const expected = recordedOutput(line)
    ofClient ||= line.side === 'client'
    if (ofClient && codec) {
      if (expected !== undefined) continue
      const actual = refusalOf(codec, line)
      if (actual === undefined) matched += 1
      else differences.push({ line: number, actual })
      continue
    }
    if (expected !== undefined) {
      const actual = said.shift()
      if (actual === expected) matched += 1
      else differences.push({ line: number, expected, ...(actual !== undefined && { actual }) })
      continue
    }
    differences.push(...said.map((actual) => ({ line: number, actual })))
    if (line.wire !== undefined) {
      codec = builders[line.wire]?.(line.open ?? {})
      if (!codec) throw damaged(number, `knows no wire ${line.wire}`)
      said = ofClient ? [] : codec.open(line.at).send.map(outputText)
    } else {
      if (!codec) throw damaged(number, 'should have said which wire it is')
      said = react(codec, line).map(outputText)
    }
  }
  differences.push(...said.map((actual) => ({ line: number, actual })))
  return { matched, differences }
}

const encodeBase64 = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64')

const damaged = (line: number, what: string): VoiceError =>
  new VoiceError('invalid_request', `Line ${line} of the recording ${what}.`)

const readLine = (text: string, number: number): Line => {
  try {
    return lineSchema.parse(JSON.parse(text))
  } catch {
    throw damaged(number, 'cannot be read')
  }
}

const recordedOutput = (line: Line): string | undefined => {
  if (line['<'] !== undefined) return line['<']
  if (line['<base64'] !== undefined) return `base64:${line['<base64']}`
  const close = line['<close']
  if (!close) return undefined
  return outputText(close.reason === undefined ? { close: close.close } : { close: close.close, reason: close.reason })
}

const outputText = (output: Outgoing): string => {
  if (typeof output === 'string') return output
  if (output instanceof Uint8Array) return `base64:${encodeBase64(output)}`
  return output.reason === undefined ? `close ${output.close}` : `close ${output.close} ${output.reason}`
}

/** Typed arrays have no form of their own in JSON, or one that is not theirs; keys are not written. */
function recordable(this: Readonly<Record<string, unknown>>, key: string, value: unknown): unknown {
  const raw = this[key]
  if (raw instanceof Uint8Array) return { base64: encodeBase64(raw) }
  return raw instanceof Float32Array
    ? { float32: encodeBase64(new Uint8Array(raw.buffer, raw.byteOffset, raw.byteLength)) }
    : withoutKeys(key, value)
}

const withSamples = (frame: unknown): unknown => {
  if (!isObject(frame) || !isObject(frame.samples) || typeof frame.samples.float32 !== 'string') return frame
  // A copy of its own: floats may begin at every fourth byte only.
  const bytes = Uint8Array.from(decodeBase64(frame.samples.float32))
  return { ...frame, samples: new Float32Array(bytes.buffer, 0, bytes.length >> 2) }
}

/** An event as it was before it was written down. Samples lie in `frame`, or in each of `audio`; bytes in `bytes`. */
const restored = (event: NonNullable<Line['heard']>): object => ({
  ...event,
  ...(event.frame !== undefined && { frame: withSamples(event.frame) }),
  ...(isObject(event.bytes) && { bytes: decodeBase64(String(event.bytes.base64)) }),
  ...(Array.isArray(event.audio) && { audio: event.audio.map(withSamples) }),
})

/** What is wrong with a client's message; undefined where it makes sense. */
const refusalOf = (codec: ReplayedCodec, line: Line): string | undefined => {
  try {
    const commands = codec.decode(messageOf(line) ?? '', line.at)
    return commands.filter(isNonsense)[0]?.message
  } catch (error) {
    if (!(error instanceof VoiceError)) throw error
    return error.message
  }
}

/** Conversations take what makes no sense in its turn. */
const isNonsense = (command: unknown): command is { readonly message: string } =>
  isObject(command) && command.type === 'nonsense' && typeof command.message === 'string'

const messageOf = (line: Line): WireMessage | undefined => {
  const bytes = line['>base64']
  return bytes === undefined ? line['>'] : decodeBase64(bytes)
}

const react = (codec: ReplayedCodec, line: Line): readonly Outgoing[] => {
  if (line.heard) return codec.encode(restored(line.heard) as never, line.at)
  if (line.refuse) {
    const { code, message, param } = line.refuse
    return codec.refuse(
      new VoiceError(code in errorCodes ? (code as ErrorCode) : 'internal', message, { param }),
      line.at,
    )
  }
  const message = messageOf(line)
  try {
    if (message !== undefined) codec.decode(message, line.at)
  } catch (error) {
    // What the codec says of it follows at the recorded refusal.
    if (!(error instanceof VoiceError)) throw error
  }
  return []
}

/** The same codec, with everything that goes through it written down. Audio is written too. */
export const recordingCodec = <In, Out>(
  codec: RecordableCodec<In, Out>,
  write: (line: string) => void,
): Codec<In, Out> => {
  const put = (at: number, fields: object): void => write(JSON.stringify({ at, ...fields }, recordable))
  const putSaid = (at: number, outputs: readonly Outgoing[]): readonly Outgoing[] => {
    for (const output of outputs) {
      if (typeof output === 'string') put(at, { '<': output })
      else if (output instanceof Uint8Array) put(at, { '<base64': encodeBase64(output) })
      else put(at, { '<close': output })
    }
    return outputs
  }
  return {
    open: (at) => {
      write(JSON.stringify({ wire: codec.opening.wire, at, open: codec.opening.open }))
      const opened = codec.open(at)
      putSaid(at, opened.send)
      return opened
    },
    decode: (message: WireMessage, at) => {
      const text = typeof message === 'string' ? message : utf8(message)
      if (text !== undefined && messageWithoutKeys(text) !== text) put(at, { '>': messageWithoutKeys(text) })
      else put(at, typeof message === 'string' ? { '>': message } : { '>base64': encodeBase64(message) })
      return codec.decode(message, at)
    },
    encode: (event, at) => {
      put(at, { heard: event })
      return putSaid(at, codec.encode(event, at))
    },
    refuse: (error, at) => {
      put(at, { refuse: { code: error.code, message: error.message, param: error.param } })
      return putSaid(at, codec.refuse(error, at))
    },
  }
}
