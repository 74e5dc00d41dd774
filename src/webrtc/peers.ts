/** Peers: the calls of one server, held by a process of their own, so that a fault in native code ends none but them. */
import { type ChildProcess, fork } from 'node:child_process'
import type { AudioFrame } from '../audio/frame.ts'
import { samplesToPcm16 } from '../audio/pcm.ts'
import { VoiceError } from '../errors.ts'
import type { Log } from '../log.ts'
import { entry } from '../threads/entry.ts'
import type { CallEnd, FromPeers, Reach, ToPeers } from './messages.ts'

/** How long an offer may take to be answered, the start of the process included. */
const answerMs = 15_000
const inherited = ['PATH', 'HOME', 'TMPDIR', 'LANG', 'TZ', 'LD_LIBRARY_PATH']

/** Told of one call, in the order in which it happens. */
export interface CallHandlers {
  /** Messages may go, up to so many bytes each. */
  opened(limitBytes: number): void
  said(text: string): void
  /** 16-bit samples at `heardRate`, in memory of their own. */
  heard(pcm: Uint8Array): void
  /** It has ended, and not by `close`. */
  closed(reason: CallEnd): void
}

/** One call. */
export interface Call {
  /** The answer to the offer. */
  readonly answer: string
  /** To be heard after what was given before it, at the pace of time. */
  play(frame: AudioFrame): void
  /** Forgets what has not been heard yet. */
  drop(): void
  send(text: string): void
  close(): void
}

interface Open {
  readonly handlers: CallHandlers
  readonly answered: (answer: string) => void
  readonly refused: (error: VoiceError) => void
}

export class Peers {
  readonly #reach: () => Reach
  readonly #log: Log
  readonly #calls = new Map<number, Open>()
  #child: ChildProcess | undefined
  #ended: Promise<void> = Promise.resolve()
  #count = 0
  #outgoing: ToPeers[] = []

  /** `reach` is asked at each call. */
  constructor(reach: () => Reach, log: Log) {
    this.#reach = reach
    this.#log = log
  }

  /** Starts the process, so that the first call need not wait for it. */
  prepare(): void {
    this.#child ??= this.#start()
  }

  /** Answers an offer. Throws `invalid_request` or `unavailable`. */
  async open(offer: string, handlers: CallHandlers): Promise<Call> {
    this.prepare()
    this.#count += 1
    const call = this.#count
    const close = (): void => {
      if (this.#calls.delete(call)) this.#send({ type: 'close', call })
    }
    let late: NodeJS.Timeout | undefined
    try {
      const answer = await new Promise<string>((resolve, reject) => {
        this.#calls.set(call, { handlers, answered: resolve, refused: reject })
        late = setTimeout(() => reject(new VoiceError('timeout', 'The offer was not answered in time.')), answerMs)
        this.#send({ type: 'open', call, offer, reach: this.#reach() })
      })
      return {
        answer,
        play: ({ samples, sampleRate }) => this.#send({ type: 'play', call, pcm: samplesToPcm16(samples), sampleRate }),
        drop: () => this.#send({ type: 'drop', call }),
        send: (text) => this.#send({ type: 'send', call, text }),
        close,
      }
    } catch (error) {
      close()
      throw error
    } finally {
      clearTimeout(late)
    }
  }

  /** Ends the process and waits until it has ended. Calls end without being told. */
  async close(): Promise<void> {
    this.#calls.clear()
    const child = this.#child
    this.#flush()
    if (child?.connected) child.disconnect()
    const force = setTimeout(() => child?.kill('SIGKILL'), 1000)
    await this.#ended
    clearTimeout(force)
  }

  #start(): ChildProcess {
    const { file, execArgv } = entry(import.meta.url, './peers-child')
    const child = fork(file, [], {
      execArgv: [...execArgv],
      env: Object.fromEntries(inherited.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : []))),
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    })
    child.on('message', (message: FromPeers) => this.#take(message))
    this.#ended = new Promise((resolve) => {
      const end = (): void => {
        if (this.#child === child) this.#child = undefined
        resolve()
        this.#lose()
      }
      child.once('exit', end)
      child.once('error', end)
    })
    return child
  }

  #take(message: FromPeers): void {
    if (message.type === 'heard') {
      for (const [call, pcm] of message.audio) this.#calls.get(call)?.handlers.heard(pcm)
      return
    }
    const open = this.#calls.get(message.call)
    switch (message.type) {
      case 'answered':
        open?.answered(message.answer)
        return
      case 'refused':
        open?.refused(new VoiceError(message.code, message.message))
        return
      case 'opened':
        open?.handlers.opened(message.limitBytes)
        return
      case 'said':
        open?.handlers.said(message.text)
        return
      case 'closed':
        this.#calls.delete(message.call)
        open?.refused(new VoiceError('invalid_request', 'The offer cannot be answered.'))
        open?.handlers.closed(message.reason)
        return
      default:
        message satisfies never
    }
  }

  /** The process is gone, and all calls with it. */
  #lose(): void {
    const lost = [...this.#calls.values()]
    this.#calls.clear()
    if (lost.length > 0) this.#log.error({ calls: lost.length }, 'the process for calls ended unexpectedly')
    for (const { refused, handlers } of lost) {
      refused(new VoiceError('provider_failed', 'The process for calls ended unexpectedly.'))
      handlers.closed('broken')
    }
  }

  /** What belongs to one moment goes as one. */
  #send(message: ToPeers): void {
    if (this.#outgoing.push(message) > 1) return
    setImmediate(() => this.#flush())
  }

  #flush(): void {
    const messages = this.#outgoing
    this.#outgoing = []
    if (messages.length > 0 && this.#child?.connected) this.#child.send(messages, () => {})
  }
}
