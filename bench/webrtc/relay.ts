/** A bad line: a UDP relay between a caller and the server that loses and delays packets, the same ones each time. */
import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'

export interface Line {
  /** Share of the packets that are lost, 0…1. */
  readonly loss: number
  /** Longest time that a packet takes; each takes any up to it. */
  readonly delayMs: number
  readonly seed: number
}

/** Numbers from 0 to 1 (mulberry32), the same for the same seed. */
const randomFrom = (seed: number): (() => number) => {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

const bound = async (): Promise<Socket> => {
  const socket = createSocket('udp4')
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  return socket
}

/** Gives the answer with the relay in the place of the server, and what ends the relay. */
export const relayed = async (
  answer: string,
  { loss, delayMs, seed }: Line,
): Promise<{ readonly answer: string; close(): void; readonly counts: { passed: number; lost: number } }> => {
  const port = Number(/^a=candidate:\S+ 1 UDP \d+ 127\.0\.0\.1 (\d+) /m.exec(answer)?.[1])
  const random = randomFrom(seed)
  const [toCaller, toServer] = [await bound(), await bound()]
  const counts = { passed: 0, lost: 0 }
  let caller: { readonly port: number; readonly address: string } | undefined
  let open = true
  const pass = (bytes: Buffer, send: (bytes: Buffer) => void): void => {
    if (random() < loss) {
      counts.lost += 1
      return
    }
    counts.passed += 1
    setTimeout(() => open && send(bytes), random() * delayMs)
  }
  toCaller.on('message', (bytes, from) => {
    caller = from
    pass(bytes, (packet) => toServer.send(packet, port, '127.0.0.1'))
  })
  toServer.on('message', (bytes) =>
    pass(bytes, (packet) => caller && toCaller.send(packet, caller.port, caller.address)),
  )
  return {
    answer: answer.replaceAll(`127.0.0.1 ${port} `, `127.0.0.1 ${toCaller.address().port} `),
    counts,
    close: () => {
      open = false
      toCaller.close()
      toServer.close()
    },
  }
}
