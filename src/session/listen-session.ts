/** ListenSession: one client's stream of audio, being listened to; takes commands one at a time and outlives nothing. */
import { type AudioFrame, durationMs } from '../audio/frame.ts'
import { asVoiceError, VoiceError } from '../errors.ts'
import type { ListenCommand, ListenEvent, ListenStart } from '../listening/commands.ts'
import { listen } from '../listening/listen.ts'
import type { ListenInput, ListenSettings } from '../listening/settings.ts'
import type { Log } from '../log.ts'
import { orAborted } from '../streams/or-aborted.ts'
import { Queue } from '../streams/queue.ts'
import { Tasks } from '../streams/tasks.ts'
import { SocketAudio } from './socket-audio.ts'

/** Bytes of commands that may wait before the client must pause; 5 s of 48 kHz stereo. */
const commandLimitBytes = 960_000
const audioLimitMs = 5_000
const eventLimit = 10_000
/** Node's timers fire at once beyond this. */
const longestTimerMs = 2 ** 31 - 1
/** The number of a mark that the gap rule set; codecs count theirs from 0. */
const gapMark = -1

/** What the server makes of a client's wishes: the engines that serve them. */
export interface Prepared {
  readonly engine: string
  readonly settings: ListenSettings
}

/**
 * Send commands, iterate `events`. The events end after `listen.ended`, or throw the VoiceError that ended the session.
 * Whoever makes a session closes it.
 */
export class ListenSession {
  readonly events = new Queue<ListenEvent>(eventLimit)
  readonly #commands = new Queue<ListenCommand>(commandLimitBytes, (command) =>
    command.type === 'audio.append' ? command.bytes.length : 0,
  )
  readonly #tasks: Tasks
  readonly #log: Log
  readonly #prepare: (start: ListenStart, signal: AbortSignal) => Promise<Prepared>
  readonly #closed: Promise<void>
  #audioMs = 0
  #gap: NodeJS.Timeout | undefined
  #inactivity: NodeJS.Timeout | undefined

  constructor(parts: {
    readonly prepare: (start: ListenStart, signal: AbortSignal) => Promise<Prepared>
    readonly log: Log
    readonly signal?: AbortSignal
  }) {
    this.#prepare = parts.prepare
    this.#log = parts.log
    this.#tasks = new Tasks(parts.signal)
    this.#tasks.signal.addEventListener('abort', () => this.#commands.abort(), { once: true })
    this.#tasks.start(() => this.#run())
    this.#closed = this.#tasks.settled().then(
      () => this.events.close(),
      (error: unknown) => {
        const failure = asVoiceError(error)
        if (failure.code === 'internal') this.#log.error({ err: failure.cause ?? failure }, 'listening failed')
        else this.#log.info({ code: failure.code }, 'listening ended with an error')
        this.events.close(failure)
      },
    )
  }

  /** False when the session is behind: give it no more until `drained` resolves. */
  send(command: ListenCommand): boolean {
    return this.#commands.push(command)
  }

  drained(): Promise<void> {
    return this.#commands.drained()
  }

  /** Stops everything and waits until it has stopped. What was heard but not yet read stays readable. */
  async close(): Promise<void> {
    this.#tasks.abort()
    await this.#closed
  }

  async #run(): Promise<void> {
    let end: (() => Promise<void>) | undefined
    let audio: Queue<ListenInput> | undefined
    let input: SocketAudio | undefined
    let start: ListenStart | undefined
    try {
      for await (const command of this.#commands) {
        if (command.type === 'listen.start') {
          if (start) continue
          start = command.start
          const prepared = await orAborted(this.#prepare(start, this.#tasks.signal), this.#tasks.signal)
          if (!prepared) return
          this.events.push({ type: 'listen.started', engine: prepared.engine })
          audio = new Queue<ListenInput>(audioLimitMs, (item) => ('samples' in item ? durationMs(item) : 0))
          input = new SocketAudio(start.format, this.#tasks.signal)
          const heard = this.#listen(audio, prepared.settings)
          const heardAll = heard.done
          end = async () => {
            audio?.close()
            await heardAll
          }
          this.#restartInactivity(start)
          continue
        }
        if (command.type === 'listen.end') break
        if (!audio || !input || !start) {
          throw new VoiceError('invalid_request', 'The settings must come before audio and the end of a turn.')
        }
        this.#restartInactivity(start)
        switch (command.type) {
          case 'audio.append':
            await this.#append(audio, await input.push(command.bytes))
            this.#restartGap(start, audio)
            break
          case 'turn.end':
            await this.#append(audio, await input.settle())
            audio.push({ mark: command.mark })
            break
          case 'listen.change':
            audio.push({ change: command.change })
            break
          default:
            command satisfies never
        }
      }
      if (audio && input && !this.#tasks.signal.aborted) await this.#append(audio, await input.end())
      await end?.()
      if (!this.#tasks.signal.aborted) this.events.push({ type: 'listen.ended', audioMs: Math.round(this.#audioMs) })
    } finally {
      clearTimeout(this.#gap)
      clearTimeout(this.#inactivity)
      audio?.abort()
      input?.close()
      this.#commands.abort()
    }
  }

  #listen(audio: Queue<ListenInput>, settings: ListenSettings): { readonly done: Promise<void> } {
    let finished = (): void => {}
    const done = new Promise<void>((resolve) => {
      finished = resolve
    })
    this.#tasks.start(async (signal) => {
      signal.addEventListener('abort', () => audio.abort(), { once: true })
      try {
        for await (const heard of listen(audio, { ...settings, signal, log: this.#log })) this.events.push(heard)
      } finally {
        finished()
      }
    })
    return { done }
  }

  async #append(audio: Queue<ListenInput>, frames: readonly AudioFrame[]): Promise<void> {
    for (const frame of frames) {
      this.#audioMs += durationMs(frame)
      if (!audio.push(frame)) await audio.drained()
      if (this.#tasks.signal.aborted) return
    }
  }

  #restartGap(start: ListenStart, audio: Queue<ListenInput>): void {
    if (start.gapMs === 0) return
    this.#gap = this.#gap?.refresh() ?? setTimeout(() => audio.push({ mark: gapMark }), start.gapMs)
  }

  #restartInactivity(start: ListenStart): void {
    if (start.inactivityMs === 0) return
    this.#inactivity =
      this.#inactivity?.refresh() ??
      setTimeout(
        () => {
          // Behind, not silent: the client did send, and what it sent is still to be read.
          if (this.#commands.weight > 0) this.#restartInactivity(start)
          else this.#commands.push({ type: 'listen.end' })
        },
        Math.min(start.inactivityMs, longestTimerMs),
      )
  }
}
