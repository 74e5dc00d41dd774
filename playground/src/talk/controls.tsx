/** Begins and ends the conversation, and says with whom. */
import { icons } from '../components/icons.tsx'
import { InCode } from '../components/in-code.tsx'
import { models } from '../listen/models.ts'
import { VoiceSelect } from '../speech/voice-select.tsx'
import { eagerness, instructions, model, type Transport, transport, voice, withTools } from './options.ts'
import { dialogue, interrupt, phase, position, start, stop } from './session.ts'

const transports: readonly { readonly id: Transport; readonly label: string }[] = [
  { id: 'webrtc', label: 'WebRTC' },
  { id: 'websocket', label: 'WebSocket' },
]

const TransportSwitch = () => (
  <fieldset class="segments" disabled={phase.value === 'live' || phase.value === 'starting'}>
    <legend class="unseen">Carried by</legend>
    {transports.map(({ id, label }) => (
      <label key={id} class="segment">
        <input
          type="radio"
          name="transport"
          class="unseen"
          checked={transport.value === id}
          onChange={() => {
            transport.value = id
          }}
        />
        {label}
      </label>
    ))}
  </fieldset>
)

const stateWords = {
  waiting: 'Go ahead',
  hearing: 'Hears you',
  thinking: 'Thinks',
  speaking: 'Speaks',
} as const

/** A reply is heard for longer than the server has work with it. */
const stateNow = (): keyof typeof stateWords => {
  const { state, playing } = dialogue.value
  return state === 'waiting' && (playing || position.value !== undefined) ? 'speaking' : state
}

const stateText = (): string => {
  switch (phase.value) {
    case 'idle':
      return 'Nothing is recorded or kept.'
    case 'starting':
      return 'Opening…'
    case 'live':
      return stateWords[stateNow()]
    case 'done':
      return 'Ended'
    default:
      throw phase.value satisfies never
  }
}

/** One id for each language model: many names lead to the same one. */
const languageModels = () => models.value.filter(({ task }) => task === 'language-model')

const Options = () => {
  const known = languageModels()
  const card = known.find(({ id }) => id === model.value) ?? known[0]
  return (
    <details class="options">
      <summary>Settings</summary>
      <div class="options-fields">
        <label class="field">
          <span>Model</span>
          <select
            value={model.value}
            onChange={(event) => {
              model.value = event.currentTarget.value
            }}
          >
            <option value="">Whichever serves by default</option>
            {known.map(({ id }) => (
              <option key={id} value={id}>
                {id}
              </option>
            ))}
          </select>
        </label>
        <VoiceSelect
          value={voice.value}
          onChoose={(chosen) => {
            voice.value = chosen
          }}
        />
        <label class="field">
          <span>Answers</span>
          <select
            value={eagerness.value}
            onChange={(event) => {
              eagerness.value = event.currentTarget.value as typeof eagerness.value
            }}
          >
            <option value="low">after long pauses</option>
            <option value="medium">after usual pauses</option>
            <option value="high">as soon as it may</option>
          </select>
        </label>
        <label class="field options-wide">
          <span>Instructions</span>
          <textarea
            rows={2}
            value={instructions.value}
            onInput={(event) => {
              instructions.value = event.currentTarget.value
            }}
          />
        </label>
      </div>
      <label class="check">
        <input
          type="checkbox"
          checked={withTools.value}
          onChange={(event) => {
            withTools.value = event.currentTarget.checked
          }}
        />
        Tools that run in this page: its colour, its clock
      </label>
      {card?.accuracy ? (
        <p class="small quiet">
          {card.name}. <InCode text={card.accuracy} /> <InCode text={card.better ?? ''} />
        </p>
      ) : null}
    </details>
  )
}

export const Controls = () => {
  const running = phase.value === 'starting' || phase.value === 'live'
  const state = stateNow()
  return (
    <section class="panel controls" aria-label="The conversation">
      <div class="controls-row">
        {running ? (
          <button type="button" class="listen-button is-running" onClick={stop}>
            {icons.stop}
            <span>End</span>
          </button>
        ) : (
          <button type="button" class="listen-button" onClick={() => void start()}>
            {icons.microphone}
            <span>Talk</span>
          </button>
        )}
        <TransportSwitch />
        <button
          type="button"
          class="button button-small"
          disabled={!running || state === 'waiting' || state === 'hearing'}
          onClick={interrupt}
        >
          Interrupt
          <kbd>Esc</kbd>
        </button>
        <div class="talk-state" data-state={phase.value === 'live' ? state : phase.value}>
          <span class="dot" aria-hidden="true" />
          <span role="status">{stateText()}</span>
        </div>
      </div>
      <Options />
    </section>
  )
}
