/** Link: a conversation's way to the server, over a socket or over WebRTC. */

import { newConnection, record } from '../wire/log.ts'
import { nameOf } from '../wire/names.ts'
import { request, requestJson } from '../wire/request.ts'
import { openSocket } from '../wire/socket.ts'
import { clientSecret } from '../wire/tokens.ts'
import type { ServerMessage } from './messages.ts'

export interface Link {
  send(message: object | string): void
  close(): void
  /** How long sound is under way, both ways together, where the connection itself knows it. */
  networkMs?(): Promise<number | undefined>
}

export interface LinkEvents {
  readonly onMessage: (message: ServerMessage) => void
  /** Once; `problem` is empty where it ended as it should. */
  readonly onClose: (problem: string) => void
}

/** Resolves when the socket is open. */
export const openSocketLink = async (session: object, events: LinkEvents): Promise<Link> => {
  const secret = await clientSecret({ type: 'realtime' })
  const path = `/api/v1/realtime/session?key=playground-${Date.now()}&protocol=realtime`
  return new Promise((resolve, reject) => {
    const socket = openSocket(
      'talk',
      path,
      {
        onOpen() {
          socket.send({ type: 'session.update', session })
          resolve({ send: (message) => socket.send(message), close: () => socket.close() })
        },
        onMessage(data) {
          if (typeof data === 'string') events.onMessage(JSON.parse(data) as ServerMessage)
        },
        onClose(code) {
          const problem = code === 1000 || code === 1005 ? '' : 'The connection broke.'
          reject(new Error(problem))
          events.onClose(problem)
        },
      },
      ['realtime', `openai-insecure-api-key.${secret}`],
    )
  })
}

/** The mean delay of the jitter buffer and the round trip, in milliseconds. */
const delayOf = async (peer: RTCPeerConnection): Promise<number | undefined> => {
  let [trip, waited]: (number | undefined)[] = []
  for (const report of (await peer.getStats()).values()) {
    if (report.type === 'candidate-pair' && report.nominated) trip = report.currentRoundTripTime * 1000
    if (report.type === 'inbound-rtp' && report.jitterBufferEmittedCount > 0)
      waited = (report.jitterBufferDelay / report.jitterBufferEmittedCount) * 1000
  }
  return trip === undefined ? undefined : trip + (waited ?? 0)
}

interface AnsweredCall {
  readonly id: string
  readonly sdp: string
}

/** Resolves when events can be sent. `onSound` is given the server's voice. */
export const openCallLink = async (
  session: object,
  microphone: MediaStream | undefined,
  events: LinkEvents & { readonly onSound: (voice: MediaStream) => void },
): Promise<Link> => {
  const { ice_servers: iceServers } = await requestJson<{ readonly ice_servers: RTCIceServer[] }>(
    '/v1/realtime/ice-servers',
    { quiet: true },
  )
  const peer = new RTCPeerConnection({ iceServers })
  const connection = newConnection('call')
  if (microphone) for (const track of microphone.getTracks()) peer.addTrack(track, microphone)
  else peer.addTransceiver('audio', { direction: 'recvonly' })
  peer.ontrack = ({ track }) => events.onSound(new MediaStream([track]))
  const channel = peer.createDataChannel('oai-events')
  let [callId, closed] = ['', false]
  const close = (problem = ''): void => {
    if (closed) return
    closed = true
    record({ connection, direction: 'note', name: 'closed' })
    const part = (): void => {
      channel.close()
      peer.close()
    }
    // The server no longer knows a call whose channel has closed: who hangs up does so first.
    if (callId === '' || problem !== '') part()
    else void request(`/v1/realtime/calls/${callId}/hangup`, { method: 'POST' }).then(part, part)
    events.onClose(problem)
  }
  channel.onmessage = ({ data }: MessageEvent<string>) => {
    if (closed) return
    record({ connection, direction: 'received', name: nameOf(data), text: data })
    events.onMessage(JSON.parse(data) as ServerMessage)
  }
  peer.onconnectionstatechange = () => {
    if (peer.connectionState === 'failed') close('No way to the server was found for the sound.')
  }
  try {
    await peer.setLocalDescription()
    record({ connection, direction: 'note', name: 'offer' })
    const json = { sdp: peer.localDescription!.sdp, session }
    const { id, sdp } = await requestJson<AnsweredCall>('/v1/realtime/calls', { json })
    callId = id
    await peer.setRemoteDescription({ type: 'answer', sdp })
    await new Promise<void>((resolve, reject) => {
      channel.onopen = () => resolve()
      channel.onclose = () => {
        reject(new Error('The call ended.'))
        close(closed ? '' : 'The call ended.')
      }
    })
  } catch (error) {
    close(error instanceof Error ? error.message : String(error))
    throw error
  }
  return {
    send(message) {
      if (channel.readyState !== 'open') return
      const text = typeof message === 'string' ? message : JSON.stringify(message)
      record({ connection, direction: 'sent', name: nameOf(text), text })
      channel.send(text)
    },
    close: () => close(),
    networkMs: () => delayOf(peer),
  }
}
