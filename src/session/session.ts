/** Session: one conversation, running; takes inputs one at a time, tells what happens, performs what follows. */
import { setMaxListeners } from 'node:events'
import type { AudioFrame } from '../audio/frame.ts'
import type { SessionConfig } from '../conversation/config.ts'
import { Conversation } from '../conversation/conversation.ts'
import type { Command, Effect, Input, Outcome, ReplyRequest, SessionEvent } from '../conversation/events.ts'
import type { RemoteTools } from '../engines/remote-tools.ts'
import { asVoiceError, VoiceError } from '../errors.ts'
import { atRate } from '../listening/rate.ts'
import type { ListenSettings } from '../listening/settings.ts'
import type { Log } from '../log.ts'
import { orAborted } from '../streams/or-aborted.ts'
import { Queue } from '../streams/queue.ts'
import { Tasks } from '../streams/tasks.ts'
import type { Attendant, AttendantParts } from './attendants/attendant.ts'
import { Backchannel } from './attendants/backchannel.ts'
import { Fillers } from './attendants/fillers.ts'
import { IdlePrompt } from './attendants/idle-prompt.ts'
import { MemoryKeeper } from './attendants/memory.ts'
import { PhrasesAhead } from './attendants/phrases-ahead.ts'
import { hearingWish, type ListenerWish } from './hearing-wish.ts'
import { InputAudio } from './input-audio.ts'
import { ItemAudio } from './item-audio.ts'
import { Listener } from './listener.ts'
import { Phrases } from './phrases.ts'
import { Playout, type PlayoutTick } from './playout.ts'
import { type AdoptedReply, PreparedReply } from './prepared-reply.ts'
import { type ReplyEngines, reply } from './reply.ts'
import { ToolRuns } from './tool-runs.ts'
import { transcribePart } from './transcribe-part.ts'

/** Bytes of commands that may wait before the client must pause; 5 s of 48 kHz audio and some. */
const commandLimitBytes = 512 * 1024
/** Audio inside items that may wait to be heard before commands wait; one message holds no more. */
const partLimitBytes = 16 * 1024 * 1024
/** What is told at one go may wait for the client in full; past this, reply audio waits. */
const eventLimitBytes = 2 * 1024 * 1024
/** What is not audio cannot wait: a client that asks for more and more without reading any of it is given up. */
const mostEventBytes = 4 * eventLimitBytes
/** What a command or an event without audio counts for. */
const plainBytes = 256

/** Where a session's engines come from, by the names that clients gave. */
export interface SessionEngines extends ReplyEngines {
  /** Everything that listening needs, by the operator's settings. */
  listening(wish: ListenerWish): Promise<ListenSettings>
  /** Whether this model may be asked before a turn is over, perhaps in vain; `wish` is the client's. Never rejects. Missing: no. */
  mayPrepare?(model: string, wish: boolean | null): Promise<boolean>
  /** What the server runs for models, for one session; without it, nothing. */
  openTools?(): RemoteTools
}

export interface SessionParts {
  readonly config: SessionConfig
  readonly engines: SessionEngines
  readonly newId: (kind: 'item' | 'reply' | 'call' | 'backchannel') => string
  readonly log: Log
  /** Audio of items that is kept for clients that ask for it; 0: none. */
  readonly keptAudioMs: number
  /**
   * Given the audio of replies at the pace of time, a little ahead of it, in place of `reply.audio` among the events: for
   * transports that play it as it comes. Speech then holds a reply before it stops it, and how much was heard is known.
   */
  readonly play?: (frame: AudioFrame) => void
  /** Sees every event as it happens; telemetry is made from this alone. */
  readonly observe?: (event: SessionEvent) => void
  /** Shared with other sessions; its own where it is missing. */
  readonly phrases?: Phrases
  /** 0…1. */
  readonly random?: () => number
  readonly signal?: AbortSignal
}

type PartAudio = Extract<Effect, { readonly type: 'transcribe' }>

/** Send commands, iterate `events`; they end with the session, or throw what broke it. Whoever makes a session closes it. */
export class Session {
  /** What happens, for one transport to encode and send. */
  readonly events = new Queue<SessionEvent>(eventLimitBytes, (event) =>
    'frame' in event ? event.frame.samples.length * 2 : plainBytes,
  )
  readonly #commands = new Queue<Command>(commandLimitBytes, (command) =>
    command.type === 'audio.append' ? command.bytes.length + plainBytes : plainBytes,
  )
  readonly #parts = new Queue<PartAudio>(partLimitBytes, (part) => part.bytes.length + plainBytes)
  readonly #conversation: Conversation
  readonly #listener: Listener
  readonly #input: InputAudio
  readonly #itemAudio: ItemAudio
  readonly #attendants: readonly Attendant[]
  readonly #fillers: Fillers
  readonly #playout: Playout | undefined
  readonly #toolRuns: ToolRuns
  readonly #engines: SessionEngines
  readonly #log: Log
  readonly #observe: (event: SessionEvent) => void
  readonly #tasks: Tasks
  readonly #closed: Promise<void>
  readonly #replies = new Map<string, AbortController>()
  #prepared: PreparedReply | undefined
  readonly #inputs: Input[] = []
  /** Settings that made no sense, or that came too late. */
  readonly #ignored = new Set<string>()
  /** Commands other than audio that have not been applied. */
  #waitingOrders = 0
  #applying = false
  #quiet: { readonly promise: Promise<void>; readonly resolve: () => void } | undefined

  constructor(parts: SessionParts) {
    this.#engines = parts.engines
    this.#log = parts.log
    this.#observe = parts.observe ?? (() => {})
    this.#tasks = new Tasks(parts.signal)
    setMaxListeners(0, this.#tasks.signal)
    this.#input = new InputAudio(parts.config.input.format)
    this.#itemAudio = new ItemAudio(parts.keptAudioMs)
    const attending: AttendantParts = {
      config: () => this.#conversation.config,
      items: () => this.#conversation.items,
      apply: (input) => this.#tasks.start(async () => this.#apply(input)),
      start: (work) => this.#tasks.start(work),
      newId: parts.newId,
      engines: parts.engines,
      phrases: parts.phrases ?? new Phrases(),
      random: parts.random ?? Math.random,
      log: parts.log,
    }
    this.#fillers = new Fillers(attending)
    this.#attendants = [
      new IdlePrompt(attending),
      new MemoryKeeper(attending),
      new PhrasesAhead(attending),
      this.#fillers,
      new Backchannel(attending),
    ]
    const { play } = parts
    this.#playout = play && new Playout({ play, tell: (tick) => this.#heard(tick) })
    const paced = play !== undefined
    this.#listener = new Listener({
      config: parts.config,
      paced,
      settingsFor: (wish) => parts.engines.listening(wish),
      tell: (heard) => {
        this.#apply(heard)
        for (const attendant of this.#attendants) attendant.hear?.(heard)
      },
      failed: ({ code, message }) => this.#apply({ type: 'listening.failed', code, message }),
      tasks: this.#tasks,
      log: parts.log,
    })
    const tools = parts.engines.openTools?.()
    this.#toolRuns = new ToolRuns({ tools, tasks: this.#tasks, log: parts.log, tell: (input) => this.#apply(input) })
    const canSearch = tools?.search !== undefined
    this.#conversation = new Conversation({ config: parts.config, newId: parts.newId, paced, canSearch })
    this.#settle(() => this.#conversation.opened())
    this.#tasks.signal.addEventListener('abort', () => this.#commands.abort(), { once: true })
    this.#tasks.start((signal) => this.#run(signal))
    this.#tasks.start((signal) => this.#transcribeParts(signal))
    this.#closed = this.#tasks
      .settled()
      .then(
        () => this.#end(),
        (error: unknown) => this.#end(error),
      )
      .then(() => tools?.close())
  }

  /**
   * False when the session is behind: give it no more until `drained` resolves. A cancel overtakes audio, for it means the
   * reply of now and not one to what is still to be heard; it overtakes no other command, and nothing that was not given yet.
   */
  send(command: Command): boolean {
    if (command.type === 'reply.cancel' && this.#waitingOrders === 0) {
      this.#tasks.start(async () => this.#apply(command))
      return true
    }
    if (command.type !== 'audio.append') this.#waitingOrders += 1
    return this.#commands.push(command)
  }

  drained(): Promise<void> {
    return this.#commands.drained()
  }

  /** Resolves when no reply is running or, where this session plays it, being heard. */
  quiet(): Promise<void> {
    if (this.#isQuiet) return Promise.resolve()
    if (!this.#quiet) {
      let resolve = (): void => {}
      const promise = new Promise<void>((done) => {
        resolve = done
      })
      this.#quiet = { promise, resolve }
    }
    return this.#quiet.promise
  }

  /** Stops everything and waits until it has stopped. What happened but was not yet read stays readable. */
  async close(): Promise<void> {
    this.#tasks.abort()
    await this.#closed
  }

  get #isQuiet(): boolean {
    return this.#replies.size === 0 && (this.#playout?.isQuiet ?? true)
  }

  #tellIfQuiet(): void {
    if (!this.#isQuiet) return
    this.#quiet?.resolve()
    this.#quiet = undefined
  }

  #end(error?: unknown): void {
    for (const attendant of this.#attendants) attendant.close()
    this.#playout?.close()
    this.#tellIfQuiet()
    if (error === undefined) {
      this.events.close()
      return
    }
    const failure = asVoiceError(error)
    if (failure.code === 'internal') this.#log.error({ err: failure.cause }, 'session failed')
    else this.#log.warn({ code: failure.code }, 'session ended early')
    this.events.close(failure)
  }

  async #run(signal: AbortSignal): Promise<void> {
    for await (const command of this.#commands) {
      if (command.type === 'audio.append') await this.#append(command.bytes, signal)
      else {
        this.#waitingOrders -= 1
        this.#apply(command)
      }
      if (this.#parts.weight > partLimitBytes) await this.#parts.drained()
      if (signal.aborted) return
    }
  }

  async #append(bytes: Uint8Array, signal: AbortSignal): Promise<void> {
    for (const frame of this.#input.read(bytes)) {
      this.#itemAudio.received(frame)
      const keepsUp = this.#listener.push(frame)
      this.#apply({ type: 'audio.received', endMs: this.#input.audioMs })
      if (!keepsUp) await this.#listener.drained()
      if (signal.aborted) return
    }
  }

  /** The one line into the conversation: an input that arises from another waits its turn. */
  #apply(input: Input): void {
    if (this.#tasks.signal.aborted) return
    this.#inputs.push(input)
    if (this.#applying) return
    this.#applying = true
    try {
      for (let next = this.#inputs.shift(); next; next = this.#inputs.shift()) {
        const present = next
        this.#settle(() => this.#conversation.apply(present))
      }
    } finally {
      this.#applying = false
    }
  }

  #settle(outcome: () => Outcome): void {
    const { events, effects } = outcome()
    for (const event of events) this.#tell(event)
    for (const effect of effects) this.#perform(effect)
  }

  #tell(event: SessionEvent): void {
    this.#itemAudio.see(event)
    for (const attendant of this.#attendants) attendant.see(event)
    if (event.type === 'session.updated') this.#noteIgnored(event.ignored ?? [])
    // What a slow client has not taken of a reply that was cut off, it shall not have to play.
    if (event.type === 'reply.finished' && event.reply.status === 'cancelled') {
      this.events.discard((waiting) => waiting.type === 'reply.audio' && waiting.replyId === event.reply.id)
    }
    const told = event.type === 'item.retrieved' ? this.#withAudio(event) : event
    if (!this.#playedHere(event)) this.events.push(told)
    if (this.events.weight > mostEventBytes) {
      throw new VoiceError('overloaded', 'The client does not read what it is told.')
    }
    this.#observe(told)
  }

  /** Once each: clients send the same session again and again. */
  #noteIgnored(ignored: readonly string[]): void {
    const settings = ignored.filter((name) => !this.#ignored.has(name))
    for (const name of settings) this.#ignored.add(name)
    if (settings.length > 0) this.#log.debug({ settings }, 'settings that were not taken')
  }

  /** Gives playout what concerns it. True for audio, which goes nowhere else. */
  #playedHere(event: SessionEvent): boolean {
    const playout = this.#playout
    if (!playout) return false
    if (event.type === 'reply.started' && event.reply.modalities.audio) playout.begin(event.reply.id)
    if (event.type === 'reply.finished') playout.end(event.reply.id)
    if (event.type !== 'reply.audio') return false
    playout.push(event.replyId, event.frame)
    return true
  }

  /** What has been heard of a reply, as soon as it has. */
  #heard(tick: PlayoutTick): void {
    this.#tasks.start(async () => {
      this.#apply(tick)
      this.#tellIfQuiet()
    })
  }

  #withAudio(event: Extract<SessionEvent, { type: 'item.retrieved' }>): SessionEvent {
    const { input, output } = this.#conversation.config
    const { item } = event
    const { sampleRate } = (item.type === 'message' && item.role === 'user' ? input : output).format
    const audio = this.#itemAudio.of(item.id)?.map((part) => part && atRate(part, sampleRate))
    return audio ? { ...event, audio } : event
  }

  #perform(effect: Effect): void {
    switch (effect.type) {
      case 'mark':
        this.#listener.mark(effect.mark)
        break
      case 'reconfigure':
        this.#input.configure(effect.config.input.format)
        this.#listener.configure(effect.config)
        break
      case 'start-reply':
        this.#startReply(effect.request, effect.adopts)
        break
      case 'prepare-reply':
        this.#dropPrepared()
        this.#prepare(effect.request)
        break
      case 'drop-prepared':
        if (this.#prepared?.id === effect.replyId) this.#dropPrepared()
        break
      case 'stop-reply':
        this.#replies.get(effect.replyId)?.abort()
        break
      case 'transcribe':
        this.#parts.push(effect)
        break
      case 'hold-playback':
        this.#playout?.hold()
        break
      case 'resume-playback':
        this.#playout?.resume()
        break
      case 'list-tools':
      case 'run-tool':
      case 'search':
        this.#toolRuns.perform(effect)
        break
      case 'clear-playback':
        this.#playout?.clear()
        break
      default:
        effect satisfies never
    }
  }

  /** Audio that came inside items, one after the other. */
  async #transcribeParts(signal: AbortSignal): Promise<void> {
    signal.addEventListener('abort', () => this.#parts.abort(), { once: true })
    for await (const part of this.#parts) {
      const settings = this.#engines.listening(hearingWish(this.#conversation.config).listener)
      const heard = await transcribePart(part, this.#framesOf(part), settings, { signal, log: this.#log })
      if (heard) this.#apply(heard)
    }
  }

  *#framesOf({ itemId, partIndex, bytes, format }: PartAudio): Generator<AudioFrame> {
    for (const frame of new InputAudio(format).read(bytes)) {
      this.#itemAudio.put(itemId, partIndex, frame)
      yield frame
    }
  }

  #prepare(request: ReplyRequest): void {
    const { earlyStart } = this.#conversation.config
    const mayBegin = this.#engines.mayPrepare?.(request.model, earlyStart)
    if (!mayBegin) return
    this.#prepared = new PreparedReply(request, {
      engines: this.#engines,
      mayBegin,
      filler: this.#fillers.planFor(request),
      tasks: this.#tasks,
      log: this.#log,
    })
  }

  #dropPrepared(): void {
    if (this.#prepared?.hasBegun) this.#observe({ type: 'reply.prepared', savedMs: undefined })
    this.#prepared?.stop.abort()
    this.#prepared = undefined
  }

  /** The prepared reply of this id, if it has begun and is good for anything. */
  #adopt(replyId: string, preparedId: string | undefined): AdoptedReply | undefined {
    if (preparedId === undefined || this.#prepared?.id !== preparedId) return undefined
    const adopted = this.#prepared.adopt(replyId)
    if (!adopted) {
      this.#dropPrepared()
      return undefined
    }
    this.#prepared = undefined
    this.#observe({ type: 'reply.prepared', savedMs: adopted.savedMs })
    return adopted
  }

  #startReply(request: ReplyRequest, adopts: string | undefined): void {
    const adopted = this.#adopt(request.replyId, adopts)
    const stop = adopted?.stop ?? new AbortController()
    this.#replies.set(request.replyId, stop)
    this.#tasks.start(async (session) => {
      const abort = (): void => stop.abort()
      session.addEventListener('abort', abort, { once: true })
      try {
        const work = { signal: stop.signal, log: this.#log }
        const started = () => reply(request, this.#engines, work, this.#fillers.planFor(request))
        for await (const progress of adopted?.progress ?? started()) {
          if (stop.signal.aborted) break
          this.#apply(progress)
          if (this.events.weight > eventLimitBytes) await orAborted(this.events.drained(), stop.signal)
          if (this.#playout?.isFull) await orAborted(this.#playout.eased(), stop.signal)
        }
      } finally {
        session.removeEventListener('abort', abort)
        // A reply that goes on after a search has a work of its own by now.
        if (this.#replies.get(request.replyId) === stop) this.#replies.delete(request.replyId)
        this.#tellIfQuiet()
      }
    })
  }
}
