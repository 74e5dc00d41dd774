/** What each recognizer made of the recording: its words, its faults, its time and its cost. */
import { InCode } from '../components/in-code.tsx'
import { type Heard, recording, reference, results } from './run.ts'
import { type Aligned, align, errorRate, wordsOf } from './words.ts'

const percent = (share: number): string => `${(share * 100).toFixed(share < 0.1 ? 1 : 0)} %`

const told = { same: '', other: 'wrong: ', missing: 'missing: ', extra: 'extra: ' } as const

const Word = ({ word: { type, expected, heard } }: { readonly word: Aligned }) =>
  type === 'same' ? (
    <span>{heard} </span>
  ) : (
    <>
      <span class={`aligned aligned-${type}`}>
        <span class="unseen">{told[type]}</span>
        {type === 'missing' ? expected : heard}
        {type === 'other' ? <small>{expected}</small> : null}
      </span>{' '}
    </>
  )

const Text = ({ heard, aligned }: { readonly heard: Heard; readonly aligned: readonly Aligned[] }) => {
  if (heard.state === 'waiting') return <p class="quiet">Waits for its turn.</p>
  if (heard.state === 'running') return <p class="quiet">Listens…</p>
  if (heard.state === 'failed') return <p class="missing">{heard.text}</p>
  if (heard.text === '') return <p class="quiet">No words.</p>
  if (reference.value.trim() === '') return <p>{heard.text}</p>
  return (
    <p class="aligned-text">
      {aligned.map((word, index) => (
        <Word key={index} word={word} />
      ))}
    </p>
  )
}

const Figure = ({
  name,
  value,
  share,
  best,
}: {
  readonly name: string
  readonly value: string
  /** Of the longest bar; undefined: not known. */
  readonly share: number | undefined
  readonly best: boolean
}) => (
  <div class={best ? 'figure is-best' : 'figure'}>
    <dt>{name}</dt>
    <dd>
      <span class="mono">{value}</span>
      <span class="meter" aria-hidden="true">
        <i style={{ width: `${Math.min(1, share ?? 0) * 100}%` }} />
      </span>
    </dd>
  </div>
)

/** Costs are shares of a core while somebody talks, as the engine's card has them. */
const costOf = ({ model }: Heard): string =>
  model.cost === undefined ? 'not measured' : `${percent(model.cost)} of a core`

export const Results = () => {
  const all = results.value
  if (all.length === 0) return null
  const expected = wordsOf(reference.value)
  const rows = all.map((heard) => {
    const aligned = heard.state === 'done' ? align(expected, wordsOf(heard.text)) : []
    return { heard, aligned, rate: heard.state === 'done' ? errorRate(aligned) : undefined }
  })
  const least = (values: readonly (number | undefined)[]): number | undefined => {
    const known = values.filter((value) => value !== undefined)
    return known.length > 1 ? Math.min(...known) : undefined
  }
  const bestRate = least(rows.map(({ rate }) => rate))
  const bestTook = least(rows.map(({ heard }) => heard.tookMs))
  const longest = Math.max(1, ...rows.map(({ heard }) => heard.tookMs ?? 0))
  const dearest = Math.max(0.01, ...rows.map(({ heard }) => heard.model.cost ?? 0))
  const lengthMs = recording.value?.lengthMs ?? 0
  const paceOf = (tookMs: number): string =>
    lengthMs > 0
      ? `${(tookMs / 1000).toFixed(1)} s, ${(lengthMs / tookMs).toFixed(1)} ×`
      : `${(tookMs / 1000).toFixed(1)} s`
  return (
    <ul class="results">
      {rows.map(({ heard, aligned, rate }) => (
        <li key={heard.model.id} class="panel">
          <div>
            <h2>{heard.model.name}</h2>
            <code class="small quiet">{heard.model.id}</code>
          </div>
          <Text heard={heard} aligned={aligned} />
          <dl class="result-figures">
            <Figure
              name="Words wrong"
              value={rate === undefined ? (expected.length === 0 ? 'no reference' : '–') : percent(rate)}
              share={rate}
              best={rate !== undefined && rate === bestRate}
            />
            <Figure
              name="Time"
              value={heard.tookMs === undefined ? '–' : paceOf(heard.tookMs)}
              share={heard.tookMs === undefined ? undefined : heard.tookMs / longest}
              best={heard.tookMs !== undefined && heard.tookMs === bestTook}
            />
            <Figure
              name="Cost"
              value={costOf(heard)}
              share={heard.model.cost === undefined ? undefined : heard.model.cost / dearest}
              best={false}
            />
          </dl>
          {heard.model.accuracy ? (
            <p class="small quiet">
              <InCode text={heard.model.accuracy} />
            </p>
          ) : null}
        </li>
      ))}
    </ul>
  )
}
