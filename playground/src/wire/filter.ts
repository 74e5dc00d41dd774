/** Which events are shown. Pure. */
import type { WireEntry } from './log.ts'

export interface WireFilter {
  /** In a name or at the beginning of a text; empty: all. */
  readonly text: string
  /** Empty: all. */
  readonly connection: string
  readonly directions: ReadonlySet<WireEntry['direction']>
  /** Messages that carry sound and nothing else. */
  readonly sound: boolean
}

const soundNames = new Set([
  'audioChunk',
  'bytes',
  'input_audio_buffer.append',
  'response.output_audio.delta',
  'response.backchannel.audio.delta',
])

/** How much of a text is searched. */
const searched = 4000

export const matches = (entry: WireEntry, filter: WireFilter): boolean => {
  if (!filter.directions.has(entry.direction)) return false
  if (filter.connection !== '' && entry.connection !== filter.connection) return false
  if (!filter.sound && soundNames.has(entry.name)) return false
  const wanted = filter.text.trim().toLowerCase()
  if (wanted === '') return true
  return (
    entry.name.toLowerCase().includes(wanted) ||
    (entry.text?.slice(0, searched).toLowerCase().includes(wanted) ?? false)
  )
}
