/** How busy the machine and this process have been over the last seconds. */
import { cpus } from 'node:os'
import { type IntervalHistogram, monitorEventLoopDelay } from 'node:perf_hooks'

const everyMs = 2000
const resolutionMs = 10

/** One look, over the last two seconds. */
export interface LoadSample {
  /** Share of all cores that was at work, whoever used them, 0…1. */
  readonly machine: number
  /** Cores that this process used, threads included; child processes are in `machine` alone. */
  readonly processCores: number
  /** Memory that this process holds, without child processes. */
  readonly memoryBytes: number
  /** How late the main thread was with what was due. */
  readonly eventLoop: { readonly medianMs: number; readonly p99Ms: number; readonly mostMs: number }
}

/** Looks every two seconds until `close`. */
export class Load {
  readonly #delay: IntervalHistogram
  readonly #timer: NodeJS.Timeout
  #cpu = process.cpuUsage()
  #machine = machineTimes()
  #at = performance.now()
  #sample: LoadSample

  constructor() {
    this.#delay = monitorEventLoopDelay({ resolution: resolutionMs })
    this.#delay.enable()
    this.#sample = this.#look()
    this.#timer = setInterval(() => {
      this.#sample = this.#look()
    }, everyMs)
    this.#timer.unref()
  }

  get sample(): LoadSample {
    return this.#sample
  }

  close(): void {
    clearInterval(this.#timer)
    this.#delay.disable()
  }

  #look(): LoadSample {
    const [at, cpu, machine] = [performance.now(), process.cpuUsage(), machineTimes()]
    const tookMs = Math.max(1, at - this.#at)
    const usedMs = (cpu.user + cpu.system - this.#cpu.user - this.#cpu.system) / 1000
    const all = machine.all - this.#machine.all
    const rounded = (share: number): number => Math.round(share * 1000) / 1000
    const lateMs = (nanoseconds: number): number =>
      Number.isFinite(nanoseconds) ? Math.max(0, Math.round(nanoseconds / 1e5 - resolutionMs * 10) / 10) : 0
    const sample = {
      machine: rounded(all > 0 ? (machine.busy - this.#machine.busy) / all : 0),
      processCores: rounded(usedMs / tookMs),
      memoryBytes: process.memoryUsage.rss(),
      eventLoop: {
        medianMs: lateMs(this.#delay.percentile(50)),
        p99Ms: lateMs(this.#delay.percentile(99)),
        mostMs: lateMs(this.#delay.max),
      },
    }
    this.#delay.reset()
    this.#at = at
    this.#cpu = cpu
    this.#machine = machine
    return sample
  }
}

const machineTimes = (): { readonly busy: number; readonly all: number } => {
  let [busy, all] = [0, 0]
  for (const { times } of cpus()) {
    const sum = times.user + times.nice + times.sys + times.idle + times.irq
    all += sum
    busy += sum - times.idle
  }
  return { busy, all }
}
