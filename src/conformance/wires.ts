/** Every wire that can be checked, and how to tell from a URL which one it is. */
import { inworldStt } from './inworld-stt/wire.ts'
import { inworldRealtime, openaiRealtime } from './realtime/wires.ts'
import type { CheckedWire } from './run.ts'
import { vachanaStt } from './vachana-stt/wire.ts'

export const checkedWires: readonly CheckedWire[] = [openaiRealtime, inworldRealtime, inworldStt, vachanaStt]

/** The wire that lives at a path; undefined when the path says nothing. */
export const wireOf = ({ pathname }: URL): CheckedWire | undefined => {
  const path = decodeURIComponent(pathname)
  if (path.includes('/stt/v1/')) return wireNamed('inworld-stt')
  if (path.includes('/stt/v3')) return wireNamed('vachana-stt')
  if (path.includes('/realtime/session')) return wireNamed('inworld-realtime')
  return path.includes('/realtime') ? wireNamed('openai-realtime') : undefined
}

export const wireNamed = (name: string): CheckedWire | undefined => checkedWires.find((wire) => wire.name === name)

/** The URL of the socket: what is given as `http:` is a socket all the same, and without a path it is the usual one. */
export const socketUrl = (given: URL, wire: CheckedWire): URL => {
  const url = new URL(given)
  url.protocol = { 'http:': 'ws:', 'https:': 'wss:' }[url.protocol] ?? url.protocol
  if (wireOf(url) === undefined) url.pathname = `${url.pathname.replace(/\/+$/, '')}${wire.door.path}`
  return url
}
