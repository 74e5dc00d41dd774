/** An event as lines that can be run. Pure but for the server's address. */
import { serverUrl, socketUrl } from './address.ts'
import type { WireEntry } from './log.ts'

/** In single quotes for a shell. */
const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`

const authorization = '-H "authorization: Bearer $PARLEY_KEY"'

/** One way to send it. */
export interface Runnable {
  readonly language: string
  readonly code: string
}

const overHttp = (method: string, path: string, body: string | undefined): readonly Runnable[] => {
  const address = `${serverUrl()}${path}`
  const sent = body === undefined ? '' : ` -H 'content-type: application/json' -d ${quoted(body)}`
  return [
    { language: 'curl', code: `curl -X ${method} ${quoted(address)} ${authorization}${sent}` },
    {
      language: 'Python',
      code: `import os, urllib.request
request = urllib.request.Request(
    ${JSON.stringify(address)},
    ${body === undefined ? 'None' : `${JSON.stringify(body)}.encode()`},
    {"authorization": f"Bearer {os.environ['PARLEY_KEY']}"${body === undefined ? '' : ', "content-type": "application/json"'}},
    method="${method}",
)
print(urllib.request.urlopen(request).read().decode())`,
    },
  ]
}

const overSocket = (path: string, message: string): readonly Runnable[] => {
  const address = `${socketUrl()}${path}`
  return [
    { language: 'wscat', code: `wscat -c ${quoted(address)} ${authorization} -w 10 -x ${quoted(message)}` },
    {
      language: 'Python',
      code: `import os
from websockets.sync.client import connect
headers = {"authorization": f"Bearer {os.environ['PARLEY_KEY']}"}
with connect(${JSON.stringify(address)}, additional_headers=headers) as socket:
    socket.send(${JSON.stringify(message)})
    for answer in socket:
        print(answer)`,
    },
  ]
}

/** Where the socket of a connection went to; undefined for connections that are none. */
export const socketPathOf = (entries: readonly WireEntry[], connection: string): string | undefined => {
  const opened = entries.find((entry) => entry.connection === connection && entry.name.startsWith('open /'))
  return opened?.name.slice('open '.length)
}

/** Ways to send an event again; none for what was received, and for what is no text. */
export const runnablesOf = (entry: WireEntry, entries: readonly WireEntry[]): readonly Runnable[] => {
  if (entry.direction !== 'sent') return []
  const http = /^([A-Z]+) (\/\S*)$/.exec(entry.name)
  if (http) return overHttp(http[1]!, http[2]!, entry.text)
  const path = socketPathOf(entries, entry.connection)
  return path === undefined || entry.text === undefined ? [] : overSocket(path, entry.text)
}
