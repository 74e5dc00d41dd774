/** The process for calls: holds the peers of one server, and keeps the pace of their audio. Ends with its parent. */
import nodeDataChannel, { type IceUdpMuxListener } from 'node-datachannel'
import { VoiceError } from '../errors.ts'
import type { FromPeers, Reach, ToPeers } from './messages.ts'
import { farewellMs, Peer } from './peer.ts'

/** Of audio to callers. */
const stepMs = 20
/** How often it is looked at what is due, and what was heard is handed on. */
const lookMs = 10

const peers = new Map<number, Peer>()

const tell = (message: FromPeers): void => {
  if (process.connected) process.send?.(message, () => {})
}

/** Kept as long as the process lives, so that no other takes a port between two calls. */
const ports = new Map<string, IceUdpMuxListener>()

/** Throws `unavailable` where something else has the port: a call on it would end the process. */
const takePort = ({ bind, port }: Reach): void => {
  const name = `${bind} ${port}`
  if (port === 0 || ports.has(name)) return
  try {
    ports.set(name, new nodeDataChannel.IceUdpMuxListener(port, bind))
  } catch {
    throw new VoiceError('unavailable', `UDP port ${port}, over which calls go, is taken or not ours to take.`)
  }
}

const open = async ({ call, offer, reach }: Extract<ToPeers, { readonly type: 'open' }>): Promise<void> => {
  try {
    takePort(reach)
    const peer = new Peer(`call-${call}`, reach, {
      opened: (limitBytes) => tell({ type: 'opened', call, limitBytes }),
      said: (text) => tell({ type: 'said', call, text }),
      ended: (reason) => {
        peers.delete(call)
        tell({ type: 'closed', call, reason })
      },
    })
    peers.set(call, peer)
    tell({ type: 'answered', call, answer: await peer.answer(offer) })
  } catch (error) {
    peers.get(call)?.close()
    peers.delete(call)
    // What libdatachannel finds wrong is wrong with the offer.
    const { code, message } =
      error instanceof VoiceError ? error : new VoiceError('invalid_request', 'The offer cannot be answered.')
    tell({ type: 'refused', call, code, message })
  }
}

const take = (message: ToPeers): void => {
  switch (message.type) {
    case 'open':
      void open(message)
      return
    case 'play':
      peers.get(message.call)?.play(message.pcm, message.sampleRate)
      return
    case 'drop':
      peers.get(message.call)?.drop()
      return
    case 'send':
      peers.get(message.call)?.send(message.text)
      return
    case 'close':
      peers.get(message.call)?.close()
      peers.delete(message.call)
      return
    default:
      message satisfies never
  }
}

let sentUntil = performance.now()

const look = (): void => {
  const now = performance.now()
  // A process that stood still does not send at once what it left out.
  if (now - sentUntil > 10 * stepMs) sentUntil = now - stepMs
  for (; sentUntil + stepMs <= now; sentUntil += stepMs) for (const peer of peers.values()) peer.step()
  const audio = [...peers].flatMap(([call, peer]) =>
    peer.heard(now).map((pcm): readonly [number, Uint8Array] => [call, pcm]),
  )
  if (audio.length > 0) tell({ type: 'heard', audio })
}

process.on('message', (messages: readonly ToPeers[]) => {
  for (const message of messages) take(message)
})
setInterval(look, lookMs)
process.on('disconnect', () => {
  for (const peer of peers.values()) peer.close()
  // Callers that were closed just before have not been told yet. Killing oneself skips exit handlers, which would race
  // native threads still at work.
  setTimeout(() => process.kill(process.pid, 'SIGKILL'), 2 * farewellMs)
})
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {})
