/** PreparedReply: a reply that runs before it is known whether it will be given; what it says is kept back. */
import { durationMs } from '../audio/frame.ts'
import type { ReplyRequest } from '../conversation/effects.ts'
import type { Progress } from '../conversation/inputs.ts'
import type { Log } from '../log.ts'
import { orAborted } from '../streams/or-aborted.ts'
import { Queue } from '../streams/queue.ts'
import type { Tasks } from '../streams/tasks.ts'
import type { FillerPlan } from './filler.ts'
import { type ReplyEngines, reply } from './reply.ts'

/** What is kept back, in milliseconds of audio; what is not audio counts as one. Past that, model and voice wait. */
const keptLimitMs = 2_000

/** A prepared reply that is given. */
export interface AdoptedReply {
  /** What it has said so far, then the rest as it comes. */
  readonly progress: AsyncIterable<Progress>
  /** How much sooner it begins than a reply that starts now, in wall time. */
  readonly savedMs: number
  /** Stops it. */
  readonly stop: AbortController
}

/** Begins at once, as one of `tasks`, unless `mayBegin` says no. It is given up by `stop.abort()`, before and after it was adopted. */
export class PreparedReply {
  readonly id: string
  readonly stop = new AbortController()
  readonly #line = new Queue<Progress>(keptLimitMs, (progress) =>
    progress.type === 'reply.audio' ? durationMs(progress.frame) : 1,
  )
  #begunAt: number | undefined
  #answeredAt: number | undefined
  #failed = false

  constructor(
    request: ReplyRequest,
    parts: {
      readonly engines: ReplyEngines
      readonly mayBegin: Promise<boolean>
      readonly filler?: FillerPlan | undefined
      readonly tasks: Tasks
      readonly log: Log
    },
  ) {
    this.id = request.replyId
    const { signal } = this.stop
    signal.addEventListener('abort', () => this.#line.abort(), { once: true })
    parts.tasks.start(async (session) => {
      const abort = (): void => this.stop.abort()
      session.addEventListener('abort', abort, { once: true })
      if (session.aborted) abort()
      try {
        if (await orAborted(parts.mayBegin, signal)) await this.#run(request, parts)
      } finally {
        session.removeEventListener('abort', abort)
        this.#line.close()
      }
    })
  }

  /** True once a model has been asked. */
  get hasBegun(): boolean {
    return this.#begunAt !== undefined
  }

  /** As the reply of this id; undefined where it was not to begin, or failed, which another try may not. */
  adopt(replyId: string): AdoptedReply | undefined {
    if (this.#begunAt === undefined || this.#failed) return undefined
    const savedMs = Math.min(performance.now(), this.#answeredAt ?? Number.POSITIVE_INFINITY) - this.#begunAt
    return { progress: named(this.#line, replyId), savedMs, stop: this.stop }
  }

  async #run(
    request: ReplyRequest,
    { engines, filler, log }: { engines: ReplyEngines; filler?: FillerPlan | undefined; log: Log },
  ): Promise<void> {
    const { signal } = this.stop
    this.#begunAt = performance.now()
    const answer = request.speech ? 'reply.audio' : 'reply.text'
    for await (const progress of reply(request, engines, { signal, log }, filler)) {
      if (progress.type === answer || progress.type === 'reply.call') this.#answeredAt ??= performance.now()
      if (progress.type === 'reply.failed') this.#failed = true
      if (!this.#line.push(progress)) await orAborted(this.#line.drained(), signal)
    }
  }
}

async function* named(line: AsyncIterable<Progress>, replyId: string): AsyncGenerator<Progress> {
  for await (const progress of line) yield { ...progress, replyId }
}
