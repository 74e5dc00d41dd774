/** A pool of engine processes: spreads jobs, grows under load, replaces what dies. */
import { VoiceError } from '../../errors.ts'
import { EngineProcess, type Job, type JobHandlers, type ProcessSetup } from './engine-process.ts'

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
  #closed = false

  constructor(setup: PoolSetup) {
    this.#setup = setup
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

  /** Opens a job in the process that has fewest. Throws `overloaded` when all are full. Messages wait while it loads. */
  open(handlers: JobHandlers<Out>): Job<In> {
    if (this.#closed) throw new VoiceError('unavailable', `The ${this.#setup.name} engine is shut down.`)
    const { jobsPerProcess, maxProcesses, name, log } = this.#setup
    const free = [...this.#processes].filter((process) => process.jobs < jobsPerProcess)
    let [chosen] = free.sort((a, b) => Number(b.loaded) - Number(a.loaded) || a.jobs - b.jobs)
    if (!chosen && this.#processes.size < maxProcesses) {
      log.info({ engine: name, processes: this.#processes.size + 1 }, 'another engine process is started')
      chosen = this.#start()
    }
    if (!chosen) throw new VoiceError('overloaded', 'Too many people are talking at the same time for this server.')
    return chosen.open(handlers)
  }

  /** Ends all processes. Their jobs are lost. */
  async close(): Promise<void> {
    this.#closed = true
    await Promise.all([...this.#processes].map((process) => process.close()))
  }

  #start(): EngineProcess<In, Out> {
    const process = new EngineProcess<In, Out>(this.#setup)
    this.#processes.add(process)
    void process.ended.then(() => {
      this.#processes.delete(process)
      if (this.#closed) return
      this.#setup.log.warn({ engine: this.#setup.name, pid: process.pid }, 'engine process ended')
      // One that cannot even start would be started for ever: then the next job tries again.
      if (process.loaded && process.ageMs > 5000 && this.#processes.size < this.#setup.processes) this.#start()
    })
    return process
  }
}
