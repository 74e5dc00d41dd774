/** VachanaCodec: the Vachana streaming speech-to-text socket. */
import { VoiceError } from '../../errors.ts'
import type { ListenCommand, ListenEvent } from '../../listening/commands.ts'
import type { Close, Codec, Outgoing, WireMessage } from '../codec.ts'
import { cleanTerms } from '../wire-json.ts'
import { languageTold } from './languages.ts'
import { type ServerEvent, updateSettingsSchema } from './messages.ts'
import type { VachanaStart } from './start.ts'

/** Longest message that the wire takes. */
export const maxVachanaMessageBytes = 1024 * 1024

/** Partials come at most this often, in milliseconds. */
const partialGapMs = 200

type Body = ServerEvent extends infer Event ? (Event extends unknown ? Omit<Event, 'timestamp'> : never) : never

const say = (body: Body, at: number): string => JSON.stringify({ ...body, timestamp: new Date(at).toISOString() })

/** Its settings are all in the upgrade request. `newId` is asked for one id, from which all others are made. */
export class VachanaCodec implements Codec<ListenCommand, ListenEvent> {
  readonly #start: VachanaStart
  readonly #id: string
  #closed = false
  #segments = 0
  #partialAt = Number.NEGATIVE_INFINITY
  #partial = ''
  /** Utterance → wall time at which its end was decided. */
  readonly #endedAt = new Map<number, number>()

  constructor(start: VachanaStart, newId: () => string) {
    this.#start = start
    this.#id = newId()
  }

  /** What it takes to build this codec again. */
  get opening(): { readonly wire: 'vachana'; readonly open: VachanaStart & { readonly id: string } } {
    return { wire: 'vachana', open: { ...this.#start, id: this.#id } }
  }

  open(at: number): { readonly send: readonly Outgoing[]; readonly commands: readonly ListenCommand[] } {
    const { start, requestId } = this.#start
    const connected = say(
      {
        type: 'connected',
        message: 'Ready to listen.',
        request_id: requestId ?? `req_${this.#id}`,
        config: { sample_rate: start.format.sampleRate, chunk_size: 512 },
      },
      at,
    )
    return { send: [connected], commands: [{ type: 'listen.start', start }] }
  }

  decode(message: WireMessage): readonly ListenCommand[] {
    if (this.#closed) return []
    if (message.length > maxVachanaMessageBytes) throw new VoiceError('too_large', 'The message is larger than 1 MiB.')
    if (typeof message === 'string') return settings(message)
    return message.length === 0 ? [] : [{ type: 'audio.append', bytes: message }]
  }

  encode(event: ListenEvent, at: number): readonly Outgoing[] {
    if (this.#closed) return []
    switch (event.type) {
      case 'listen.started':
      case 'speech.stopped':
      case 'speech.lasted':
      case 'speech.resumed':
      case 'turn.likely':
      case 'turn.unlikely':
      case 'voice.profiled':
      case 'marked':
        return []
      case 'speech.started':
        this.#partial = ''
        return [say({ type: 'speech_start', ...this.#utterance(event.utterance) }, at)]
      case 'transcript.partial': {
        const tooSoon = at - this.#partialAt < partialGapMs && at >= this.#partialAt
        if (!this.#start.partials || tooSoon || event.text === this.#partial || event.text === '') return []
        this.#partialAt = at
        this.#partial = event.text
        const utterance = { utterance_id: this.#utteranceId(event.utterance) }
        return [say({ type: 'partial_transcript', ...utterance, text: event.text }, at)]
      }
      case 'turn.ended':
        this.#endedAt.set(event.utterance, at)
        return [say({ type: 'speech_end', ...this.#utterance(event.utterance) }, at), say({ type: 'processing' }, at)]
      case 'transcript.final': {
        const index = this.#segments++
        const endedAt = this.#endedAt.get(event.utterance) ?? at
        this.#endedAt.delete(event.utterance)
        const language = languageTold(event, this.#start.start.settings.languages ?? [])
        const segment = {
          text: event.text,
          audio_duration_ms: Math.max(0, Math.round(event.endMs - event.startMs)),
          segment_id: `seg_${this.#id}_${index}`,
          segment_index: String(index),
          latency: Math.max(0, Math.round(at - endedAt)),
          is_final: true,
          ...(language !== undefined && { language, detected_language: language }),
        } as const
        if (!this.#start.partials) return [say({ type: 'transcript', ...segment }, at)]
        const utterance = { utterance_id: this.#utteranceId(event.utterance) }
        return [say({ type: 'final_transcript', ...segment, ...utterance }, at)]
      }
      case 'listen.ended':
        this.#closed = true
        return [{ close: 1000 }]
      // There are no speakers on this wire.
      case 'speakers.settled':
        return []
      default:
        throw event satisfies never
    }
  }

  refuse(error: VoiceError, at: number): readonly Outgoing[] {
    if (this.#closed) return []
    this.#closed = true
    return vachanaRefusal(error, at)
  }

  #utteranceId(utterance: number): string {
    return `utt_${this.#id}_${utterance}`
  }

  /** Only clients that asked for partials know the field. */
  #utterance(utterance: number): { readonly utterance_id?: string } {
    return this.#start.partials ? { utterance_id: this.#utteranceId(utterance) } : {}
  }
}

/** An error on an open socket, and the close that follows it: never 1000, which clients take for a clean end. */
export const vachanaRefusal = (error: VoiceError, at: number): readonly [string, Close] => {
  const hint = error.code === 'unsupported' && !error.message.includes('parley models')
  const message = hint ? `${error.message} "parley models" lists what can be had.` : error.message
  return [say({ type: 'error', message, error_code: error.code }, at), { close: closeCode(error) }]
}

const closeCode = (error: VoiceError): number => {
  switch (error.code) {
    case 'invalid_request':
    case 'unauthorized':
      return 1008
    case 'too_large':
      return 1009
    case 'shutting_down':
      return 1001
    case 'overloaded':
      return 1013
    case 'unknown_model':
    case 'unsupported':
    case 'unavailable':
    case 'timeout':
    case 'provider_failed':
    case 'internal':
      return 1011
    default:
      throw error.code satisfies never
  }
}

/** Custom vocabulary, or nothing: a text frame is never an error. */
const settings = (message: string): readonly ListenCommand[] => {
  try {
    const { bias } = updateSettingsSchema.parse(JSON.parse(message))
    return [{ type: 'listen.change', change: { terms: cleanTerms(bias.list.slice(0, 100)) } }]
  } catch {
    return []
  }
}
