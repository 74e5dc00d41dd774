/** A pool of engine processes: spreads jobs, grows under load, replaces what dies. */
import { VoiceError } from '../../errors.ts'
import { EngineProcess, type Job, type JobHandlers, type ProcessSetup } from './engine-process.ts'

/** How far behind every process must be to count as busy. */
const busyLagMs = 1000

export interface PoolSetup extends ProcessSetup {
  /** Started at once and kept. */
  readonly processes: number
  /** Never more than this. */
  readonly maxProcesses: number
  readonly jobsPerProcess: number
}

export class EnginePool<In, Out> {
  readonly #setup: PoolSetup
  readonly #processes = new Set<EngineProcess<In, Out>>()
  /** Those who wait for a place, first come first served. */
  readonly #waiting: (() => void)[] = []
  #closed = false

  constructor(setup: PoolSetup) {
    this.#setup = { ...setup, freed: () => this.#waiting.shift()?.() }
    while (this.#processes.size < setup.processes) this.#start()
  }

  /** Process ids, for operators and tests. */
  get pids(): readonly number[] {
    return [...this.#processes].flatMap((process) => process.pid ?? [])
  }

  /** Jobs open now, in all processes. */
  get jobs(): number {
    return [...this.#processes].reduce((sum, process) => sum + process.jobs, 0)
  }

  /** Resolves once one process can work; throws what the first failure was if none can. */
  async ready(): Promise<void> {
    await Promise.any([...this.#processes].map((process) => process.ready)).catch((error: AggregateError) => {
      throw error.errors[0] ?? new VoiceError('unavailable', `The ${this.#setup.name} engine is not running.`)
    })
  }

  /** True when one more job would wait, or make all others late: time to send new work away. */
  get busy(): boolean {
    if (!this.#hasRoom()) return true
    const lags = [...this.#processes].filter((process) => process.loaded).map((process) => process.lagMs)
    return this.#processes.size >= this.#setup.maxProcesses && lags.length > 0 && Math.min(...lags) > busyLagMs
  }

  /** Resolves when there is a place for one more job, which has to be taken at once; or when the signal aborts. */
  async room(signal: AbortSignal): Promise<void> {
    while (!this.#closed && !signal.aborted && !this.#hasRoom()) {
      await new Promise<void>((resolve) => {
        const wake = (): void => {
          signal.removeEventListener('abort', leave)
          resolve()
        }
        const leave = (): void => {
          this.#waiting.splice(this.#waiting.indexOf(wake), 1)
          resolve()
        }
        this.#waiting.push(wake)
        signal.addEventListener('abort', leave, { once: true })
      })
    }
  }

  #hasRoom(): boolean {
    const { jobsPerProcess, maxProcesses } = this.#setup
    if (this.#processes.size < maxProcesses) return true
    return [...this.#processes].some((process) => process.jobs < jobsPerProcess)
  }

  /**
   * Opens a job in the process that has fewest. Throws `overloaded` when all are full, unless the job is one that was
   * lost and comes `again`: its speaker is half heard already. Messages wait while the process loads.
   */
  open(handlers: JobHandlers<Out>, again = false): Job<In> {
    if (this.#closed) throw new VoiceError('unavailable', `The ${this.#setup.name} engine is shut down.`)
    const { jobsPerProcess, maxProcesses, name, log } = this.#setup
    const all = [...this.#processes].sort((a, b) => Number(b.loaded) - Number(a.loaded) || a.jobs - b.jobs)
    let chosen = all.find((process) => process.jobs < jobsPerProcess)
    if (!chosen && this.#processes.size < maxProcesses) {
      log.info({ engine: name, processes: this.#processes.size + 1 }, 'another engine process is started')
      chosen = this.#start()
    }
    if (again) chosen ??= all[0]
    if (!chosen) throw new VoiceError('overloaded', 'Too many people are talking at the same time for this server.')
    return chosen.open(handlers)
  }

  /** Ends all processes. Their jobs are lost. */
  async close(): Promise<void> {
    this.#closed = true
    for (const wake of this.#waiting.splice(0)) wake()
    await Promise.all([...this.#processes].map((process) => process.close()))
  }

  #start(): EngineProcess<In, Out> {
    const process = new EngineProcess<In, Out>(this.#setup)
    this.#processes.add(process)
    void process.ended.then(() => {
      this.#processes.delete(process)
      for (let places = this.#setup.jobsPerProcess; places > 0; places--) this.#waiting.shift()?.()
      if (this.#closed) return
      this.#setup.log.warn({ engine: this.#setup.name, pid: process.pid }, 'engine process ended')
      // One that cannot even start would be started for ever: then the next job tries again.
      if (process.loaded && process.ageMs > 5000 && this.#processes.size < this.#setup.processes) this.#start()
    })
    return process
  }
}
