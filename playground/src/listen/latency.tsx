/** How long each stage took, as this page saw it. */
import { status } from '../server/status.ts'
import type { TurnTimes } from './hearing.ts'
import { hearing, pacedByEar, soundMs, source, tookMs } from './session.ts'

const median = (values: readonly number[]): number | undefined => {
  const sorted = [...values].sort((one, other) => one - other)
  return sorted[Math.floor((sorted.length - 1) / 2)]
}

const stages: readonly {
  readonly name: string
  readonly about: string
  readonly of: (times: TurnTimes) => number | undefined
}[] = [
  { name: 'Voice noticed', about: 'from its first sound', of: ({ noticed }) => noticed },
  { name: 'First words', about: 'from its first sound', of: ({ firstWords }) => firstWords },
  { name: 'Silence waited for', about: 'it might have been a pause', of: ({ waited }) => waited },
  {
    name: 'Words final',
    about: 'after that silence',
    of: ({ settled, waited = 0 }) => (settled === undefined ? undefined : Math.max(0, settled - waited)),
  },
]

const mostMs = 2000

const Stage = ({
  name,
  about,
  last,
  middle,
}: {
  readonly name: string
  readonly about: string
  readonly last: number | undefined
  readonly middle: number | undefined
}) => (
  <li class="stage">
    <span>
      {name} <span class="quiet small">{about}</span>
    </span>
    <span class="mono">{last === undefined ? '–' : `${Math.round(last)} ms`}</span>
    <span class="meter" aria-hidden="true">
      <i style={{ width: `${Math.min(100, ((last ?? 0) / mostMs) * 100)}%` }} />
    </span>
    <span class="mono quiet small">{middle === undefined ? '' : `median ${Math.round(middle)}`}</span>
  </li>
)

const FileTimes = () => {
  const took = tookMs.value
  if (took === undefined) return <p class="quiet">Sent as fast as the server takes it.</p>
  const times = soundMs.value / took
  return (
    <dl class="facts">
      <dt>Recording</dt>
      <dd class="mono">{(soundMs.value / 1000).toFixed(1)} s</dd>
      <dt>Heard in</dt>
      <dd class="mono">{(took / 1000).toFixed(1)} s</dd>
      <dt>Pace</dt>
      <dd class="mono">{times.toFixed(times < 10 ? 1 : 0)} × as fast as it was spoken</dd>
    </dl>
  )
}

export const LatencyPanel = () => {
  const { times } = hearing.value
  const last = times.at(-1)
  const trip = status.roundTripMs.value
  return (
    <section class="panel" aria-labelledby="latency-title">
      <div class="panel-head">
        <h2 id="latency-title">Latency</h2>
        <span class="quiet small mono">{trip === undefined ? '' : `round trip ${Math.round(trip)} ms`}</span>
      </div>
      {source.value?.kind === 'file' && !pacedByEar.value ? (
        <FileTimes />
      ) : (
        <ul class="stages">
          {stages.map(({ name, about, of }) => (
            <Stage
              key={name}
              name={name}
              about={about}
              last={last && of(last)}
              middle={times.length > 1 ? median(times.flatMap((one) => of(one) ?? [])) : undefined}
            />
          ))}
        </ul>
      )}
    </section>
  )
}
