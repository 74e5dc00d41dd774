/** One child process that runs an engine: started, listened to, watched, ended. */
import { type ChildProcess, fork } from 'node:child_process'
import { type ErrorCode, errorCodes, VoiceError } from '../../errors.ts'
import type { Log } from '../../log.ts'
import type { Entry } from '../../threads/entry.ts'
import type { FromChild, ToChild } from './engine-messages.ts'

/** How to start a process. */
export interface ProcessSetup {
  /** Of the engine, for messages: `pocketsphinx`. */
  readonly name: string
  readonly entry: Entry
  readonly env?: Readonly<Record<string, string>>
  /** What the engine needs to load; anything that structured clone takes. */
  readonly load: unknown
  /** Longest time that loading may take. Default 60 s. */
  readonly loadMs?: number
  /** A process that has not answered for this long is killed. Default 10 s. */
  readonly hangMs?: number
  /** Told whenever a job has been closed. */
  readonly freed?: () => void
  readonly log: Log
}

/** How its owner follows one job. */
export interface JobHandlers<Out> {
  readonly message: (message: Out) => void
  /** The process is gone, and the job with it. What it had not answered can be sent again to a new job. */
  readonly lost: (error: VoiceError) => void
}

/** One piece of work in a child process. */
export interface Job<In> {
  send(message: In): void
  close(): void
  /** How far the process is behind with what it was sent, in milliseconds of wall time, as last seen. */
  readonly lagMs: number
  /** Jobs in the same process, this one included. */
  readonly peers: number
}

const pingMs = 250
// What a child needs of the environment; keys stay with the server.
const inherited = ['PATH', 'HOME', 'TMPDIR', 'LANG', 'TZ', 'LD_LIBRARY_PATH']

const environment = (more: Readonly<Record<string, string>> = {}): Record<string, string> => {
  const kept = inherited.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]]))
  return { ...Object.fromEntries(kept), ...more }
}

export class EngineProcess<In, Out> {
  readonly #child: ChildProcess
  readonly #setup: ProcessSetup
  readonly #jobs = new Map<number, JobHandlers<Out>>()
  /** Pings on their way: number → when sent. */
  readonly #pings = new Map<number, number>()
  readonly #startedAt = performance.now()
  readonly #timer: NodeJS.Timeout
  #heardAt = performance.now()
  #loaded = false
  #count = 0
  #lagMs = 0
  #failure: VoiceError | undefined
  #gone = false
  /** Resolves once the engine is loaded. */
  readonly ready: Promise<void>
  /** Resolves when the process has ended. */
  readonly ended: Promise<void>

  constructor(setup: ProcessSetup) {
    this.#setup = setup
    // No output: what native libraries print may hold what people say.
    this.#child = fork(setup.entry.file, [], {
      execArgv: [...setup.entry.execArgv],
      env: environment(setup.env),
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    })
    let loaded = (): void => {}
    let failed = (_error: VoiceError): void => {}
    this.ready = new Promise<void>((resolve, reject) => {
      loaded = resolve
      failed = reject
    })
    this.ready.catch(() => {})
    this.#child.on('message', (message: FromChild) => {
      if (message.type === 'loaded') loaded()
      this.#take(message)
    })
    this.ended = new Promise((resolve) => {
      const end = (how: string): void => {
        if (this.#gone) return
        this.#gone = true
        clearInterval(this.#timer)
        const error =
          this.#failure ?? new VoiceError('provider_failed', `The ${setup.name} process ended unexpectedly (${how}).`)
        failed(error)
        const lost = [...this.#jobs.values()]
        this.#jobs.clear()
        resolve()
        // Later, so that the pool has replaced this process when the jobs are opened again.
        setImmediate(() => {
          for (const job of lost) job.lost(error)
        })
      }
      this.#child.once('exit', (code, signal) => end(String(signal ?? code)))
      this.#child.once('error', (error) => {
        if (this.#child.pid === undefined) end(error.message)
      })
    })
    this.#timer = setInterval(() => this.#watch(), pingMs)
    this.#timer.unref()
    this.#send({ type: 'load', load: setup.load })
  }

  get pid(): number | undefined {
    return this.#child.pid
  }

  get jobs(): number {
    return this.#jobs.size
  }

  get loaded(): boolean {
    return this.#loaded
  }

  /** Since it was started. */
  get ageMs(): number {
    return performance.now() - this.#startedAt
  }

  get lagMs(): number {
    const oldest = this.#loaded ? this.#pings.values().next().value : this.#startedAt
    return Math.max(this.#lagMs, oldest === undefined ? 0 : performance.now() - oldest)
  }

  open(handlers: JobHandlers<Out>): Job<In> {
    const job = this.#count++
    const process = this
    this.#jobs.set(job, handlers)
    this.#send({ type: 'open', job })
    return {
      send: (message) => {
        if (this.#jobs.has(job)) this.#send({ type: 'message', job, message })
      },
      close: () => {
        if (!this.#jobs.delete(job)) return
        this.#send({ type: 'close', job })
        this.#setup.freed?.()
      },
      get lagMs() {
        return process.lagMs
      },
      get peers() {
        return process.jobs
      },
    }
  }

  /** Ends the process: by closing its channel, and by force if that takes longer than a second. */
  async close(): Promise<void> {
    if (this.#child.connected) this.#child.disconnect()
    const force = setTimeout(() => this.#child.kill('SIGKILL'), 1000)
    await this.ended
    clearTimeout(force)
  }

  #take(message: FromChild): void {
    this.#heardAt = performance.now()
    switch (message.type) {
      case 'loaded':
        this.#loaded = true
        this.#setup.log.debug({ engine: this.#setup.name, pid: this.pid, ms: Math.round(this.ageMs) }, 'engine loaded')
        return
      case 'failed':
        this.#kill(
          new VoiceError(message.code in errorCodes ? (message.code as ErrorCode) : 'internal', message.message),
        )
        return
      case 'pong': {
        const sentAt = this.#pings.get(message.ping)
        this.#pings.delete(message.ping)
        if (sentAt !== undefined) this.#lagMs = performance.now() - sentAt
        return
      }
      case 'message':
        this.#jobs.get(message.job)?.message(message.message as Out)
        return
      default:
        message satisfies never
    }
  }

  /** Kills a process that loads or stays silent for too long, and measures how far it is behind. */
  #watch(): void {
    const { name, loadMs = 60_000, hangMs = 10_000 } = this.#setup
    if (!this.#loaded) {
      if (this.ageMs > loadMs)
        this.#kill(new VoiceError('provider_failed', `The ${name} engine took too long to load.`))
      return
    }
    const oldest = this.#pings.values().next().value
    if (oldest !== undefined && performance.now() - Math.max(oldest, this.#heardAt) > hangMs) {
      this.#kill(new VoiceError('provider_failed', `The ${name} process hung.`))
    } else if (this.#jobs.size > 0 && this.#pings.size < 1000) {
      const ping = this.#count++
      this.#pings.set(ping, performance.now())
      this.#send({ type: 'ping', ping })
    } else if (this.#jobs.size === 0) this.#lagMs = 0
  }

  #kill(error: VoiceError): void {
    this.#failure ??= error
    this.#child.kill('SIGKILL')
  }

  #send(message: ToChild): void {
    // A channel that is closing reports through `exit`.
    if (this.#child.connected) this.#child.send(message, () => {})
  }
}
