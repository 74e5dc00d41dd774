/** Call ↔ codec ↔ session: carries one client over WebRTC, its events in a data channel and its audio in a track. */
import { setImmediate as othersFirst } from 'node:timers/promises'
import type { SessionEvent } from '../conversation/events.ts'
import type { Command } from '../conversation/inputs.ts'
import { asVoiceError, VoiceError } from '../errors.ts'
import type { Log } from '../log.ts'
import type { Codec, Outgoing } from '../protocols/codec.ts'
import { Queue } from '../streams/queue.ts'
import { heardRate } from '../webrtc/messages.ts'
import type { Call, CallHandlers } from '../webrtc/peers.ts'
import type { Served } from './websocket.ts'

/** Bytes of messages that may wait while the session is behind; a client that sends more is hung up on. */
const waitingLimitBytes = 4 * 1024 * 1024

const heardFormat = { encoding: 'pcm16', sampleRate: heardRate } as const

export interface CallParts {
  /** Answers the offer. */
  readonly open: (handlers: CallHandlers) => Promise<Call>
  readonly codec: Codec<Command, SessionEvent>
  readonly session: Served<Command, SessionEvent>
  readonly log: Log
  /** How long the call may last. 0: for ever. */
  readonly lifeMs: number
  /** Aborts when the server shuts down. */
  readonly shutdown: AbortSignal
}

/** A call that is going on. */
export interface ServedCall {
  readonly call: Call
  /** Resolves once call and session have ended. Never rejects. */
  readonly ended: Promise<void>
  hangUp(): void
}

/** Answers a call and serves it to its end. Rejects where the offer cannot be answered; the session is closed then. */
export const serveCall = async (parts: CallParts): Promise<ServedCall> => {
  const { codec, session, log } = parts
  /** Read one after the other, and not before the channel is open. */
  const waiting = new Queue<string>(waitingLimitBytes, (text) => text.length)
  let limitBytes = 0
  let behind = false
  let over = false
  let channelOpens = (): void => {}
  let callEnds = (): void => {}
  const opened = new Promise<void>((resolve) => {
    channelOpens = resolve
  })
  const gone = new Promise<void>((resolve) => {
    callEnds = resolve
  })

  const finish = (): void => {
    over = true
    waiting.abort()
    callEnds()
    channelOpens()
  }

  const perform = (commands: readonly Command[]): boolean =>
    commands.reduce((keepsUp, command) => session.send(command) && keepsUp, true)

  let call: Call
  try {
    call = await parts.open({
      opened: (bytes) => {
        limitBytes = bytes
        channelOpens()
      },
      said: (text) => {
        if (waiting.push(text)) return
        log.warn({}, 'client sends too fast')
        finish()
      },
      heard: (bytes) => {
        // What is said while the session cannot take it is lost, as on any line that is too slow.
        if (behind || over) return
        behind = !session.send({ type: 'audio.append', bytes, format: heardFormat })
        if (behind) void session.drained().then(() => (behind = false))
      },
      closed: (reason) => {
        log.info({ reason }, 'call ended')
        finish()
      },
    })
  } catch (error) {
    await session.close()
    throw error
  }

  const send = (outgoing: readonly Outgoing[]): void => {
    for (const message of outgoing) {
      if (over) return
      if (typeof message === 'string') call.send(message)
      else if (!(message instanceof Uint8Array)) finish()
    }
  }

  const fits = (outgoing: readonly Outgoing[]): boolean =>
    outgoing.every((message) => typeof message !== 'string' || Buffer.byteLength(message) <= limitBytes)

  const tell = (event: SessionEvent): void => {
    // A listener's short words are heard like all else that is said.
    if (event.type === 'backchannel.audio') {
      call.play(event.frame)
      return
    }
    let told: SessionEvent = event
    let outgoing = codec.encode(told, Date.now())
    while (!fits(outgoing) && told.type !== 'command.refused') {
      told = smaller(told, limitBytes)
      outgoing = codec.encode(told, Date.now())
    }
    send(outgoing)
  }

  const refuse = (error: VoiceError): void => {
    if (over) return
    log.info({ code: error.code, param: error.param }, 'client refused')
    if (error.code === 'internal') log.error({ err: error.cause ?? error }, 'session failed')
    send(codec.refuse(error, Date.now()))
    finish()
  }

  const life =
    parts.lifeMs > 0
      ? setTimeout(() => refuse(new VoiceError('timeout', 'The session has lasted as long as it may.')), parts.lifeMs)
      : undefined
  const onShutdown = (): void => refuse(new VoiceError('shutting_down', 'The server is shutting down.'))
  parts.shutdown.addEventListener('abort', onShutdown, { once: true })

  const reading = (async () => {
    try {
      for await (const text of waiting) {
        if (!perform(codec.decode(text, Date.now()))) await session.drained()
        await othersFirst()
        if (over) return
      }
    } catch (error) {
      refuse(asVoiceError(error))
    }
  })()

  const telling = (async () => {
    try {
      await opened
      if (over) return
      const { send: first, commands } = codec.open(Date.now())
      send(first)
      perform(commands)
      for await (const event of session.events) {
        if (over) return
        tell(event)
      }
      finish()
    } catch (error) {
      refuse(asVoiceError(error))
    }
  })()

  const ended = (async () => {
    await gone
    clearTimeout(life)
    parts.shutdown.removeEventListener('abort', onShutdown)
    call.close()
    await session.close()
    await Promise.all([reading, telling])
  })()
  return { call, ended, hangUp: finish }
}

/** The same without sound; else, in place of what cannot be told, that there was too much of it. */
const smaller = (event: SessionEvent, limitBytes: number): SessionEvent => {
  if (event.type === 'item.retrieved' && event.audio) {
    const { audio: _, ...silent } = event
    return silent
  }
  const message = `What happened takes more than the ${limitBytes} bytes of a message of yours (${event.type}).`
  return { type: 'command.refused', command: 'nonsense', reason: 'too-much', message }
}
