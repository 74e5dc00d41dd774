/** A connection's events as a file, one JSON object a line, in the notation of `parley replay`. Pure. */
import type { WireEntry } from './log.ts'

/** A session out of a file. */
export interface RecordedSession {
  readonly path: string
  readonly messages: readonly {
    /** Milliseconds since 1970. */
    readonly at: number
    readonly direction: 'sent' | 'received'
    readonly text: string
  }[]
}

const wires: readonly (readonly [path: RegExp, wire: string])[] = [
  [/\/stt\/v1\//, 'inworld-stt'],
  [/\/tts\/v1\//, 'inworld-tts'],
  [/\/realtime/, 'realtime'],
]

/** What the server would need to know to speak this wire as it did. */
const openingOf = (wire: string, startedAt: number): object =>
  wire === 'realtime'
    ? { dialect: 'inworld', sessionId: '', conversationId: '', model: '', startedAt, expiresAt: startedAt + 3_600_000 }
    : {}

/** `entries` are those of one connection; `path` is where its socket went to. */
export const writeSession = (path: string, entries: readonly WireEntry[]): string => {
  const wire = wires.find(([pattern]) => pattern.test(path))?.[1] ?? 'realtime'
  const at = entries[0]?.at ?? 0
  // Only the server knows what it heard: a page tells its own side.
  const first = { wire, at, open: openingOf(wire, at), side: 'client', path }
  const lines = entries.flatMap((entry) => {
    if (entry.text === undefined || entry.direction === 'note') return []
    return [{ at: entry.at, [entry.direction === 'sent' ? '>' : '<']: entry.text }]
  })
  return [first, ...lines].map((line) => `${JSON.stringify(line)}\n`).join('')
}

/** Throws an `Error` with words for people where it is no such file. */
export const readSession = (text: string): RecordedSession => {
  let path: string | undefined
  const messages: RecordedSession['messages'][number][] = []
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue
    let read: Record<string, unknown>
    try {
      read = JSON.parse(line) as Record<string, unknown>
    } catch {
      throw new Error(`Line ${index + 1} is not JSON.`)
    }
    if (typeof read.wire === 'string') path = typeof read.path === 'string' ? read.path : usualPath(read.wire)
    const at = typeof read.at === 'number' ? read.at : 0
    if (typeof read['>'] === 'string') messages.push({ at, direction: 'sent', text: read['>'] })
    if (typeof read['<'] === 'string') messages.push({ at, direction: 'received', text: read['<'] })
  }
  if (path === undefined) throw new Error('This file does not say which wire it is of.')
  return { path, messages }
}

/** A recording of the server names no path. */
const usualPath = (wire: string): string | undefined =>
  ({
    'inworld-stt': '/stt/v1/transcribe:streamBidirectional',
    'inworld-tts': '/tts/v1/voice:streamBidirectional',
    realtime: '/api/v1/realtime/session',
  })[wire]
