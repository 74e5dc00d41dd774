/** RealtimeCodec: the Realtime socket, in OpenAI's names, its older ones, or with Inworld's additions. */
import type { SessionConfig, WireFormat } from '../../conversation/config.ts'
import type { Command, SessionEvent } from '../../conversation/events.ts'
import type { Trait } from '../../engines/voice-profiler.ts'
import type { VoiceError } from '../../errors.ts'
import type { Codec, Outgoing, WireMessage } from '../codec.ts'
import { isObject, type JsonObject } from '../wire-json.ts'
import { CaptionTimes } from './caption-times.ts'
import { readCommands } from './commands.ts'
import type { Dialect } from './dialect.ts'
import { endingBody, refusalBody } from './errors.ts'
import { itemBody } from './items.ts'
import { replyBody } from './replies.ts'
import { sessionBody } from './session-body.ts'
import { audioText } from './sound.ts'

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

/** Wire times are whole milliseconds from the beginning of the audio on. */
const whole = (milliseconds: number): number => Math.max(0, Math.round(milliseconds))

/** `vocalStyle` as `vocal_style`. */
const snakeCase = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)

const profileBody = (traits: readonly Trait[]): JsonObject => ({
  voiceProfile: Object.fromEntries(traits.map(({ name, labels }) => [snakeCase(name), labels])),
})

/** Where something stands in a reply. */
const placeOf = (event: { readonly replyId: string; readonly itemId: string; readonly index: number }) => ({
  response_id: event.replyId,
  item_id: event.itemId,
  output_index: event.index,
})

export class RealtimeCodec implements Codec<Command, SessionEvent> {
  /** What it takes to build this codec again. */
  readonly opening: { readonly wire: 'realtime'; readonly open: Omit<RealtimeOptions, 'newEventId'> }
  readonly #options: RealtimeOptions
  readonly #newEventId: () => string
  #config: SessionConfig | undefined
  /** Of the replies under way. */
  readonly #formats = new Map<string, WireFormat>()
  readonly #captions = new CaptionTimes()

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

  encode(event: SessionEvent): readonly Outgoing[] {
    const { dialect } = this.#options
    switch (event.type) {
      case 'session.created':
      case 'session.updated':
        return this.#session(event.type, event.config)
      case 'command.refused':
        return [this.#say('error', { error: refusalBody(event) })]
      case 'speech.started':
        return [
          this.#say('input_audio_buffer.speech_started', {
            audio_start_ms: whole(event.startMs),
            item_id: event.itemId,
          }),
        ]
      case 'speech.stopped':
        return [
          this.#say('input_audio_buffer.speech_stopped', { audio_end_ms: whole(event.endMs), item_id: event.itemId }),
        ]
      case 'audio.committed':
        return [
          this.#say('input_audio_buffer.committed', { item_id: event.itemId, previous_item_id: event.previousId }),
        ]
      case 'audio.cleared':
        return [this.#say('input_audio_buffer.cleared', {})]
      case 'idle.timed-out':
        return [
          this.#say('input_audio_buffer.timeout_triggered', {
            audio_start_ms: whole(event.startMs),
            audio_end_ms: whole(event.endMs),
            item_id: event.itemId,
          }),
        ]
      case 'item.done':
        // The older dialect tells of an item once.
        if (dialect === 'beta') return []
        return [this.#item('conversation.item.done', event)]
      case 'item.added':
        return [this.#item('conversation.item.added', event)]
      case 'item.retrieved':
        return [this.#say('conversation.item.retrieved', { item: this.#withSound(event) })]
      case 'item.truncated':
        return [
          this.#say('conversation.item.truncated', {
            item_id: event.itemId,
            content_index: event.partIndex,
            audio_end_ms: whole(event.heardMs),
          }),
        ]
      case 'item.deleted':
        return [this.#say('conversation.item.deleted', { item_id: event.itemId })]
      case 'transcript.final':
        return event.told ? this.#transcript(event) : []
      case 'transcript.failed':
        if (!event.told) return []
        return [
          this.#say('conversation.item.input_audio_transcription.failed', {
            item_id: event.itemId,
            content_index: 0,
            error: { type: 'transcription_error', code: event.code, message: event.message },
          }),
        ]
      // What is told of a transcript cannot be taken back, and a second hearing may change any of it.
      case 'transcript.partial':
      case 'voice.profiled':
      case 'reply.generating':
        return []
      case 'reply.started':
        this.#formats.set(event.reply.id, event.reply.format)
        return [this.#say('response.created', { response: this.#reply(event.reply) })]
      case 'reply.finished':
        this.#formats.delete(event.reply.id)
        this.#captions.forget(event.reply.id)
        return [this.#say('response.done', { response: this.#reply(event.reply) })]
      case 'reply.item-added':
      case 'reply.item-done':
        return [
          this.#say(event.type === 'reply.item-added' ? 'response.output_item.added' : 'response.output_item.done', {
            response_id: event.replyId,
            output_index: event.index,
            item: itemBody(event.item, dialect),
          }),
        ]
      case 'reply.part-added':
      case 'reply.part-done':
        return this.#part(event)
      case 'reply.text':
        if (this.#captioned()) this.#captions.text(event)
        return [
          this.#say(event.spoken ? 'response.output_audio_transcript.delta' : 'response.output_text.delta', {
            ...placeOf(event),
            content_index: event.partIndex,
            delta: event.delta,
          }),
        ]
      case 'reply.word':
        if (this.#captioned()) this.#captions.word(event)
        return []
      case 'reply.audio':
        return [
          this.#say('response.output_audio.delta', {
            ...placeOf(event),
            content_index: event.partIndex,
            delta: audioText(event.frame.samples, this.#formats.get(event.replyId) ?? this.#outputFormat()),
            ...this.#captions.take(event.replyId),
          }),
        ]
      case 'reply.call-delta':
        return [
          this.#say('response.function_call_arguments.delta', {
            ...placeOf(event),
            call_id: event.callId,
            delta: event.delta,
          }),
        ]
      case 'reply.call-done':
        return [
          this.#say('response.function_call_arguments.done', {
            ...placeOf(event),
            call_id: event.callId,
            name: event.name,
            arguments: event.arguments,
          }),
        ]
      default:
        throw event satisfies never
    }
  }

  refuse(error: VoiceError): readonly Outgoing[] {
    const { error: body, close, reason } = endingBody(error)
    return [this.#say('error', { error: body }), { close, reason }]
  }

  #say(type: string, fields: JsonObject): string {
    const name = this.#options.dialect === 'beta' ? (olderNames[type] ?? type) : type
    return JSON.stringify({ type: name, event_id: this.#newEventId(), ...fields })
  }

  #session(type: 'session.created' | 'session.updated', config: SessionConfig): readonly Outgoing[] {
    const { dialect, sessionId, conversationId, model, expiresAt } = this.#options
    this.#config = config
    const session = sessionBody(config, { id: sessionId, model, expiresAt }, dialect)
    if (dialect !== 'beta') return [this.#say(type, { session })]
    if (type === 'session.updated')
      return [this.#say(config.kind === 'transcription' ? 'transcription_session.updated' : type, { session })]
    const conversation = { id: conversationId, object: 'realtime.conversation' }
    return [this.#say(type, { session }), this.#say('conversation.created', { conversation })]
  }

  #item(type: string, { item, previousId }: Extract<SessionEvent, { type: 'item.added' | 'item.done' }>): string {
    return this.#say(type, { previous_item_id: previousId, item: itemBody(item, this.#options.dialect) })
  }

  #withSound({ item, audio }: Extract<SessionEvent, { type: 'item.retrieved' }>): JsonObject {
    const { dialect } = this.#options
    if (!audio) return itemBody(item, dialect)
    const assistant = item.type === 'message' && item.role === 'assistant'
    const format = assistant ? this.#outputFormat() : (this.#config?.input.format ?? this.#outputFormat())
    return itemBody(item, dialect, { samples: audio.map((frame) => frame?.samples), format })
  }

  #transcript(event: Extract<SessionEvent, { type: 'transcript.final' }>): readonly Outgoing[] {
    const place = { item_id: event.itemId, content_index: 0 }
    const completed = this.#say.bind(this, 'conversation.item.input_audio_transcription.completed')
    const profile = this.#config?.voiceProfile && event.traits && { providerData: profileBody(event.traits) }
    return [
      ...(event.text === ''
        ? []
        : [this.#say('conversation.item.input_audio_transcription.delta', { ...place, delta: event.text })]),
      completed({
        ...place,
        transcript: event.text,
        usage: { type: 'duration', seconds: whole(event.audioMs) / 1000 },
        ...profile,
      }),
    ]
  }

  #part(event: Extract<SessionEvent, { type: 'reply.part-added' | 'reply.part-done' }>): readonly Outgoing[] {
    const place = { ...placeOf(event), content_index: event.partIndex }
    const text = event.part.type === 'image' ? '' : (event.part.text ?? '')
    const spoken = event.part.type === 'audio'
    const part = spoken ? { type: 'audio', transcript: text } : { type: 'text', text }
    if (event.type === 'reply.part-added') return [this.#say('response.content_part.added', { ...place, part })]
    const ends = spoken
      ? [
          this.#say('response.output_audio.done', { ...place, ...this.#captions.take(event.replyId) }),
          this.#say('response.output_audio_transcript.done', { ...place, transcript: text }),
        ]
      : [this.#say('response.output_text.done', { ...place, text })]
    return [...ends, this.#say('response.content_part.done', { ...place, part })]
  }

  #reply(reply: Extract<SessionEvent, { type: 'reply.started' }>['reply']): JsonObject {
    return replyBody(reply, this.#options.conversationId, this.#options.dialect)
  }

  #outputFormat(): WireFormat {
    return this.#config?.output.format ?? { encoding: 'pcm16', sampleRate: 24_000 }
  }

  /** Whether the client asked for the times of words. */
  #captioned(): boolean {
    const { providerData } = this.#config?.extras ?? {}
    const { timestamp_type: type } = isObject(providerData) && isObject(providerData.tts) ? providerData.tts : {}
    return type === 'WORD' || type === 'CHARACTER'
  }
}
