/** A large message of a client → messages that mean the same and are quickly read, as far as that can be. */
import { decodeBase64 } from '../audio/base64.ts'
import { VoiceError } from '../errors.ts'
import { bytesOf, maxAppendBytes } from './realtime/messages.ts'
import { camelCase, isObject, type JsonObject, utf8 } from './wire-json.ts'

/** Wires on which a message may be large. */
export type LargeWire = keyof typeof carriers

/** A message as it comes over a socket: bytes, and whether the client meant them as such or as text. */
export interface RawMessage {
  readonly data: Uint8Array
  readonly isBinary: boolean
}

/** Audio in one message that comes out: a second or so, read in a millisecond or two. Its base64 needs no padding. */
const pieceBytes = 48 * 1024
/** More objects, lists and numbers than anyone has use for; reading them takes longer than reading sound. */
const mostValues = 100_000

/** How a wire's messages carry sound. */
interface Carrier {
  /** The base64 of a message that is there for its sound alone. */
  text(fields: JsonObject): string | undefined
  bytes(text: string): Uint8Array
  message(text: string): object
}

const carriers = {
  realtime: {
    text: ({ type, audio }) => (type === 'input_audio_buffer.append' && typeof audio === 'string' ? audio : undefined),
    bytes(text) {
      const bytes = bytesOf(text)
      if (bytes.length > maxAppendBytes) throw new VoiceError('too_large', 'The audio is too long.')
      return bytes
    },
    message: (audio) => ({ type: 'input_audio_buffer.append', audio }),
  },
  'inworld-stt': {
    text(fields) {
      const [key = '', ...others] = Object.keys(fields)
      const chunk = camelCase(key) === 'audioChunk' && others.length === 0 ? fields[key] : undefined
      return isObject(chunk) && typeof chunk.content === 'string' ? chunk.content : undefined
    },
    bytes: decodeBase64,
    message: (content) => ({ audioChunk: { content } }),
  },
} as const satisfies Record<string, Carrier>

/**
 * Sound comes back cut into small messages. What is no JSON comes back as little of it as is refused in the same way. Any
 * other message comes back as it came, for an item with much sound or a picture in it cannot be made smaller: the caller
 * still takes some 5 ms for each MB of it. Throws `too_large` where so many values are in it that it would take far longer.
 */
export const takeApart = (wire: LargeWire, { data, isBinary }: RawMessage): readonly Uint8Array[] => {
  const text = isBinary ? utf8(data) : Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('utf8')
  if (text === undefined) return [Uint8Array.of(0xff)]
  let fields: unknown
  try {
    fields = JSON.parse(text)
  } catch {
    return [Buffer.from('{')]
  }
  if (!isObject(fields)) return [Buffer.from('[]')]
  const bytes = soundOf(carriers[wire], fields)
  if (!bytes) {
    if (!isModest(fields)) throw new VoiceError('too_large', 'The message holds more than this server takes at once.')
    return [data]
  }
  return Array.from({ length: Math.ceil(bytes.length / pieceBytes) }, (_, piece) => {
    const sound = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    const base64 = sound.toString('base64', piece * pieceBytes, (piece + 1) * pieceBytes)
    return Buffer.from(JSON.stringify(carriers[wire].message(base64)))
  })
}

/** Undefined also where the sound makes no sense, which is then said by whoever reads the message. */
const soundOf = (carrier: Carrier, fields: JsonObject): Uint8Array | undefined => {
  const text = carrier.text(fields)
  try {
    return text === undefined ? undefined : carrier.bytes(text)
  } catch {
    return undefined
  }
}

/** Whether a value is made of few values. Looks no further than it must, and without recursion. */
const isModest = (value: unknown): boolean => {
  const unseen: unknown[] = [value]
  let seen = 0
  for (let next = unseen.pop(); next !== undefined; next = unseen.pop()) {
    if (typeof next !== 'object' || next === null) continue
    for (const inner of Object.values(next)) {
      if (++seen > mostValues) return false
      if (typeof inner === 'object') unseen.push(inner)
    }
  }
  return true
}
