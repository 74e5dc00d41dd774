/** Wire: the latest events, in order. */
import { clearWire, wireEntries, wireVersion } from './log.ts'

const shownEntries = 200

export const WireView = () => {
  void wireVersion.value
  const entries = wireEntries().slice(-shownEntries)
  return (
    <section class="panel" aria-labelledby="events-title">
      <div class="panel-head">
        <h2 id="events-title">Events</h2>
        <button type="button" class="button button-small" disabled={entries.length === 0} onClick={clearWire}>
          Clear
        </button>
      </div>
      {entries.length === 0 ? <p class="quiet">Nothing has gone over a wire yet.</p> : null}
      <ol class="small">
        {entries.map(({ number, at, connection, direction, name, bytes }) => (
          <li key={number} class="row">
            <span class="mono quiet">{new Date(at).toISOString().slice(11, 23)}</span>
            <span class="mono">{connection}</span>
            <span class="quiet">{direction}</span>
            <span>{name}</span>
            {bytes > 0 ? <span class="mono quiet">{bytes} B</span> : null}
          </li>
        ))}
      </ol>
    </section>
  )
}
