/** Everything that went over a wire, in order: what the Wire view shows. */
import { signal } from '@preact/signals'

/** One event. */
export interface WireEntry {
  /** Counts from 1, over all connections. */
  readonly number: number
  /** Milliseconds since 1970. */
  readonly at: number
  /** The connection that it belongs to, such as `stt-1` or `http-4`. */
  readonly connection: string
  readonly direction: 'sent' | 'received' | 'note'
  /** What it is called on the wire, such as `transcription` or `POST /v1/audio/speech`. */
  readonly name: string
  /** As it went over the wire; of bytes there is no text. */
  readonly text: string | undefined
  readonly bytes: number
}

const mostEntries = 20_000
const mostCharacters = 48_000_000

let entries: WireEntry[] = []
let characters = 0
let count = 0
const connections = new Map<string, number>()

/** Changes with every event; read it to be told of new ones. */
export const wireVersion = signal(0)

/** The events that are kept, oldest first. */
export const wireEntries = (): readonly WireEntry[] => entries

/** A name for a new connection: `stt-1`, `stt-2`, … */
export const newConnection = (kind: string): string => {
  const number = (connections.get(kind) ?? 0) + 1
  connections.set(kind, number)
  return `${kind}-${number}`
}

/** Notes an event down. The oldest go when there are too many. */
export const record = (event: {
  readonly connection: string
  readonly direction: WireEntry['direction']
  readonly name: string
  readonly text?: string
  readonly bytes?: number
}): void => {
  const { text } = event
  count += 1
  entries.push({
    number: count,
    at: Date.now(),
    connection: event.connection,
    direction: event.direction,
    name: event.name,
    text,
    bytes: event.bytes ?? text?.length ?? 0,
  })
  characters += text?.length ?? 0
  if (entries.length > mostEntries || characters > mostCharacters) {
    const gone = entries.slice(0, Math.ceil(entries.length / 10))
    entries = entries.slice(gone.length)
    for (const old of gone) characters -= old.text?.length ?? 0
  }
  wireVersion.value += 1
}

/** Forgets all of it. */
export const clearWire = (): void => {
  entries = []
  characters = 0
  wireVersion.value += 1
}
