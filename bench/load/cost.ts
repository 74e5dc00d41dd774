/** What this process costs: CPU time, delay of its timers, memory. */
import { type IntervalHistogram, monitorEventLoopDelay } from 'node:perf_hooks'

const resolutionMs = 10
let delay: IntervalHistogram | undefined
let cpu = process.cpuUsage()
let begunMs = 0

const delayMs = (share: number): number => Math.max(0, (delay?.percentile(share * 100) ?? 0) / 1e6 - resolutionMs)

/** Counts from here on. */
export const beginCost = (): void => {
  delay?.disable()
  delay = monitorEventLoopDelay({ resolution: resolutionMs })
  delay.enable()
  cpu = process.cpuUsage()
  begunMs = performance.now()
}

/** Of this process, all its threads, since `beginCost`. */
export const endCost = () => {
  delay?.disable()
  const { user, system } = process.cpuUsage(cpu)
  return {
    seconds: (performance.now() - begunMs) / 1000,
    cpuSeconds: (user + system) / 1e6,
    eventLoopMs: { p50: delayMs(0.5), p99: delayMs(0.99) },
  }
}

/** After a collection of garbage; needs `--expose-gc`. */
export const memoryNow = () => {
  globalThis.gc?.()
  globalThis.gc?.()
  const { heapUsed, external, rss } = process.memoryUsage()
  return { heapBytes: heapUsed + external, residentBytes: rss }
}
