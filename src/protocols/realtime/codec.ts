/** RealtimeCodec: the Realtime socket, in OpenAI's names, its older ones, or with Inworld's additions. */
import type { SessionConfig, WireFormat } from '../../conversation/config.ts'
import type { SessionEvent } from '../../conversation/events.ts'
import type { Command } from '../../conversation/inputs.ts'
import type { Reply } from '../../conversation/reply.ts'
import { type TurnTimes, turnTimes } from '../../conversation/turn-times.ts'
import type { Trait } from '../../engines/voice-profiler.ts'
import type { VoiceError } from '../../errors.ts'
import type { Codec, Outgoing, WireMessage } from '../codec.ts'
import { isTts2 } from '../inworld-tts/request.ts'
import type { JsonObject } from '../wire-json.ts'
import { CaptionTimes, type CaptionWish } from './caption-times.ts'
import { readCommands } from './commands.ts'
import type { Dialect } from './dialect.ts'
import { endingBody } from './errors.ts'
import { itemBody } from './items.ts'
import { type Message, placeOf, plainMessages, whole } from './plain-events.ts'
import { tellingOf } from './provider-data.ts'
import { replyBody } from './replies.ts'
import { sessionBody } from './session-body.ts'
import { audioText, usualFormat } from './sound.ts'
import { steered, textWithTags } from './steered.ts'

/** What a connection is made with. Times are wall times in milliseconds since 1970. */
export interface RealtimeOptions {
  readonly dialect: Dialect
  readonly sessionId: string
  readonly conversationId: string
  /** Told where the client names no model. */
  readonly model: string
  readonly transcriptionOnly?: boolean
  readonly startedAt: number
  readonly expiresAt: number
  /** Gives ids to events. Counts where it is missing, which is what a recording needs to come again as it was. */
  readonly newEventId?: () => string
}

type Told<Type> = Extract<SessionEvent, { type: Type }>

/** Longest message that the wire takes: 15 MiB of audio as base64, and what is around it. */
export const maxRealtimeMessageBytes = 32 * 1024 * 1024

/** Present names and the older ones that stand for them. */
const olderNames: Readonly<Record<string, string>> = {
  'response.output_text.delta': 'response.text.delta',
  'response.output_text.done': 'response.text.done',
  'response.output_audio.delta': 'response.audio.delta',
  'response.output_audio.done': 'response.audio.done',
  'response.output_audio_transcript.delta': 'response.audio_transcript.delta',
  'response.output_audio_transcript.done': 'response.audio_transcript.done',
  'conversation.item.added': 'conversation.item.created',
}

/** `vocalStyle` as `vocal_style`. */
const snakeCase = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)

const profileBody = (traits: readonly Trait[]): JsonObject => ({
  voiceProfile: Object.fromEntries(traits.map(({ name, labels }) => [snakeCase(name), labels])),
})

/** Where the time until the answer went. */
const timingBody = ({ gateMs, recognizerMs, decisionMs, modelMs, voiceMs }: TurnTimes): JsonObject => ({
  providerData: {
    timing: {
      gate_ms: gateMs,
      recognizer_ms: recognizerMs,
      decision_ms: decisionMs,
      model_ms: modelMs,
      voice_ms: voiceMs,
    },
  },
})

const partPlaceOf = (event: Parameters<typeof placeOf>[0] & { readonly partIndex: number }): JsonObject => ({
  ...placeOf(event),
  content_index: event.partIndex,
})

export class RealtimeCodec implements Codec<Command, SessionEvent> {
  /** What it takes to build this codec again. */
  readonly opening: { readonly wire: 'realtime'; readonly open: Omit<RealtimeOptions, 'newEventId'> }
  readonly #options: RealtimeOptions
  readonly #newEventId: () => string
  #config: SessionConfig | undefined
  #telling = tellingOf()
  /** Of the replies under way. */
  readonly #formats = new Map<string, WireFormat>()
  readonly #captions = new CaptionTimes()
  /** Of the answered turn whose reply is under way. */
  #answered: { readonly replyId: string; readonly times: TurnTimes } | undefined
  readonly #timeTurns = turnTimes((times, replyId) => {
    this.#answered = { replyId, times }
  })

  constructor(options: RealtimeOptions) {
    const { newEventId, ...open } = options
    this.opening = { wire: 'realtime', open }
    this.#options = options
    let events = 0
    this.#newEventId = newEventId ?? (() => `event_${++events}`)
  }

  open(): { readonly send: readonly Outgoing[]; readonly commands: readonly Command[] } {
    return { send: [], commands: [] }
  }

  decode(message: WireMessage): readonly Command[] {
    const { dialect, transcriptionOnly = false } = this.#options
    return readCommands(message, { dialect, transcriptionOnly })
  }

  encode(event: SessionEvent, at = 0): readonly Outgoing[] {
    this.#timeTurns(event, at)
    const told = this.#telling.tags ? steered(event) : event
    return this.#messages(told).map((message) => this.#say(...message))
  }

  refuse(error: VoiceError): readonly Outgoing[] {
    const { error: body, close, reason } = endingBody(error)
    return [this.#say('error', { error: body }), { close, reason }]
  }

  #say(...[type, fields, sound]: Message): string {
    const name = this.#options.dialect === 'beta' ? (olderNames[type] ?? type) : type
    const text = JSON.stringify({ type: name, event_id: this.#newEventId(), ...fields })
    // There is nothing in base64 to escape, and looking for it takes as long as all the rest.
    return sound === undefined ? text : `${text.slice(0, -1)},"delta":"${sound}"}`
  }

  #messages(event: SessionEvent): readonly Message[] {
    switch (event.type) {
      case 'session.created':
      case 'session.updated':
        return this.#session(event)
      case 'item.retrieved':
        return [['conversation.item.retrieved', { item: this.#withSound(event) }]]
      case 'transcript.final':
        return event.told ? this.#transcript(event) : []
      case 'reply.started':
        this.#formats.set(event.reply.id, event.reply.format)
        return [['response.created', { response: this.#reply(event.reply) }]]
      case 'reply.finished':
        this.#formats.delete(event.reply.id)
        return [['response.done', { response: this.#reply(event.reply), ...this.#timing(event.reply) }]]
      case 'reply.part-added':
      case 'reply.part-done':
        return this.#part(event)
      case 'reply.text': {
        const captions = this.#captionWish(event.spoken)
        const times = captions ? this.#captions.text(event, captions) : {}
        const behind: readonly Message[] =
          Object.keys(times).length > 0
            ? [['response.output_audio.delta', { ...partPlaceOf(event), ...times, delta: '' }]]
            : []
        const delta = this.#telling.tags ? textWithTags(event) : event.delta
        const name = event.spoken ? 'response.output_audio_transcript.delta' : 'response.output_text.delta'
        return delta === '' ? behind : [...behind, [name, { ...partPlaceOf(event), delta }]]
      }
      case 'reply.word':
        this.#captions.word(event)
        return []
      case 'reply.audio': {
        const format = this.#formats.get(event.replyId) ?? this.#outputFormat()
        const sound = audioText(event.frame.samples, format)
        const times = this.#captions.beside(event.itemId)
        return [['response.output_audio.delta', { ...partPlaceOf(event), ...times }, sound]]
      }
      default:
        return plainMessages(event, this.#options.dialect)
    }
  }

  #session({ type, config }: Told<'session.created' | 'session.updated'>): readonly Message[] {
    const { dialect, sessionId, conversationId, model, expiresAt } = this.#options
    this.#config = config
    this.#telling = tellingOf(config.extras)
    const session = sessionBody(config, { id: sessionId, model, expiresAt }, dialect)
    if (dialect !== 'beta') return [[type, { session }]]
    if (type === 'session.updated')
      return [[config.kind === 'transcription' ? 'transcription_session.updated' : type, { session }]]
    const conversation = { id: conversationId, object: 'realtime.conversation' }
    return [
      [type, { session }],
      ['conversation.created', { conversation }],
    ]
  }

  #withSound({ item, audio }: Told<'item.retrieved'>): JsonObject {
    const { dialect } = this.#options
    if (!audio) return itemBody(item, dialect)
    const assistant = item.type === 'message' && item.role === 'assistant'
    const format = assistant ? this.#outputFormat() : (this.#config?.input.format ?? usualFormat)
    return itemBody(item, dialect, { samples: audio.map((frame) => frame?.samples), format })
  }

  /** All of it at once: deltas must add up to what is final, and until then any of it may change. */
  #transcript({ itemId, text, audioMs, traits }: Told<'transcript.final'>): readonly Message[] {
    const place = { item_id: itemId, content_index: 0 }
    const usage = { type: 'duration', seconds: whole(audioMs) / 1000 }
    const profile = this.#config?.voiceProfile === 'told' && traits && { providerData: profileBody(traits) }
    const completed = { ...place, transcript: text, usage, ...profile }
    const deltas: readonly Message[] =
      text === '' ? [] : [['conversation.item.input_audio_transcription.delta', { ...place, delta: text }]]
    return [...deltas, ['conversation.item.input_audio_transcription.completed', completed]]
  }

  #part(event: Told<'reply.part-added' | 'reply.part-done'>): readonly Message[] {
    const place = partPlaceOf(event)
    const text = event.part.type === 'image' ? '' : (event.part.text ?? '')
    const spoken = event.part.type === 'audio'
    const part = spoken ? { type: 'audio', transcript: text } : { type: 'text', text }
    if (event.type === 'reply.part-added') return [['response.content_part.added', { ...place, part }]]
    const ends: readonly Message[] = spoken
      ? [
          ['response.output_audio.done', { ...place, ...this.#captions.rest(event.itemId) }],
          ['response.output_audio_transcript.done', { ...place, transcript: text }],
        ]
      : [['response.output_text.done', { ...place, text }]]
    return [...ends, ['response.content_part.done', { ...place, part }]]
  }

  #reply(reply: Reply): JsonObject {
    return replyBody(reply, this.#options.conversationId, this.#options.dialect)
  }

  /** Clients of the other dialects do not know it. */
  #timing({ id }: Reply): JsonObject {
    if (this.#options.dialect !== 'inworld' || this.#answered?.replyId !== id) return {}
    return timingBody(this.#answered.times)
  }

  #outputFormat(): WireFormat {
    return this.#config?.output.format ?? usualFormat
  }

  /** What of the times of a spoken text the client asked for. */
  #captionWish(spoken: boolean): CaptionWish | undefined {
    const { times, timesBehind } = this.#telling
    if (times === 'none' || !spoken) return undefined
    return { times, timesBehind, everyToken: isTts2(this.#config?.output.model ?? '') }
  }
}
