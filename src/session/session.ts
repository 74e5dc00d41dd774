/** Session: one conversation, running; takes inputs one at a time, tells what happens, performs what follows. */
import { setMaxListeners } from 'node:events'
import type { AudioFrame } from '../audio/frame.ts'
import { Conversation } from '../conversation/conversation.ts'
import type { Effect, Outcome } from '../conversation/effects.ts'
import type { SessionEvent } from '../conversation/events.ts'
import type { Command, Input } from '../conversation/inputs.ts'
import { asVoiceError, VoiceError } from '../errors.ts'
import type { Log } from '../log.ts'
import { Condition } from '../streams/condition.ts'
import { orAborted } from '../streams/or-aborted.ts'
import { Queue } from '../streams/queue.ts'
import { Tasks } from '../streams/tasks.ts'
import { Attendants } from './attendants/attendants.ts'
import { Echoes } from './echoes.ts'
import { hearingWish } from './hearing-wish.ts'
import { InputAudio } from './input-audio.ts'
import { ItemAudio } from './item-audio.ts'
import { Listener } from './listener.ts'
import { PartTranscripts } from './part-transcripts.ts'
import { Phrases } from './phrases.ts'
import { Playout, type PlayoutTick } from './playout.ts'
import { RunningReplies } from './running-replies.ts'
import type { SessionParts } from './session-parts.ts'
import { ToolRuns } from './tool-runs.ts'

/** Bytes of commands that may wait before the client must pause; 5 s of 48 kHz audio and some. */
const commandLimitBytes = 512 * 1024
/** What is told at one go may wait for the client in full; past this, reply audio waits. */
const eventLimitBytes = 2 * 1024 * 1024
/** What is not audio cannot wait: a client that asks for more and more without reading any of it is given up. */
const mostEventBytes = 4 * eventLimitBytes
/** What a command or an event without audio counts for. */
const plainBytes = 256

type Appended = Extract<Command, { readonly type: 'audio.append' }>

/** Send commands, iterate `events`; they end with the session, or throw what broke it. Whoever makes a session closes it. */
export class Session {
  /** What happens, for one transport to encode and send. */
  readonly events = new Queue<SessionEvent>(eventLimitBytes, (event) =>
    'frame' in event ? event.frame.samples.length * 2 : plainBytes,
  )
  readonly #commands = new Queue<Command>(commandLimitBytes, (command) =>
    command.type === 'audio.append' ? command.bytes.length + plainBytes : plainBytes,
  )
  readonly #conversation: Conversation
  readonly #listener: Listener
  readonly #partTranscripts: PartTranscripts
  readonly #input: InputAudio
  readonly #itemAudio: ItemAudio
  readonly #attendants: Attendants
  readonly #playout: Playout | undefined
  readonly #echoes: Echoes
  readonly #toolRuns: ToolRuns
  readonly #log: Log
  readonly #observe: (event: SessionEvent) => void
  readonly #tasks: Tasks
  readonly #closed: Promise<void>
  readonly #replies: RunningReplies
  readonly #inputs: Input[] = []
  /** Settings that made no sense, or that came too late. */
  readonly #ignored = new Set<string>()
  /** Commands other than audio that have not been applied. */
  #waitingOrders = 0
  #applying = false
  readonly #quiet = new Condition()

  constructor(parts: SessionParts) {
    this.#log = parts.log
    this.#observe = parts.observe ?? (() => {})
    this.#tasks = new Tasks(parts.signal)
    setMaxListeners(0, this.#tasks.signal)
    this.#input = new InputAudio(parts.config.input.format)
    this.#itemAudio = new ItemAudio(parts.keptAudioMs)
    this.#attendants = new Attendants({
      config: () => this.#conversation.config,
      items: () => this.#conversation.items,
      apply: (input) => this.#tasks.start(async () => this.#apply(input)),
      start: (work) => this.#tasks.start(work),
      newId: parts.newId,
      engines: parts.engines,
      phrases: parts.phrases ?? new Phrases(),
      random: parts.random ?? Math.random,
      log: parts.log,
    })
    const { play, drop, lagMs } = parts
    const paced = play !== undefined
    const guard = parts.engines.echoGuard?.(paced) ?? Promise.resolve(undefined)
    const echoes = new Echoes({ guard, log: parts.log })
    this.#echoes = echoes
    const letOut = (frame: AudioFrame): void => {
      echoes.play(frame)
      play?.(frame)
    }
    const tell = (tick: PlayoutTick): void => this.#heard(tick)
    this.#playout = play && new Playout({ play: letOut, tell, ...(drop && { drop }), ...(lagMs && { lagMs }) })
    this.#listener = new Listener({
      config: parts.config,
      paced,
      echoes,
      settingsFor: (wish) => parts.engines.listening(wish),
      tell: (heard) => {
        this.#apply(heard)
        this.#attendants.hear(heard)
      },
      failed: ({ code, message }) => this.#apply({ type: 'listening.failed', code, message }),
      tasks: this.#tasks,
      log: parts.log,
    })
    this.#partTranscripts = new PartTranscripts({
      settings: () => parts.engines.listening(hearingWish(this.#conversation.config).listener),
      keep: (...frame) => this.#itemAudio.put(...frame),
      tell: (heard) => this.#apply(heard),
      tasks: this.#tasks,
      log: parts.log,
    })
    this.#replies = new RunningReplies({
      engines: parts.engines,
      config: () => this.#conversation.config,
      fillerFor: (request) => this.#attendants.fillerFor(request),
      tasks: this.#tasks,
      log: parts.log,
      tell: (progress) => this.#apply(progress),
      isFull: () => this.#isFull,
      eased: (signal) => this.#eased(signal),
      observe: this.#observe,
      ended: () => this.#tellIfQuiet(),
    })
    const tools = parts.engines.openTools?.()
    this.#toolRuns = new ToolRuns({ tools, tasks: this.#tasks, log: parts.log, tell: (input) => this.#apply(input) })
    const canSearch = tools?.search !== undefined
    this.#conversation = new Conversation({ config: parts.config, newId: parts.newId, paced, canSearch })
    this.#settle(() => this.#conversation.opened())
    this.#tasks.signal.addEventListener('abort', () => this.#commands.abort(), { once: true })
    this.#tasks.start((signal) => this.#run(signal))
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
    return this.#isQuiet ? Promise.resolve() : this.#quiet.wait()
  }

  /** Stops everything and waits until it has stopped. What happened but was not yet read stays readable. */
  async close(): Promise<void> {
    this.#tasks.abort()
    await this.#closed
  }

  get #isQuiet(): boolean {
    return !this.#replies.any && (this.#playout?.isQuiet ?? true)
  }

  #tellIfQuiet(): void {
    if (this.#isQuiet) this.#quiet.notify()
  }

  #end(error?: unknown): void {
    this.#attendants.close()
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
      if (command.type === 'audio.append') await this.#append(command, signal)
      else {
        this.#waitingOrders -= 1
        this.#apply(command)
      }
      if (this.#partTranscripts.isFull) await this.#partTranscripts.eased()
      if (signal.aborted) return
    }
  }

  async #append({ bytes, format }: Appended, signal: AbortSignal): Promise<void> {
    for (const frame of this.#input.read(bytes, format)) {
      this.#itemAudio.received(frame)
      this.#echoes.received(this.#input.audioMs)
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
    this.#attendants.see(event)
    if (event.type === 'session.updated') this.#noteIgnored(event.ignored ?? [])
    // What a slow client has not taken of a reply that was cut off, it shall not have to play.
    if (event.type === 'reply.finished' && event.reply.status === 'cancelled') {
      this.events.discard((waiting) => waiting.type === 'reply.audio' && waiting.replyId === event.reply.id)
    }
    const told = event.type === 'item.retrieved' ? this.#itemAudio.retrieved(event, this.#conversation.config) : event
    if (!this.#playout?.takes(event)) {
      this.#echoes.see(event)
      this.events.push(told)
    }
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

  /** What has been heard of a reply, as soon as it has. */
  #heard(tick: PlayoutTick): void {
    this.#tasks.start(async () => {
      this.#apply(tick)
      this.#tellIfQuiet()
    })
  }

  /** True when so much of what replies have said is on its way that they should wait for `#eased`. */
  get #isFull(): boolean {
    return this.events.weight > eventLimitBytes || (this.#playout?.isFull ?? false)
  }

  async #eased(signal: AbortSignal): Promise<void> {
    if (this.events.weight > eventLimitBytes) await orAborted(this.events.drained(), signal)
    if (this.#playout?.isFull) await orAborted(this.#playout.eased(), signal)
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
        this.#replies.start(effect.request, effect.adopts)
        break
      case 'prepare-reply':
        this.#replies.prepare(effect.request)
        break
      case 'drop-prepared':
        this.#replies.drop(effect.replyId)
        break
      case 'stop-reply':
        this.#replies.stop(effect.replyId)
        break
      case 'transcribe':
        this.#partTranscripts.push(effect)
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
}
