/** RunningReplies: the replies that a session has at work, asked for or prepared, each until it ends or is stopped. */
import type { SessionConfig } from '../conversation/config.ts'
import type { ReplyRequest } from '../conversation/effects.ts'
import type { SessionEvent } from '../conversation/events.ts'
import type { Progress } from '../conversation/inputs.ts'
import type { Log } from '../log.ts'
import type { Tasks } from '../streams/tasks.ts'
import type { FillerPlan } from './filler.ts'
import { type AdoptedReply, PreparedReply } from './prepared-reply.ts'
import { reply } from './reply.ts'
import type { SessionEngines } from './session-parts.ts'

export interface RunningRepliesParts {
  readonly engines: SessionEngines
  readonly config: () => SessionConfig
  /** What fills a reply that is long in coming, if anything may. */
  readonly fillerFor: (request: ReplyRequest) => FillerPlan | undefined
  readonly tasks: Tasks
  readonly log: Log
  readonly tell: (progress: Progress) => void
  /** True when no more should be told before `eased` resolves; it does when the signal aborts, too. */
  readonly isFull: () => boolean
  readonly eased: (signal: AbortSignal) => Promise<void>
  readonly observe: (event: SessionEvent) => void
  /** A reply is no longer at work. */
  readonly ended: () => void
}

export class RunningReplies {
  readonly #parts: RunningRepliesParts
  readonly #running = new Map<string, AbortController>()
  #prepared: PreparedReply | undefined

  constructor(parts: RunningRepliesParts) {
    this.#parts = parts
  }

  /** Whether any reply is at work; a prepared one is not until it is adopted. */
  get any(): boolean {
    return this.#running.size > 0
  }

  /** `adopts`: the prepared reply of this id is the answer, if it has begun and is good for anything. */
  start(request: ReplyRequest, adopts: string | undefined): void {
    const { engines, fillerFor, tasks, log, tell, isFull, eased, ended } = this.#parts
    const adopted = this.#adopt(request.replyId, adopts)
    const stop = adopted?.stop ?? new AbortController()
    this.#running.set(request.replyId, stop)
    tasks.start(async (session) => {
      const abort = (): void => stop.abort()
      session.addEventListener('abort', abort, { once: true })
      try {
        const started = () => reply(request, engines, { signal: stop.signal, log }, fillerFor(request))
        for await (const progress of adopted?.progress ?? started()) {
          if (stop.signal.aborted) break
          tell(progress)
          if (isFull()) await eased(stop.signal)
        }
      } finally {
        session.removeEventListener('abort', abort)
        // A reply that goes on after a search has a work of its own by now.
        if (this.#running.get(request.replyId) === stop) this.#running.delete(request.replyId)
        ended()
      }
    })
  }

  stop(replyId: string): void {
    this.#running.get(replyId)?.abort()
  }

  /** Begins in place of what was prepared before, where the model may be asked in vain. */
  prepare(request: ReplyRequest): void {
    this.#dropPrepared()
    const { engines, config, fillerFor, tasks, log } = this.#parts
    const mayBegin = engines.mayPrepare?.(request.model, config().earlyStart)
    if (!mayBegin) return
    this.#prepared = new PreparedReply(request, { engines, mayBegin, filler: fillerFor(request), tasks, log })
  }

  /** The prepared reply of this id is not wanted. */
  drop(replyId: string): void {
    if (this.#prepared?.id === replyId) this.#dropPrepared()
  }

  #dropPrepared(): void {
    if (this.#prepared?.hasBegun) this.#parts.observe({ type: 'reply.prepared', savedMs: undefined })
    this.#prepared?.stop.abort()
    this.#prepared = undefined
  }

  #adopt(replyId: string, preparedId: string | undefined): AdoptedReply | undefined {
    if (preparedId === undefined || this.#prepared?.id !== preparedId) return undefined
    const adopted = this.#prepared.adopt(replyId)
    if (!adopted) {
      this.#dropPrepared()
      return undefined
    }
    this.#prepared = undefined
    this.#parts.observe({ type: 'reply.prepared', savedMs: adopted.savedMs })
    return adopted
  }
}
