/** TelephonyCodec: a telephone call that a carrier sends over a WebSocket → a conversation, and back. */
import { decodeBase64 } from '../../audio/base64.ts'
import { keysIn, keyTones } from '../../audio/dtmf.ts'
import type { PlayedEvent } from '../../conversation/events.ts'
import type { Command } from '../../conversation/inputs.ts'
import { asVoiceError, type VoiceError } from '../../errors.ts'
import type { Codec, Outgoing, WireMessage } from '../codec.ts'
import { isObject, utf8 } from '../wire-json.ts'
import { callPatch } from './call-config.ts'
import { type CallFormat, type CallStart, type Carrier, littleEndian, payloadOf, type Said } from './carrier.ts'
import { type CarrierName, carriers } from './carriers.ts'
import { KeyPresses } from './key-presses.ts'
import { Line } from './line.ts'
import { isPhoneTool, keysWanted } from './phone-tools.ts'

/** What builds a codec. */
export interface TelephonyOptions {
  readonly carrier: CarrierName
  /** Said first, as it stands; empty: the caller speaks first. */
  readonly greeting: string
  /** What keys that the caller presses are: a turn that is answered, something that the model may know of, or nothing. */
  readonly keys: 'answer' | 'note' | 'ignore'
  /** Of the address that the carrier was given; those of the call itself count before them. */
  readonly parameters: Readonly<Record<string, string>>
}

/** Answered once all has been heard that was said before the call is ended. */
const farewell = 'parley-farewell'

interface Call {
  readonly streamId: string
  readonly format: CallFormat
  readonly line: Line
}

/**
 * Carriers have no message for errors: what makes no sense is passed over. What is said of a call goes into no event that
 * a carrier sees.
 */
export class TelephonyCodec implements Codec<Command, PlayedEvent> {
  readonly opening: { readonly wire: 'telephony'; readonly open: TelephonyOptions }
  readonly #carrier: Carrier
  readonly #options: TelephonyOptions
  readonly #presses = new KeyPresses()
  #call: Call | undefined
  /** Commands that follow from events; they go with the next message, which is never far. */
  #due: Command[] = []
  /** The reply that says something at the moment. */
  #speaking: string | undefined
  /** The wish to end the call once its reply has been heard. */
  #leaving: { readonly replyId: string; readonly callId: string } | undefined
  /** The call is over: the next event closes the socket. */
  #over = false

  constructor(options: TelephonyOptions) {
    this.opening = { wire: 'telephony', open: options }
    this.#options = options
    this.#carrier = carriers[options.carrier]
  }

  /** How much later than it could be the caller hears what is sent, in milliseconds, as far as the carrier has told. */
  get lagMs(): number {
    return this.#call?.line.lagMs ?? 0
  }

  open(): { readonly send: readonly Outgoing[]; readonly commands: readonly Command[] } {
    return { send: [], commands: [] }
  }

  decode(message: WireMessage, at: number): readonly Command[] {
    const due = this.#due.splice(0)
    return [...due, ...this.#obey(this.#read(message), at), ...this.#entered(this.#presses.due(at))]
  }

  encode(event: PlayedEvent, at: number): readonly Outgoing[] {
    const { line } = this.#call ?? {}
    switch (event.type) {
      case 'playback.audio':
        return said(line?.play(event.frame, at))
      case 'playback.dropped':
        return said(line?.drop(at))
      case 'playback.stopped':
        return [...said(line?.flush(at)), ...this.#farewell(event.replyId)]
      case 'playback.cleared':
        this.#stay(event.replyId)
        return []
      case 'reply.text':
        if (event.spoken) this.#speaking = event.replyId
        return []
      case 'reply.call-done':
        return event.byServer ? [] : said(this.#run(event))
      case 'reply.finished':
        if (event.reply.status === 'cancelled') this.#stay(event.reply.id)
        return event.reply.id === this.#speaking ? [] : this.#farewell(event.reply.id)
      case 'session.updated':
        return this.#over ? [{ close: 1000 }] : []
      default:
        return []
    }
  }

  refuse(error: VoiceError): readonly Outgoing[] {
    return [{ close: error.code === 'shutting_down' ? 1001 : 1011, reason: error.code }]
  }

  #read(message: WireMessage): Said {
    try {
      const value: unknown = JSON.parse(typeof message === 'string' ? message : (utf8(message) ?? ''))
      return isObject(value) ? this.#carrier.read(value) : { type: 'other' }
    } catch {
      return { type: 'other' }
    }
  }

  #obey(said: Said, at: number): readonly Command[] {
    switch (said.type) {
      case 'start':
        return this.#call ? [] : this.#start(said)
      case 'media':
        return this.#hear(said.payload)
      case 'key':
        return this.#press(keysIn(said.key), at)
      case 'mark':
        this.#call?.line.answered(said.name, at)
        return said.name === farewell ? this.#end() : []
      case 'stop':
        return this.#end()
      case 'other':
        return []
      default:
        throw said satisfies never
    }
  }

  #start(start: CallStart): readonly Command[] {
    const { streamId } = start
    const format = start.format ?? this.#carrier.format
    const parameters = { ...this.#options.parameters, ...start.parameters }
    this.#call = { streamId, format, line: new Line(this.#carrier, streamId, format) }
    const say = parameters.greeting ?? this.#options.greeting
    return [
      { type: 'session.update', patch: callPatch(start, format, parameters) },
      ...(say === '' ? [] : [{ type: 'reply.create', wishes: { say } } as const]),
    ]
  }

  #hear(payload: string): readonly Command[] {
    if (!this.#call || payload === '') return []
    try {
      const bytes = littleEndian(decodeBase64(payload), this.#call.format)
      return [{ type: 'audio.append', bytes }]
    } catch (error) {
      if (asVoiceError(error).code !== 'invalid_request') throw error
      return []
    }
  }

  /** The first key stops what is being said, as speech would. */
  #press(key: string, at: number): readonly Command[] {
    const { keys } = this.#options
    if (!this.#call || key === '' || keys === 'ignore') return []
    const stops = keys === 'answer' && !this.#presses.begun
    return [...(stops ? [{ type: 'playback.clear' } as const] : []), ...this.#entered(this.#presses.press(key, at))]
  }

  #entered(keys: string | undefined): readonly Command[] {
    if (keys === undefined) return []
    const text = `The caller pressed these keys of the telephone: ${keys}`
    const parts = [{ type: 'text', text }] as const
    return [
      { type: 'item.create', item: { id: '', status: 'completed', type: 'message', role: 'user', parts } },
      ...(this.#options.keys === 'answer' ? [{ type: 'reply.create', wishes: {} } as const] : []),
    ]
  }

  /** Runs a tool of the telephone; what it gives is told with the next message. */
  #run(call: Extract<PlayedEvent, { type: 'reply.call-done' }>): readonly object[] {
    if (!isPhoneTool(call.name) || !this.#call) return []
    const keys = call.name === 'send_dtmf' ? keysIn(keysWanted(call.arguments)) : ''
    if (call.name === 'hang_up') this.#leaving = call
    else {
      this.#tell(call.callId, keys === '' ? 'These are no keys.' : `Pressed: ${keys}`)
      this.#due.push({ type: 'reply.create', wishes: {} })
    }
    const { streamId, format } = this.#call
    if (keys === '') return []
    if (this.#carrier.keys) return [this.#carrier.keys(streamId, keys)]
    return [this.#carrier.media(streamId, payloadOf(keyTones(keys, format.sampleRate), format), format)]
  }

  #tell(callId: string, output: string): void {
    this.#due.push({ type: 'item.create', item: { id: '', status: 'completed', type: 'call-output', callId, output } })
  }

  /** Who speaks into a goodbye wants to go on. */
  #stay(replyId: string): void {
    if (this.#leaving?.replyId !== replyId) return
    this.#tell(this.#leaving.callId, 'The caller went on talking, so the call goes on.')
    this.#leaving = undefined
  }

  /** The last reply has been heard: once the carrier has played what it has, the call is ended. */
  #farewell(replyId: string): readonly Outgoing[] {
    if (replyId !== this.#leaving?.replyId || !this.#call) return []
    this.#leaving = undefined
    return said([this.#call.line.lastMark(farewell)])
  }

  /** A change that changes nothing is answered by an event, and that closes the socket. */
  #end(): readonly Command[] {
    this.#over = true
    return [{ type: 'session.update', patch: {} }]
  }
}

const said = (messages: readonly object[] = []): readonly string[] => messages.map((message) => JSON.stringify(message))
