/** InworldSttCodec: the Inworld streaming speech-to-text socket. */
import { decodeBase64 } from '../../audio/base64.ts'
import type { Word } from '../../engines/speech-to-text.ts'
import type { Trait } from '../../engines/voice-profiler.ts'
import { VoiceError } from '../../errors.ts'
import type { ListenCommand, ListenEvent } from '../../listening/commands.ts'
import type { Codec, Outgoing, WireMessage } from '../codec.ts'
import { camelCase, isObject, type JsonObject, parseObject, utf8 } from '../wire-json.ts'
import { type InworldConfig, readConfig } from './config.ts'
import type { Result } from './messages.ts'
import { type Ended, finalOf, interim, short, statusOf } from './results.ts'

/** Longest message that the wire takes. */
export const maxInworldMessageBytes = 16 * 1024 * 1024

/** What is known of an utterance whose final has not come. */
interface Turn {
  started?: { readonly startMs: number; readonly confidence: number }
  text: string
  words: readonly Word[]
  traits?: readonly Trait[]
  /** The text or the profile is newer than what the client knows. */
  fresh: boolean
  /** The client has seen something of this turn and so is owed a final. */
  shown: boolean
  ended: boolean
}

const say = (result: Result): string => JSON.stringify({ result })

/**
 * The client sees one turn at a time: `speechStarted`, interims, `speechStopped`, one final. What comes of later turns,
 * or while an `endTurn` waits for its final, is kept back: only when `marked` has come is it certain which turns
 * belong before the `endTurn`. All finals until then are one final for the client.
 */
export class InworldSttCodec implements Codec<ListenCommand, ListenEvent> {
  /** What it takes to build this codec again. */
  readonly opening = { wire: 'inworld-stt', open: {} } as const
  #phase: 'fresh' | 'open' | 'ending' | 'closed' = 'fresh'
  #config: InworldConfig | undefined
  #marks = 0
  /** Marks that have not been answered, oldest first. */
  readonly #pending: number[] = []
  /** Finals that came while a mark was pending. */
  #collected: Ended[] = []
  /** Utterances without a final, in their order. */
  readonly #turns = new Map<number, Turn>()

  open(): { readonly send: readonly Outgoing[]; readonly commands: readonly ListenCommand[] } {
    return { send: [], commands: [] }
  }

  decode(message: WireMessage): readonly ListenCommand[] {
    if (this.#phase === 'ending' || this.#phase === 'closed') return []
    if (message.length > maxInworldMessageBytes) throw new VoiceError('too_large', 'The message is larger than 16 MiB.')
    const plain = this.#phase === 'open' ? plainAudio(message) : undefined
    if (plain) return plain.length > 0 ? [{ type: 'audio.append', bytes: plain }] : []
    const fields = this.#fields(message)
    if (!fields) return []
    const known = new Map(Object.keys(fields).map((key) => [camelCase(key), fields[key]]))
    const commands: ListenCommand[] = []
    if (known.has('transcribeConfig') && this.#phase === 'fresh') {
      this.#config = readConfig(known.get('transcribeConfig'))
      this.#phase = 'open'
      commands.push({ type: 'listen.start', start: this.#config.start })
    }
    // Closing before saying anything is no mistake worth an error; see `refuse`.
    if (this.#phase === 'fresh') {
      if (known.has('closeStream')) this.#phase = 'ending'
      throw new VoiceError('invalid_request', 'The first message must be {"transcribeConfig": {…}}.')
    }
    if (known.has('audioChunk')) {
      const bytes = audioOf(known.get('audioChunk'))
      if (bytes.length > 0) commands.push({ type: 'audio.append', bytes })
    }
    if (known.has('endTurn')) {
      this.#marks += 1
      this.#pending.push(this.#marks)
      commands.push({ type: 'turn.end', mark: this.#marks })
    }
    if (known.has('closeStream')) {
      this.#phase = 'ending'
      commands.push({ type: 'listen.end' })
    }
    return commands
  }

  encode(event: ListenEvent): readonly Outgoing[] {
    const config = this.#config
    if (!config || this.#phase === 'closed') return []
    switch (event.type) {
      case 'listen.started':
      case 'speech.lasted':
      case 'speech.resumed':
      case 'turn.likely':
      case 'turn.unlikely':
        return []
      case 'speech.started':
        this.#turn(event.utterance).started = event
        return this.#show(config)
      case 'transcript.partial': {
        const turn = this.#turn(event.utterance)
        turn.fresh ||= event.text !== '' || turn.text !== ''
        turn.text = event.text
        turn.words = event.words
        return this.#show(config)
      }
      case 'voice.profiled': {
        const turn = this.#turn(event.utterance)
        turn.traits = event.traits
        turn.fresh ||= config.voiceProfile !== undefined
        return this.#show(config)
      }
      case 'speech.stopped': {
        const turn = this.#turn(event.utterance)
        if (turn !== this.#front() || !turn.shown) return []
        return [say({ speechStopped: { silenceDurationMs: Math.round(event.silenceMs) } })]
      }
      case 'turn.ended':
        this.#turn(event.utterance).ended = true
        return []
      case 'transcript.final': {
        const turn = this.#turn(event.utterance)
        this.#turns.delete(event.utterance)
        const ended = { final: event, traits: turn.traits ?? [] }
        if (this.#pending.length > 0) {
          this.#collected.push(ended)
          return []
        }
        if (event.text === '' && !turn.shown) return this.#show(config)
        return [say({ transcription: finalOf([ended], config) }), ...this.#show(config)]
      }
      case 'marked':
        return [...this.#answer(event.mark, config), ...this.#show(config)]
      case 'listen.ended': {
        const owed = this.#answer(this.#marks, config)
        const left = [...this.#turns.values()].filter((turn) => turn.shown)
        this.#phase = 'closed'
        return [
          ...owed,
          ...(owed.length === 0 && left.length > 0 ? [say({ transcription: finalOf([], config) })] : []),
          say({ usage: { transcribedAudioMs: Math.round(event.audioMs), modelId: config.modelId } }),
          { close: 1000 },
        ]
      }
      // Of recordings that are answered once.
      case 'speakers.settled':
        return []
      default:
        throw event satisfies never
    }
  }

  refuse(error: VoiceError): readonly Outgoing[] {
    if (this.#phase === 'closed') return []
    const quiet = this.#phase === 'ending' && !this.#config
    this.#phase = 'closed'
    if (quiet) return [{ close: 1000 }]
    return [JSON.stringify({ error: statusOf(error, this.#config?.modelId) }), { close: closeCode(error) }]
  }

  /** The message as an object. Bytes are not this wire's way: they count when they hold JSON. */
  #fields(message: WireMessage): JsonObject | undefined {
    if (typeof message === 'string') return parseObject(message)
    const text = utf8(message)
    try {
      return text === undefined ? undefined : parseObject(text)
    } catch {
      return undefined
    }
  }

  #turn(utterance: number): Turn {
    let turn = this.#turns.get(utterance)
    if (!turn) {
      turn = { text: '', words: [], fresh: false, shown: false, ended: false }
      this.#turns.set(utterance, turn)
    }
    return turn
  }

  /** The turn that the client may see something of now. */
  #front(): Turn | undefined {
    if (this.#phase !== 'open' || this.#pending.length > 0) return undefined
    return this.#turns.values().next().value
  }

  /** Tells what is new of the front turn. */
  #show(config: InworldConfig): readonly Outgoing[] {
    const turn = this.#front()
    if (!turn) return []
    const send: Outgoing[] = []
    if (turn.started) {
      const { startMs, confidence } = turn.started
      send.push(say({ speechStarted: { startTimeMs: Math.round(startMs), confidence: short(confidence) } }))
      delete turn.started
      turn.shown = true
    }
    if (turn.fresh && !turn.ended) {
      send.push(say({ transcription: interim(turn.text, turn.words, turn.traits, config) }))
      turn.fresh = false
      turn.shown = true
    }
    return send
  }

  /** One final for each `endTurn` up to this mark; the first gets all that was collected. */
  #answer(mark: number, config: InworldConfig): readonly Outgoing[] {
    const send: Outgoing[] = []
    while (this.#pending[0] !== undefined && this.#pending[0] <= mark) {
      this.#pending.shift()
      send.push(say({ transcription: finalOf(this.#collected, config) }))
      this.#collected = []
    }
    return send
  }
}

/** How nearly every message begins and ends. */
const audioHead = /^[ \t\r\n]*\{[ \t\r\n]*"audioChunk"[ \t\r\n]*:[ \t\r\n]*\{[ \t\r\n]*"content"[ \t\r\n]*:[ \t\r\n]*"/
const audioTail = /^"[ \t\r\n]*\}[ \t\r\n]*\}[ \t\r\n]*$/

/**
 * The audio of a message with nothing else in it, cut out, which takes half the time of reading it as JSON. Undefined for
 * anything unusual: what is proper base64 between two quotes means the same in JSON.
 */
const plainAudio = (message: WireMessage): Uint8Array | undefined => {
  if (typeof message !== 'string') return undefined
  const from = audioHead.exec(message)?.[0].length
  if (from === undefined) return undefined
  const to = message.indexOf('"', from)
  if (to < 0 || !audioTail.test(message.slice(to))) return undefined
  try {
    return decodeBase64(message.slice(from, to))
  } catch {
    return undefined
  }
}

const audioOf = (chunk: unknown): Uint8Array => {
  const content = isObject(chunk) ? chunk.content : undefined
  if (typeof content === 'string') return decodeBase64(content)
  if ((content === undefined || content === null) && (isObject(chunk) || chunk === null || chunk === undefined))
    return new Uint8Array()
  throw new VoiceError('invalid_request', 'audioChunk.content must be a base64 string.', {
    param: 'audioChunk.content',
  })
}

const closeCode = (error: VoiceError): number => {
  if (error.code === 'too_large') return 1009
  return error.code === 'shutting_down' ? 1001 : 1000
}
