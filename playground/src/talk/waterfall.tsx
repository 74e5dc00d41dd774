/** Where the time between the user's last sound and the first of the answer went, stage after stage. */
import type { TurnTiming } from './dialogue.ts'
import { dialogue, exact } from './session.ts'

const stages = [
  { key: 'gate', name: 'Silence', about: 'that might have been a pause' },
  { key: 'recognizer', name: 'Recognizer', about: 'until the words were there' },
  { key: 'decision', name: 'Decision', about: 'to answer' },
  { key: 'model', name: 'Model', about: 'until it began' },
  { key: 'voice', name: 'Voice', about: 'until its first sound' },
  { key: 'network', name: 'Network', about: 'there and back, and the loudspeaker' },
] as const

const totalOf = (turn: TurnTiming): number => stages.reduce((sum, { key }) => sum + (turn[key] ?? 0), 0)

const median = (values: readonly number[]): number =>
  [...values].sort((one, other) => one - other)[Math.floor((values.length - 1) / 2)] ?? 0

const Stage = ({
  turn,
  stage: { key, name, about },
  fromMs,
  totalMs,
}: {
  readonly turn: TurnTiming
  readonly stage: (typeof stages)[number]
  readonly fromMs: number
  readonly totalMs: number
}) => {
  const ms = turn[key]
  const share = (value: number): string => `${(value / Math.max(1, totalMs)) * 100}%`
  return (
    <li class="fall">
      <span title={about}>{name}</span>
      <span class="fall-track" aria-hidden="true">
        {ms === undefined ? null : (
          <i class={key === 'gate' ? 'is-silence' : ''} style={{ left: share(fromMs), width: share(ms) }} />
        )}
      </span>
      <span class="mono">{ms === undefined ? '–' : `${ms} ms`}</span>
    </li>
  )
}

export const Waterfall = () => {
  const { turns } = dialogue.value
  const turn = turns.at(-1)
  const totalMs = turn ? totalOf(turn) : 0
  let fromMs = 0
  return (
    <section class="panel" aria-labelledby="waterfall-title">
      <div class="panel-head">
        <h2 id="waterfall-title">Latency</h2>
        {turn ? <span class="fall-total mono">{(totalMs / 1000).toFixed(2)} s</span> : null}
      </div>
      {turn ? (
        <>
          <ol class="falls">
            {stages.map((stage) => {
              const at = fromMs
              fromMs += turn[stage.key] ?? 0
              return <Stage key={stage.key} turn={turn} stage={stage} fromMs={at} totalMs={totalMs} />
            })}
          </ol>
          <p class="quiet small">
            From your last sound to the first of the answer
            {exact.value ? '' : '; the network by the round trip and the jitter buffer'}.
            {turns.length > 1
              ? ` Median of ${turns.length} turns: ${(median(turns.map(totalOf)) / 1000).toFixed(2)} s.`
              : ''}
          </p>
        </>
      ) : (
        <p class="quiet">Each spoken turn shows here where its time went.</p>
      )}
    </section>
  )
}
