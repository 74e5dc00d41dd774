/** Jobs: work that clients ask for now and fetch the result of later. In memory only, for a limited time. */
import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { asVoiceError, VoiceError } from '../errors.ts'
import type { Log } from '../log.ts'
import { Tasks } from '../streams/tasks.ts'

export interface JobLimits {
  /** Jobs at work at a time, of all keys. */
  readonly running: number
  /** Jobs of one key, from their submission until what came of them is forgotten. */
  readonly perKey: number
  /** What all jobs hold together: their input until it has been worked on, and their results. */
  readonly memoryBytes: number
  /** How long what came of a job is kept. */
  readonly keepMs: number
}

/** How far a job has come. Whoever knows `ticket` may read the result; times are milliseconds since 1970. */
export type JobState =
  | { readonly type: 'pending' }
  | { readonly type: 'failed'; readonly error: VoiceError; readonly expiresAt: number }
  | { readonly type: 'done'; readonly ticket: string; readonly expiresAt: number }

/** What a job is to do. */
export interface JobWork {
  /** What its input weighs in memory. */
  readonly bytes: number
  /** Gives the result. What it throws is what the job failed of. */
  readonly run: (signal: AbortSignal) => Promise<string>
  /** What the client called the model. */
  readonly model: string
}

interface Job {
  readonly id: string
  readonly key: string
  readonly model: string
  /** Until it has run. */
  work: JobWork | undefined
  bytes: number
  state: JobState
  result?: string
  forgetting?: NodeJS.Timeout
}

const digestOf = (ticket: string): string => createHash('sha256').update(ticket).digest('base64')

/** Runs jobs in the order in which they came. `shutdown` ends them all. */
export class Jobs {
  readonly #limits: JobLimits
  readonly #log: Log
  readonly #tasks: Tasks
  readonly #jobs = new Map<string, Job>()
  /** By digest of the ticket, so that looking one up takes the same time for near misses. */
  readonly #finished = new Map<string, Job>()
  readonly #waiting: Job[] = []
  #running = 0
  #bytes = 0

  constructor(limits: JobLimits, { log, shutdown }: { readonly log: Log; readonly shutdown: AbortSignal }) {
    this.#limits = limits
    this.#log = log
    this.#tasks = new Tasks(shutdown)
  }

  /** Throws `overloaded` when the key may have no more jobs, or so many bytes have no room. */
  checkRoom(key: string, bytes = 0): void {
    if (this.#tasks.signal.aborted) throw new VoiceError('shutting_down', 'The server is shutting down.')
    let own = 0
    for (const job of this.#jobs.values()) if (job.key === key) own += 1
    if (own >= this.#limits.perKey) throw new VoiceError('overloaded', 'This key has all its jobs; old ones expire.')
    if (this.#bytes + bytes > this.#limits.memoryBytes)
      throw new VoiceError('overloaded', 'The jobs that wait here take all the memory that there is for them.')
  }

  /** Takes a job on and gives its id. Throws as `checkRoom` does. */
  submit(key: string, work: JobWork): string {
    this.checkRoom(key, work.bytes)
    const job: Job = {
      id: randomUUID(),
      key,
      model: work.model,
      work,
      bytes: work.bytes,
      state: { type: 'pending' },
    }
    this.#bytes += job.bytes
    this.#jobs.set(job.id, job)
    this.#waiting.push(job)
    this.#startNext()
    return job.id
  }

  /** A job of this key; undefined where there is none, any more. */
  find(key: string, id: string): { readonly state: JobState; readonly model: string } | undefined {
    const job = this.#jobs.get(id)
    return job?.key === key ? job : undefined
  }

  /** The result that a ticket stands for, until it expires. */
  result(ticket: string): string | undefined {
    return this.#finished.get(digestOf(ticket))?.result
  }

  /** Waits for what runs, once `shutdown` has aborted, and forgets everything. */
  async close(): Promise<void> {
    this.#tasks.abort()
    await this.#tasks.settled()
    for (const { id } of [...this.#jobs.values()]) this.#forget(id)
  }

  #startNext(): void {
    if (this.#tasks.signal.aborted || this.#running >= this.#limits.running) return
    const job = this.#waiting.shift()
    if (!job) return
    this.#running += 1
    this.#tasks.start(async (signal) => {
      const ended = await this.#perform(job, signal)
      this.#running -= 1
      if (!signal.aborted) this.#end(job, ended)
      this.#startNext()
    })
  }

  async #perform(job: Job, signal: AbortSignal): Promise<{ readonly result: string } | { readonly error: VoiceError }> {
    try {
      return { result: (await job.work?.run(signal)) ?? '' }
    } catch (thrown) {
      const error = asVoiceError(thrown)
      if (error.code === 'internal' && !signal.aborted) this.#log.error({ err: error.cause ?? error }, 'job failed')
      return { error }
    }
  }

  #end(job: Job, ended: { readonly result: string } | { readonly error: VoiceError }): void {
    const expiresAt = Date.now() + this.#limits.keepMs
    job.work = undefined
    this.#bytes -= job.bytes
    job.bytes = 'result' in ended ? 2 * ended.result.length : 0
    this.#bytes += job.bytes
    if ('result' in ended) {
      const ticket = randomBytes(32).toString('base64url')
      job.result = ended.result
      job.state = { type: 'done', ticket, expiresAt }
      this.#finished.set(digestOf(ticket), job)
    } else job.state = { type: 'failed', error: ended.error, expiresAt }
    job.forgetting = setTimeout(() => this.#forget(job.id), this.#limits.keepMs).unref()
  }

  #forget(id: string): void {
    const job = this.#jobs.get(id)
    if (!job) return
    clearTimeout(job.forgetting)
    this.#jobs.delete(id)
    this.#bytes -= job.bytes
    if (job.state.type === 'done') this.#finished.delete(digestOf(job.state.ticket))
  }
}
