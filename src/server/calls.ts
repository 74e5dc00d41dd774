/** Calls: the conversations that go on over WebRTC here, by their ids. */
import { setMaxListeners } from 'node:events'
import { VoiceError } from '../errors.ts'
import type { Log } from '../log.ts'
import type { RealtimeCodec } from '../protocols/realtime/codec.ts'
import type { Session } from '../session/session.ts'
import { type Participant, SharedSession } from '../session/shared-session.ts'
import { serveCall } from '../transports/webrtc.ts'
import type { Reach } from '../webrtc/messages.ts'
import { type Call, Peers } from '../webrtc/peers.ts'
import { newRealtimeId } from './realtime-ids.ts'

/** What a call needs of the conversation in it. */
export interface CallSession {
  readonly session: Session
  /** How long it may last. 0: for ever. */
  readonly lifeMs: number
  /** Aborts when it must end because the server does. */
  readonly end: AbortSignal
  /** A codec for each who takes part. */
  readonly newCodec: () => RealtimeCodec
  /** To be called once it has ended. */
  readonly release: () => void
}

/** A call that is going on. */
export interface OpenCall {
  readonly id: string
  /** The key that it counts for, by its short name. */
  readonly key: string
  /** Who stands by takes part like this. */
  join(): { readonly session: Participant; readonly codec: RealtimeCodec }
  /** Ends it; resolves once it has ended. */
  hangUp(): Promise<void>
}

/** What a call is opened with. */
export interface CallOpening {
  readonly offer: string
  readonly key: string
  readonly log: Log
  /** The session, which plays to the given line once that is there. */
  readonly openSession: (line: Pick<Call, 'play' | 'drop'>, shutdown: AbortSignal) => CallSession
  /** Called when it has ended. */
  readonly release: () => void
}

export class Calls {
  readonly #peers: Peers
  readonly #open = new Map<string, OpenCall>()
  readonly #running = new Set<Promise<void>>()
  readonly #hardStop = new AbortController()

  constructor(reach: () => Reach, log: Log) {
    this.#peers = new Peers(reach, log)
    // One listener for each call.
    setMaxListeners(0, this.#hardStop.signal)
  }

  /** Gets ready for a call that will probably come. */
  prepare(): void {
    this.#peers.prepare()
  }

  /** Answers an offer. Throws `invalid_request` or `unavailable`; `release` is called then too. */
  async open({ offer, key, log, openSession, release }: CallOpening): Promise<{ id: string; answer: string }> {
    let line: Call | undefined
    const opened = openSession({ play: (frame) => line?.play(frame), drop: () => line?.drop() }, this.#hardStop.signal)
    const shared = new SharedSession(opened.session)
    const caller = shared.join()
    const over = (): void => {
      opened.release()
      release()
    }
    try {
      const { call, ended, hangUp } = await serveCall({
        open: async (handlers) => {
          line = await this.#peers.open(offer, handlers)
          return line
        },
        codec: opened.newCodec(),
        session: { ...caller, close: () => shared.close() },
        log,
        lifeMs: opened.lifeMs,
        shutdown: opened.end,
      })
      const id = newRealtimeId('line')
      log.info({ key, callId: id }, 'call answered')
      const running = ended.then(() => {
        this.#open.delete(id)
        this.#running.delete(running)
        over()
        log.info({}, 'session closed')
      })
      this.#running.add(running)
      this.#open.set(id, {
        id,
        key,
        join: () => ({ session: shared.join(), codec: opened.newCodec() }),
        hangUp: () => {
          hangUp()
          return running
        },
      })
      return { id, answer: call.answer }
    } catch (error) {
      over()
      throw error
    }
  }

  /** Throws `invalid_request` with `param` `call_id` where this key has no such call. */
  find(id: string, key: string): OpenCall {
    const call = this.#open.get(id)
    if (call?.key === key) return call
    throw new VoiceError('invalid_request', 'No call of that id is going on here.', { param: 'call_id' })
  }

  /** Lets calls go on for a while, then ends them, and waits until all have ended. */
  async close(graceMs: number): Promise<void> {
    const grace = setTimeout(() => this.#hardStop.abort(), graceMs)
    await Promise.all(this.#running)
    clearTimeout(grace)
    await this.#peers.close()
  }
}
