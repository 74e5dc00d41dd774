/** What the server says of itself, looked at every few seconds while the page is seen. */
import { effect, signal } from '@preact/signals'
import { access, key } from '../access.ts'
import { RequestFailure, requestJson } from '../wire/request.ts'

/** An engine and its card. */
export interface EngineStatus {
  readonly kind: string
  readonly id: string
  readonly name?: string
  readonly languages?: readonly string[]
  readonly accuracy?: string
  readonly better?: string
  readonly cost?: number
  readonly problem?: string
}

/** The body of `GET /v1/parley/status`. */
export interface ServerStatus {
  readonly version: string
  readonly started_at: string
  readonly ready: boolean
  readonly engines: readonly EngineStatus[]
  readonly warm_up?: { readonly words: string; readonly audio_ms: number; readonly took_ms: number }
  readonly machine: {
    readonly node: string
    readonly platform: string
    readonly cores: number
    readonly memory_bytes: number
  }
  readonly load: {
    readonly machine: number
    readonly process_cores: number
    readonly memory_bytes: number
    readonly event_loop: { readonly median_ms: number; readonly p99_ms: number; readonly most_ms: number }
  }
  readonly sessions: { readonly open: number; readonly per_key: number }
  readonly talkers?: number
  readonly settings: readonly {
    readonly path: string
    readonly value: unknown
    readonly changed: boolean
    readonly description: string
  }[]
}

const everyMs = 4000

const body = signal<ServerStatus | undefined>(undefined)
const state = signal<'unknown' | 'ready' | 'warming' | 'lacking' | 'silent'>('unknown')
/** How long the last question took, there and back. */
const roundTripMs = signal<number | undefined>(undefined)

const look = async (): Promise<void> => {
  if (key.value === '' || access.value === 'refused') return
  const begun = performance.now()
  try {
    const found = await requestJson<ServerStatus>('/v1/parley/status', { quiet: true })
    roundTripMs.value = performance.now() - begun
    body.value = found
    state.value = found.ready ? 'ready' : found.engines.length === 0 ? 'warming' : 'lacking'
  } catch (error) {
    state.value = error instanceof RequestFailure && error.status > 0 ? 'unknown' : 'silent'
  }
}

/** Looks again and again until what it gives is called. */
const follow = (): (() => void) => {
  const timer = setInterval(() => {
    if (!document.hidden) void look()
  }, everyMs)
  // At once with a new key.
  const stop = effect(() => {
    if (key.value !== '') void look()
  })
  return () => {
    clearInterval(timer)
    stop()
  }
}

export const status = { body, state, roundTripMs, look, follow }
