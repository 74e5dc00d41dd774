/** Codec of Inworld's speech socket: several texts at a time, each a context of its own. */
import { wavHeader } from '../../audio/wav.ts'
import { asVoiceError, VoiceError } from '../../errors.ts'
import type { Refusal, SpeakCommand, SpeakEvent } from '../../speaking/commands.ts'
import type { Codec, Outgoing, WireMessage } from '../codec.ts'
import { statusOf } from '../inworld-stt/results.ts'
import { camelKeys, isObject, type JsonObject, parseObject, utf8 } from '../wire-json.ts'
import { audioContent } from './answer.ts'
import { type ContextConfig, changedContext, configBody, readContext, settingsOf } from './context-config.ts'
import { TimedAudio, type TimedPart } from './timed-audio.ts'

/** Characters of one message. */
const mostCharacters = 2000
/** Contexts that are open at a time; those that are closing do not count. */
const mostContexts = 5
/** All of them. */
const mostWithClosing = 20
const longestId = 200

/** What contexts are called that the client gave no name. */
const unnamed = 'default'

interface Context {
  config: ContextConfig
  /** Waits for what was to be spoken before. */
  next: ContextConfig[]
  closing: boolean
  timed: TimedAudio
  /** Of the text that is being spoken. */
  characters: number
  /** Nothing of the present flush has been sent. */
  fresh: boolean
}

const codes: Readonly<Record<Refusal, number>> = {
  malformed: 3,
  'unknown-context': 5,
  'duplicate-context': 6,
  'too-many-contexts': 8,
  'too-much': 8,
}

const kinds = ['create', 'updateConfig', 'sendText', 'flushContext', 'closeContext'] as const

const nothingWrong = { code: 0, message: '', details: [] }

export class InworldTtsCodec implements Codec<SpeakCommand, SpeakEvent> {
  readonly opening = { wire: 'inworld-tts', open: {} }
  readonly #contexts = new Map<string, Context>()

  open(): { readonly send: readonly Outgoing[]; readonly commands: readonly SpeakCommand[] } {
    return { send: [], commands: [] }
  }

  decode(message: WireMessage): readonly SpeakCommand[] {
    let named: string | undefined
    try {
      const text = typeof message === 'string' ? message : utf8(message)
      const fields = camelKeys(parseObject(text ?? '')) as JsonObject
      const { contextId } = fields
      named = typeof contextId === 'string' && contextId !== '' ? contextId.slice(0, longestId) : undefined
      const kind = kinds.find((one) => fields[one] !== undefined)
      if (!kind) return [nonsense('malformed', `A message holds one of ${kinds.join(', ')}.`, named)]
      const body = isObject(fields[kind]) ? fields[kind] : {}
      return kind === 'create' ? this.#create(named ?? unnamed, body) : this.#go(kind, named, body)
    } catch (error) {
      return [nonsense('malformed', asVoiceError(error).message, named)]
    }
  }

  #create(id: string, body: JsonObject): readonly SpeakCommand[] {
    if (this.#contexts.has(id)) return [nonsense('duplicate-context', 'There is already a context of that name.', id)]
    const open = [...this.#contexts.values()].filter(({ closing }) => !closing).length
    if (open >= mostContexts || this.#contexts.size >= mostWithClosing)
      return [nonsense('too-many-contexts', `A connection may have ${mostContexts} contexts open.`, id)]
    const config = readContext(body)
    this.#contexts.set(id, {
      config,
      next: [],
      closing: false,
      timed: new TimedAudio(config),
      characters: 0,
      fresh: true,
    })
    return [{ type: 'context.open', context: id, settings: settingsOf(config) }]
  }

  #go(
    kind: Exclude<(typeof kinds)[number], 'create'>,
    named: string | undefined,
    body: JsonObject,
  ): readonly SpeakCommand[] {
    const text = body.text ?? ''
    // Clients keep the socket alive so, also when the context is gone.
    if (kind === 'sendText' && text === '' && body.flushContext === undefined) return [{ type: 'session.keep' }]
    const id = named ?? this.#onlyOne
    const context = this.#contexts.get(id)
    if (!context || (context.closing && kind !== 'closeContext'))
      return [nonsense('unknown-context', 'Context not found', id)]
    switch (kind) {
      case 'sendText': {
        if (typeof text !== 'string') return [nonsense('malformed', 'text must be a string.', id)]
        if ([...text].length > mostCharacters)
          return [nonsense('malformed', `text has more than ${mostCharacters} characters.`, id)]
        const append: SpeakCommand = { type: 'text.append', context: id, text }
        return body.flushContext === undefined ? [append] : [append, { type: 'text.flush', context: id }]
      }
      case 'flushContext':
        return [{ type: 'text.flush', context: id }]
      case 'updateConfig': {
        const config = changedContext(context.next.at(-1) ?? context.config, body)
        context.next.push(config)
        return [{ type: 'context.change', context: id, settings: settingsOf(config) }]
      }
      case 'closeContext':
        context.closing = true
        return [{ type: 'context.close', context: id }]
      default:
        throw kind satisfies never
    }
  }

  /** What is meant where no name is given. */
  get #onlyOne(): string {
    const open = [...this.#contexts].filter(([, { closing }]) => !closing)
    return open.length === 1 ? open[0]![0] : unnamed
  }

  encode(event: SpeakEvent): readonly Outgoing[] {
    if (event.type === 'command.refused') {
      const status = { code: codes[event.refusal], message: event.message, details: [] }
      const { context } = event
      return [JSON.stringify(context === undefined ? { error: status } : { result: { contextId: context, status } })]
    }
    const { context: id } = event
    const context = this.#contexts.get(id)
    if (!context) return []
    const told = (fields: object, status: object = nothingWrong): string =>
      JSON.stringify({ result: { contextId: id, status, ...fields } })
    switch (event.type) {
      case 'context.opened':
        return [told({ contextCreated: configBody(context.config) })]
      case 'context.changed':
        context.config = context.next.shift() ?? context.config
        context.timed = new TimedAudio(context.config)
        return [told({ contextUpdated: configBody(context.config) })]
      case 'speech.spoken': {
        context.characters = event.characters
        const parts = context.timed.take(event.bytes, event.said)
        return parts.map((part) => told({ audioChunk: chunk(context, part) }))
      }
      case 'text.flushed': {
        const rest = context.timed.end().map((part) => told({ audioChunk: chunk(context, part) }))
        context.timed = new TimedAudio(context.config)
        context.fresh = true
        return [...rest, told({ flushCompleted: {} })]
      }
      case 'context.failed':
        // The next thing that it is told is its end.
        context.closing = true
        return [told({}, statusOf(new VoiceError(event.code, event.message)))]
      case 'context.closed':
        this.#contexts.delete(id)
        return [told({ contextClosed: {} })]
      default:
        throw event satisfies never
    }
  }

  refuse(error: VoiceError): readonly Outgoing[] {
    return [JSON.stringify({ error: statusOf(error) }), { close: error.code === 'too_large' ? 1009 : 1000 }]
  }
}

/** One message's sound and times. WAV has its header where a flush begins. */
const chunk = (context: Context, { audio, times }: TimedPart): object => {
  const { config, characters } = context
  const headed = audio && config.encoding === 'WAV' && context.fresh
  if (audio) context.fresh = false
  const sound = headed ? Buffer.concat([wavHeader(config.sampleRate), audio]) : audio
  return {
    ...(sound && { audioContent: audioContent(config, sound) }),
    usage: { processedCharactersCount: characters, modelId: config.modelId },
    ...(times && { timestampInfo: times }),
  }
}

const nonsense = (refusal: Refusal, message: string, context?: string): SpeakCommand => ({
  type: 'nonsense',
  refusal,
  message,
  ...(context !== undefined && { context }),
})
