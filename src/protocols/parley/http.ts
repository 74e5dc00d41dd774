/** Our own route, `GET /v1/parley/status`: what serves, how busy it is, and how it is set. Behind a key. */
import type { EngineCard } from '../../engines/engine.ts'
import { type Answer, json } from '../answer.ts'

/** What the server knows of itself. Times are milliseconds, `startedAt` since 1970. */
export interface Status {
  readonly version: string
  readonly startedAt: number
  /** False while the engines warm up, and where one is missing that hearing needs. */
  readonly ready: boolean
  readonly engines: readonly {
    readonly kind: string
    readonly id: string
    readonly card?: EngineCard
    readonly problem?: string
  }[]
  /** The recording that was heard at the start. */
  readonly warmUp?: { readonly words: string; readonly audioMs: number; readonly tookMs: number }
  readonly machine: {
    readonly node: string
    readonly platform: string
    readonly cores: number
    readonly memoryBytes: number
  }
  readonly load: {
    readonly machine: number
    readonly processCores: number
    readonly memoryBytes: number
    readonly eventLoop: { readonly medianMs: number; readonly p99Ms: number; readonly mostMs: number }
  }
  readonly sessions: { readonly open: number; readonly perKey: number }
  /** People who can talk at the same time; absent where it cannot be told. */
  readonly talkers?: number
  /** Every setting in force; secrets are `***`. */
  readonly settings: readonly {
    readonly path: string
    readonly value: unknown
    readonly changed: boolean
    readonly description: string
  }[]
}

/** Lower case with underscores, as on OpenAI's routes beside it. */
export const statusBody = (status: Status): Answer =>
  json(
    200,
    {
      object: 'parley.status',
      version: status.version,
      started_at: new Date(status.startedAt).toISOString(),
      ready: status.ready,
      engines: status.engines.map(({ kind, id, card, problem }) => ({
        kind,
        id,
        ...(card && {
          name: card.name,
          languages: card.languages,
          accuracy: card.accuracy,
          better: card.better,
          cost: card.cost,
        }),
        problem,
      })),
      ...(status.warmUp && {
        warm_up: {
          words: status.warmUp.words,
          audio_ms: Math.round(status.warmUp.audioMs),
          took_ms: status.warmUp.tookMs,
        },
      }),
      machine: {
        node: status.machine.node,
        platform: status.machine.platform,
        cores: status.machine.cores,
        memory_bytes: status.machine.memoryBytes,
      },
      load: {
        machine: status.load.machine,
        process_cores: status.load.processCores,
        memory_bytes: status.load.memoryBytes,
        event_loop: {
          median_ms: status.load.eventLoop.medianMs,
          p99_ms: status.load.eventLoop.p99Ms,
          most_ms: status.load.eventLoop.mostMs,
        },
      },
      sessions: { open: status.sessions.open, per_key: status.sessions.perKey },
      ...(status.talkers !== undefined && { talkers: status.talkers }),
      settings: status.settings,
    },
    { 'cache-control': 'no-store' },
  )
