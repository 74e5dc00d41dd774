/** Plays what a client once sent to the server again, at its pace. */
import { signal } from '@preact/signals'
import type { RecordedSession } from './session-file.ts'
import { openSocket, type WireSocket } from './socket.ts'
import { clientSecret, oneTimeToken } from './tokens.ts'

/** How far it is: messages sent, of how many; undefined while nothing plays. */
export const replaying = signal<{ readonly sent: number; readonly of: number } | undefined>(undefined)

/** What the server says after the last message is still waited for, for so long. */
const lingerMs = 8000
/** No pause is longer. */
const longestPauseMs = 5000

let stopped = new AbortController()

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, ms)
    signal.addEventListener('abort', () => {
      clearTimeout(timer)
      resolve()
    })
  })

const open = async (path: string, onClose: () => void): Promise<WireSocket> => {
  const kind = 'replay'
  const realtime = path.includes('realtime')
  const secret = realtime ? await clientSecret({ type: 'realtime' }) : await oneTimeToken()
  const address = realtime ? path : `${path}?authorization=${encodeURIComponent(`Bearer ${secret}`)}`
  return new Promise((resolve, reject) => {
    const socket: WireSocket = openSocket(
      kind,
      address,
      {
        onOpen: () => resolve(socket),
        onMessage: () => {},
        onClose: () => {
          reject(new Error('The connection was refused.'))
          onClose()
        },
      },
      realtime ? ['realtime', `openai-insecure-api-key.${secret}`] : [],
    )
  })
}

/** Resolves when it is over. Throws where the server cannot be reached. */
export const play = async ({ path, messages }: RecordedSession): Promise<void> => {
  stopPlaying()
  stopped = new AbortController()
  const { signal } = stopped
  const sent = messages.filter(({ direction }) => direction === 'sent')
  replaying.value = { sent: 0, of: sent.length }
  try {
    const closed = new AbortController()
    const socket = await open(path, () => closed.abort())
    const over = AbortSignal.any([signal, closed.signal])
    let before = sent[0]?.at ?? 0
    for (const [index, { at, text }] of sent.entries()) {
      await pause(Math.min(longestPauseMs, at - before), over)
      if (over.aborted) break
      before = at
      socket.send(text)
      replaying.value = { sent: index + 1, of: sent.length }
    }
    await pause(lingerMs, over)
    socket.close()
  } finally {
    if (!signal.aborted) replaying.value = undefined
  }
}

export const stopPlaying = (): void => {
  stopped.abort()
  replaying.value = undefined
}
