/** A WebSocket to the server that notes every message down. */
import { socketUrl } from './address.ts'
import { newConnection, record } from './log.ts'
import { nameOf } from './names.ts'

/** What a socket tells. */
export interface SocketEvents {
  readonly onOpen?: () => void
  readonly onMessage: (data: string | ArrayBuffer) => void
  /** Once, whoever closed it. `code` 1006: it broke, or was refused. */
  readonly onClose: (code: number, reason: string) => void
}

export interface WireSocket {
  /** The name of the connection in the log. */
  readonly connection: string
  /** Bytes that have not left this machine. */
  readonly waitingBytes: number
  /** Sends an object as JSON, text as it is, or bytes. Nothing once it has closed. */
  send(message: object | string | Uint8Array<ArrayBuffer>): void
  close(code?: number): void
}

/** Opens a socket. `kind` names the wire in the log; `path` begins with a slash and may hold a query with a secret, which is not noted down. */
export const openSocket = (
  kind: string,
  path: string,
  events: SocketEvents,
  protocols: readonly string[] = [],
): WireSocket => {
  const connection = newConnection(kind)
  const socket = new WebSocket(`${socketUrl()}${path}`, [...protocols])
  socket.binaryType = 'arraybuffer'
  record({ connection, direction: 'note', name: `open ${path.split('?')[0]}` })
  socket.onopen = () => events.onOpen?.()
  socket.onmessage = ({ data }: MessageEvent<string | ArrayBuffer>) => {
    if (typeof data === 'string') record({ connection, direction: 'received', name: nameOf(data), text: data })
    else record({ connection, direction: 'received', name: 'bytes', bytes: data.byteLength })
    events.onMessage(data)
  }
  socket.onclose = ({ code, reason }) => {
    record({ connection, direction: 'note', name: `closed ${code}${reason === '' ? '' : ` ${reason}`}` })
    events.onClose(code, reason)
  }
  return {
    connection,
    get waitingBytes() {
      return socket.bufferedAmount
    },
    send(message) {
      if (socket.readyState !== WebSocket.OPEN) return
      if (message instanceof Uint8Array) {
        record({ connection, direction: 'sent', name: 'bytes', bytes: message.byteLength })
        socket.send(message)
        return
      }
      const text = typeof message === 'string' ? message : JSON.stringify(message)
      record({ connection, direction: 'sent', name: nameOf(text), text })
      socket.send(text)
    },
    close(code = 1000) {
      socket.close(code)
    },
  }
}
