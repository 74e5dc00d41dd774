/** How many sessions and requests a key may have; a place that was taken is given back by calling `release`. */

/** Counts per key. Refusals say after how many seconds another try makes sense. */
export class Limits {
  readonly #sessionsPerKey: number
  readonly #requestsPerSecondPerKey: number
  readonly #sessions = new Map<string, number>()
  readonly #buckets = new Map<string, { tokens: number; at: number }>()

  constructor(limits: { readonly sessionsPerKey: number; readonly requestsPerSecondPerKey: number }) {
    this.#sessionsPerKey = limits.sessionsPerKey
    this.#requestsPerSecondPerKey = limits.requestsPerSecondPerKey
  }

  /** All sessions that are open now. */
  get sessions(): number {
    let sum = 0
    for (const count of this.#sessions.values()) sum += count
    return sum
  }

  /** A place for one session of this key, or undefined when all are taken. Call what it gives exactly once. */
  openSession(key: string): (() => void) | undefined {
    const open = this.#sessions.get(key) ?? 0
    if (open >= this.#sessionsPerKey) return undefined
    this.#sessions.set(key, open + 1)
    let held = true
    return () => {
      if (!held) return
      held = false
      const left = (this.#sessions.get(key) ?? 1) - 1
      if (left === 0) this.#sessions.delete(key)
      else this.#sessions.set(key, left)
    }
  }

  /** True when this key may make one more request now (a token bucket of one second's worth). `nowMs` is a steady clock. */
  takeRequest(key: string, nowMs: number): boolean {
    const rate = this.#requestsPerSecondPerKey
    const bucket = this.#buckets.get(key) ?? { tokens: rate, at: nowMs }
    bucket.tokens = Math.min(rate, bucket.tokens + ((nowMs - bucket.at) / 1000) * rate)
    bucket.at = nowMs
    this.#buckets.set(key, bucket)
    if (bucket.tokens < 1) return false
    bucket.tokens -= 1
    return true
  }
}
