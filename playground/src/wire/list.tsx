/** The events, one a row; only the rows that are seen are there. */
import { useEffect, useRef, useState } from 'preact/hooks'
import type { WireEntry } from './log.ts'

const rowHeight = 30
const spare = 8

const arrows = { sent: '↑', received: '↓', note: '·' } as const
const said = { sent: 'sent', received: 'received', note: 'note' } as const

const clockOf = (at: number): string => new Date(at).toISOString().slice(11, 23)

const sizeOf = (bytes: number): string =>
  bytes === 0 ? '' : bytes < 1000 ? `${bytes} B` : `${(bytes / 1000).toFixed(bytes < 10_000 ? 1 : 0)} kB`

const Row = ({
  entry,
  top,
  chosen,
  onChoose,
}: {
  readonly entry: WireEntry
  readonly top: number
  readonly chosen: boolean
  readonly onChoose: () => void
}) => (
  <li style={{ top: `${top}px`, height: `${rowHeight}px` }}>
    <button
      type="button"
      class={`event event-${entry.direction}`}
      aria-pressed={chosen}
      data-number={entry.number}
      onClick={onChoose}
    >
      <span class="event-time mono">{clockOf(entry.at)}</span>
      <span class="event-arrow" aria-hidden="true">
        {arrows[entry.direction]}
      </span>
      <span class="unseen">{said[entry.direction]}</span>
      <span class="event-name">{entry.name}</span>
      <span class="event-connection mono">{entry.connection}</span>
      <span class="event-size mono">{sizeOf(entry.bytes)}</span>
    </button>
  </li>
)

/** Stays at the last event for as long as it is looked at. Arrow keys choose the next and the one before. */
export const EventList = ({
  entries,
  chosen,
  onChoose,
}: {
  readonly entries: readonly WireEntry[]
  readonly chosen: number | undefined
  readonly onChoose: (number: number) => void
}) => {
  const box = useRef<HTMLDivElement>(null)
  const atEnd = useRef(true)
  const [view, setView] = useState({ top: 0, height: 600 })
  const look = (): void => {
    const { scrollTop: top, clientHeight: height, scrollHeight } = box.current!
    atEnd.current = scrollHeight - top - height < rowHeight
    setView({ top, height })
  }
  useEffect(() => {
    const element = box.current!
    if (atEnd.current) element.scrollTop = element.scrollHeight
    look()
  }, [entries.length])
  const first = Math.max(0, Math.floor(view.top / rowHeight) - spare)
  const shown = entries.slice(first, first + Math.ceil(view.height / rowHeight) + 2 * spare)
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (step === undefined) return
    event.preventDefault()
    const at = entries.findIndex(({ number }) => number === chosen)
    const next = entries[Math.max(0, Math.min(entries.length - 1, at + step))]
    if (!next) return
    onChoose(next.number)
    box.current!.scrollTop = Math.max(0, (entries.indexOf(next) - 4) * rowHeight)
    requestAnimationFrame(() =>
      box.current?.querySelector<HTMLElement>(`[data-number="${next.number}"]`)?.focus({ preventScroll: true }),
    )
  }
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <div class="events" ref={box} tabIndex={0} role="group" aria-label="Events" onScroll={look} onKeyDown={onKeyDown}>
      <ol style={{ height: `${entries.length * rowHeight}px` }}>
        {shown.map((entry, index) => (
          <Row
            key={entry.number}
            entry={entry}
            top={(first + index) * rowHeight}
            chosen={entry.number === chosen}
            onChoose={() => onChoose(entry.number)}
          />
        ))}
      </ol>
    </div>
  )
}
