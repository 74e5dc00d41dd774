/** Wire: every event in order, both directions. */
import { useMemo, useState } from 'preact/hooks'
import { Notice } from '../components/notice.tsx'
import { EventDetail } from './detail.tsx'
import { matches, type WireFilter } from './filter.ts'
import { EventList } from './list.tsx'
import { clearWire, type WireEntry, wireEntries, wireVersion } from './log.ts'
import { Sessions } from './sessions.tsx'

const directions = [
  { id: 'sent', label: '↑ sent' },
  { id: 'received', label: '↓ received' },
  { id: 'note', label: 'notes' },
] as const

const all: WireFilter = {
  text: '',
  connection: '',
  directions: new Set<WireEntry['direction']>(['sent', 'received', 'note']),
  sound: false,
}

const FilterBar = ({
  filter,
  change,
  shown,
  total,
}: {
  readonly filter: WireFilter
  readonly change: (to: WireFilter) => void
  readonly shown: number
  readonly total: number
}) => {
  const connections = [...new Set(wireEntries().map(({ connection }) => connection))]
  const toggle = (id: WireEntry['direction'], on: boolean): void => {
    const next = new Set(filter.directions)
    if (on) next.add(id)
    else next.delete(id)
    change({ ...filter, directions: next })
  }
  return (
    <div class="filters">
      <input
        type="search"
        class="search grow"
        placeholder="Find in events"
        aria-label="Find in events"
        value={filter.text}
        onInput={(event) => change({ ...filter, text: event.currentTarget.value })}
      />
      <select
        class="search"
        aria-label="Connection"
        value={filter.connection}
        onChange={(event) => change({ ...filter, connection: event.currentTarget.value })}
      >
        <option value="">All connections</option>
        {connections.map((name) => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
      </select>
      {directions.map(({ id, label }) => (
        <label key={id} class="check">
          <input
            type="checkbox"
            checked={filter.directions.has(id)}
            onChange={(event) => toggle(id, event.currentTarget.checked)}
          />
          {label}
        </label>
      ))}
      <label class="check">
        <input
          type="checkbox"
          checked={filter.sound}
          onChange={(event) => change({ ...filter, sound: event.currentTarget.checked })}
        />
        sound
      </label>
      <span class="quiet small mono">
        {shown} of {total}
      </span>
      <button type="button" class="button button-small" disabled={total === 0} onClick={clearWire}>
        Clear
      </button>
    </div>
  )
}

export const WireView = () => {
  const version = wireVersion.value
  const [filter, setFilter] = useState(all)
  const [chosen, setChosen] = useState<number>()
  const [trouble, setTrouble] = useState('')
  const entries = wireEntries()
  const shown = useMemo(() => entries.filter((entry) => matches(entry, filter)), [version, filter])
  return (
    <>
      <Sessions onTrouble={setTrouble} />
      {trouble === '' ? null : <Notice tone="bad">{trouble}</Notice>}
      <div class="wire">
        <section class="panel" aria-labelledby="events-title">
          <h2 id="events-title" class="unseen">
            Events
          </h2>
          <FilterBar filter={filter} change={setFilter} shown={shown.length} total={entries.length} />
          {entries.length === 0 ? (
            <p class="quiet">Nothing has gone over a wire yet. Listen, talk or speak, and come back.</p>
          ) : (
            <EventList entries={shown} chosen={chosen} onChoose={setChosen} />
          )}
        </section>
        <EventDetail entry={entries.find(({ number }) => number === chosen)} />
      </div>
    </>
  )
}
