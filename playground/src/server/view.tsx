/** Server: engines, sessions, load, health, capacity and settings. */
import { useState } from 'preact/hooks'
import { Notice } from '../components/notice.tsx'
import { Snippets } from '../components/snippets.tsx'
import { serverUrl } from '../wire/address.ts'
import { EngineTable } from './engines.tsx'
import { ModelNames } from './models.tsx'
import { type ServerStatus, status } from './status.ts'

const gibibytes = (bytes: number): string =>
  bytes >= 1024 ** 3 ? `${(bytes / 1024 ** 3).toFixed(1)} GiB` : `${Math.round(bytes / 1024 ** 2)} MiB`

const since = (startedAt: string): string => {
  const minutes = Math.floor((Date.now() - Date.parse(startedAt)) / 60_000)
  if (minutes < 1) return 'less than a minute'
  if (minutes < 60) return `${minutes} min`
  const hours = Math.floor(minutes / 60)
  return hours < 48 ? `${hours} h ${minutes % 60} min` : `${Math.floor(hours / 24)} days`
}

/** One figure, with what it means and, where it has a limit, how near that is. */
const Tile = ({
  title,
  figure,
  unit,
  about,
  share,
}: {
  readonly title: string
  readonly figure: string
  readonly unit?: string
  readonly about: string
  readonly share?: number
}) => (
  <section class="panel tile">
    <h2>{title}</h2>
    <p class="tile-figure">
      {figure}
      {unit === undefined ? null : <span class="tile-unit"> {unit}</span>}
    </p>
    {share === undefined ? null : (
      <span class="meter" aria-hidden="true">
        <i style={{ width: `${Math.min(100, share * 100)}%` }} />
      </span>
    )}
    <p class="quiet small">{about}</p>
  </section>
)

const Tiles = ({ found }: { readonly found: ServerStatus }) => {
  const { load, sessions, machine, talkers } = found
  return (
    <div class="tiles">
      <Tile
        title="Sessions"
        figure={String(sessions.open)}
        unit="open"
        about={`At most ${sessions.per_key} for each key.`}
        share={sessions.open / sessions.per_key}
      />
      <Tile
        title="Processors"
        figure={`${Math.round(load.machine * 100)}`}
        unit="%"
        about={`Of ${machine.cores} cores, by all programs; ${load.process_cores.toFixed(2)} by this process.`}
        share={load.machine}
      />
      <Tile
        title="Memory"
        figure={gibibytes(load.memory_bytes)}
        about={`Of ${gibibytes(machine.memory_bytes)}; without the processes of recognizers.`}
        share={load.memory_bytes / machine.memory_bytes}
      />
      <Tile
        title="Main thread"
        figure={load.event_loop.p99_ms.toFixed(1)}
        unit="ms late"
        about={`At the 99th percentile of two seconds; ${load.event_loop.median_ms.toFixed(1)} ms at the median.`}
        share={load.event_loop.p99_ms / 50}
      />
      <Tile
        title="Capacity"
        figure={talkers === undefined ? 'unknown' : String(talkers)}
        {...(talkers === undefined ? {} : { unit: 'talking' })}
        about="People who can talk at the same time: cores shared out by what the engines were measured to cost. An estimate."
      />
    </div>
  )
}

const shown = (value: unknown): string => {
  if (value === undefined || value === '') return '–'
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.join(', ')
  if (typeof value !== 'object' || value === null) return String(value)
  return Object.keys(value).length === 0 ? 'none' : JSON.stringify(value)
}

const Settings = ({ found }: { readonly found: ServerStatus }) => {
  const [wanted, setWanted] = useState('')
  const [all, setAll] = useState(false)
  const text = wanted.toLowerCase()
  const rows = found.settings.filter(
    ({ path, description, changed }) =>
      (all || changed || text !== '') && `${path} ${description}`.toLowerCase().includes(text),
  )
  return (
    <section class="panel" aria-labelledby="settings-title">
      <div class="panel-head">
        <h2 id="settings-title">Settings in force</h2>
        <div class="row">
          <label class="check">
            <input type="checkbox" checked={all} onChange={(event) => setAll(event.currentTarget.checked)} />
            Defaults too
          </label>
          <input
            type="search"
            class="search"
            placeholder="Find a setting"
            aria-label="Find a setting"
            value={wanted}
            onInput={(event) => setWanted(event.currentTarget.value)}
          />
        </div>
      </div>
      {rows.length === 0 ? (
        <p class="quiet">{text === '' ? 'All are as by default.' : 'None is called so.'}</p>
      ) : (
        <dl class="settings">
          {rows.map(({ path, value, changed, description }) => (
            <div key={path} class="setting">
              <dt>
                <code>{path}</code> {changed ? <span class="tag tag-changed">changed</span> : null}
              </dt>
              <dd>
                <code>{shown(value)}</code>
                <p class="quiet small">{description.replaceAll('`', '')}</p>
              </dd>
            </div>
          ))}
        </dl>
      )}
    </section>
  )
}

const Health = ({ found }: { readonly found: ServerStatus }) => (
  <section class="panel" aria-labelledby="health-title">
    <h2 id="health-title">Health</h2>
    <dl class="facts">
      <dt>State</dt>
      <dd>{found.ready ? 'Ready' : 'Not ready'}</dd>
      <dt>Running for</dt>
      <dd>{since(found.started_at)}</dd>
      <dt>Version</dt>
      <dd class="mono">
        {found.version}, Node {found.machine.node.replace('v', '')}, {found.machine.platform}
      </dd>
      {found.warm_up ? (
        <>
          <dt>Heard at the start</dt>
          <dd>
            “{found.warm_up.words}”, {(found.warm_up.audio_ms / 1000).toFixed(1)} s of speech in{' '}
            {(found.warm_up.took_ms / 1000).toFixed(1)} s
          </dd>
        </>
      ) : null}
    </dl>
  </section>
)

const snippets = () => [
  { language: 'curl', code: `curl ${serverUrl()}/v1/parley/status -H "authorization: Bearer $PARLEY_KEY"` },
  {
    language: 'Python',
    code: `import json, os, urllib.request

request = urllib.request.Request(
    "${serverUrl()}/v1/parley/status",
    headers={"authorization": f"Bearer {os.environ['PARLEY_KEY']}"},
)
print(json.load(urllib.request.urlopen(request))["load"])`,
  },
  {
    language: 'TypeScript',
    code: `const answer = await fetch('${serverUrl()}/v1/parley/status', {
  headers: { authorization: \`Bearer \${process.env.PARLEY_KEY}\` },
})
console.log((await answer.json()).load)`,
  },
]

export const ServerView = () => {
  const found = status.body.value
  if (!found) return <Notice>Asking the server…</Notice>
  return (
    <>
      {status.state.value === 'silent' ? (
        <Notice tone="bad">The server does not answer. What stands here is what it said last.</Notice>
      ) : null}
      <Tiles found={found} />
      <EngineTable engines={found.engines} />
      <ModelNames />
      <Health found={found} />
      <Settings found={found} />
      <Snippets snippets={snippets()} />
    </>
  )
}
