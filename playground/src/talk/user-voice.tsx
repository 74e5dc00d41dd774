/** What the user's voice is like, as the model is told too. */
import { Gauge } from '../listen/gauges.tsx'
import { traits } from '../listen/traits.ts'
import { dialogue } from './session.ts'

/** As this wire names it. */
const wireName = (key: string): string => key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)

export const UserVoice = () => {
  const { profile } = dialogue.value
  return (
    <section class="panel" aria-labelledby="user-voice-title">
      <div class="panel-head">
        <h2 id="user-voice-title">Your voice</h2>
      </div>
      {profile ? (
        <div class="stack">
          {traits.map((trait) => (
            <Gauge key={trait.key} trait={trait} labels={profile[wireName(trait.key)] ?? []} />
          ))}
        </div>
      ) : (
        <p class="quiet">Told with the words of each turn. The model is told too, and answers in a fitting tone.</p>
      )}
    </section>
  )
}
