/** What the voice is like now: a needle for traits that have an order, bars for the others. */
import type { Label } from './hearing.ts'
import { profile as wanted } from './options.ts'
import { hearing } from './session.ts'
import { ProfileStrip } from './strip.tsx'
import { likeliest, place, type Trait, traits } from './traits.ts'

const percent = (confidence: number): string => `${Math.round(confidence * 100)} %`

const Needle = ({
  title,
  scale,
  labels,
}: {
  readonly title: string
  readonly scale: readonly string[]
  readonly labels: readonly Label[]
}) => {
  const at = place(labels, scale)
  const best = labels[0]
  return (
    <div
      class="needle"
      role="meter"
      aria-label={title}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round((at ?? 0.5) * 100)}
      aria-valuetext={best ? `${best.label}, ${percent(best.confidence)}` : 'not known yet'}
    >
      <div class="needle-scale">{at === undefined ? null : <i style={{ left: `${at * 100}%` }} />}</div>
      <div class="needle-names" aria-hidden="true">
        {scale.map((name) => (
          <span key={name} class={name === best?.label ? 'is-best' : ''}>
            {name}
          </span>
        ))}
      </div>
    </div>
  )
}

const mostBars = 3

const Bars = ({ labels }: { readonly labels: readonly Label[] }) => (
  <ul class="bars">
    {labels.slice(0, mostBars).map(({ label, confidence }, index) => (
      <li key={label} class={index === 0 ? 'is-best' : ''}>
        <span>{label}</span>
        <span class="meter" aria-hidden="true">
          <i style={{ width: percent(confidence).replace(' ', '') }} />
        </span>
        <span class="mono small">{percent(confidence)}</span>
      </li>
    ))}
  </ul>
)

export const Gauge = ({ trait, labels }: { readonly trait: Trait; readonly labels: readonly Label[] }) => {
  const best = labels[0]
  return (
    <div class="gauge">
      <div class="row row-apart">
        <h3>{trait.title}</h3>
        <span class="small">
          {best ? (
            <>
              {best.label} <span class="mono quiet">{percent(best.confidence)}</span>
            </>
          ) : (
            <span class="quiet">not known yet</span>
          )}
        </span>
      </div>
      {trait.scale ? <Needle title={trait.title} scale={trait.scale} labels={labels} /> : <Bars labels={labels} />}
    </div>
  )
}

export const VoicePanel = () => {
  const latest = hearing.value.profiles.at(-1)?.profile
  return (
    <section class="panel" aria-labelledby="voice-title">
      <div class="panel-head">
        <h2 id="voice-title">Voice</h2>
        <span class="quiet small">
          {wanted.value
            ? 'Take emotion for a hint: across kinds of recordings it is told hardly better than by chance.'
            : 'Not asked for.'}
        </span>
      </div>
      {wanted.value ? (
        <div class="gauges">
          {traits.map((trait) => {
            const best = likeliest(latest, trait.key)
            return <Gauge key={trait.key} trait={trait} labels={best ? latest![trait.key]! : []} />
          })}
        </div>
      ) : null}
    </section>
  )
}

export const VoiceOverTime = () => (wanted.value ? <ProfileStrip /> : null)
