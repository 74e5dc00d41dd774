/** What to listen to, and what to ask of the recognizer. */
import { icons } from '../components/icons.tsx'
import { microphoneAllowed } from '../wire/address.ts'
import { recognizers } from './models.ts'
import { aloud, language, model, profile, speakers, usualModel, vocabulary } from './options.ts'
import { play, playMs, stopPlaying } from './playback.ts'
import { levelDb, listenToExample, listenToFile, listenToMicrophone, phase, soundMs, source, stop } from './session.ts'
import { hasSound } from './sound.ts'

const quietestDb = -60

const Level = () => {
  const share = Math.max(0, Math.min(1, 1 - levelDb.value / quietestDb))
  return (
    <span class="level" aria-hidden="true">
      <i style={{ transform: `scaleX(${share})` }} />
    </span>
  )
}

const stateText = (): string => {
  const what = source.value?.name ?? ''
  switch (phase.value) {
    case 'idle':
      return 'Nothing is recorded or kept.'
    case 'starting':
      return 'Opening…'
    case 'live':
      return source.value?.kind === 'microphone' ? 'Listening' : `Reading ${what}`
    case 'ending':
      return 'Waiting for the last words…'
    case 'done':
      return what
    default:
      throw phase.value satisfies never
  }
}

const ListenButton = () => {
  const running = phase.value === 'starting' || phase.value === 'live'
  return running ? (
    <button type="button" class="listen-button is-running" onClick={stop}>
      {icons.stop}
      <span>Stop</span>
    </button>
  ) : (
    <button
      type="button"
      class="listen-button"
      disabled={!microphoneAllowed() || phase.value === 'ending'}
      onClick={() => void listenToMicrophone()}
    >
      {icons.microphone}
      <span>Listen</span>
    </button>
  )
}

/** What was listened to, once more. */
const PlayButton = () => {
  if (phase.value !== 'done' || !hasSound()) return null
  const playing = playMs.value !== undefined
  return (
    <button type="button" class="button round" onClick={() => (playing ? stopPlaying() : play())}>
      {playing ? icons.pause : icons.play}
      <span>{playing ? 'Stop playing' : 'Play'}</span>
    </button>
  )
}

const chosen = (input: HTMLInputElement): void => {
  const file = input.files?.[0]
  // The same file may be chosen again.
  input.value = ''
  if (file) void listenToFile(file)
}

const Options = () => {
  const known = recognizers()
  const engine = known.find(({ id }) => id === model.value)
  return (
    <details class="options">
      <summary>Settings</summary>
      <div class="options-fields">
        <label class="field">
          <span>Recognizer</span>
          <select
            value={model.value}
            onChange={(event) => {
              model.value = event.currentTarget.value
            }}
          >
            <option value={usualModel}>Whichever serves by default</option>
            {known.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </select>
        </label>
        <label class="field">
          <span>Language</span>
          <select
            value={language.value}
            onChange={(event) => {
              language.value = event.currentTarget.value
            }}
          >
            <option value="">Not said</option>
            {(engine?.languages ?? ['en']).map((code) => (
              <option key={code} value={code}>
                {new Intl.DisplayNames('en', { type: 'language' }).of(code) ?? code}
              </option>
            ))}
          </select>
        </label>
        <label class="field">
          <span>Words to expect</span>
          <input
            type="text"
            placeholder="Parley, Vachana"
            value={vocabulary.value}
            onInput={(event) => {
              vocabulary.value = event.currentTarget.value
            }}
          />
        </label>
        <div class="options-checks">
          {[
            { label: 'Who speaks', of: speakers },
            { label: 'What the voice is like', of: profile },
            { label: 'Play recordings, and read them as they play', of: aloud },
          ].map(({ label, of }) => (
            <label key={label} class="check">
              <input
                type="checkbox"
                checked={of.value}
                onChange={(event) => {
                  of.value = event.currentTarget.checked
                }}
              />
              {label}
            </label>
          ))}
        </div>
      </div>
    </details>
  )
}

export const Controls = () => (
  <section class="panel controls" aria-label="What to listen to">
    <div class="controls-row">
      <ListenButton />
      <label class="button round file-button">
        {icons.file}
        <span>Choose a recording</span>
        <input
          type="file"
          class="unseen"
          accept="audio/*,video/*,.mp3,.wav,.flac,.ogg,.opus,.m4a,.webm"
          onChange={(event) => chosen(event.currentTarget)}
        />
      </label>
      <PlayButton />
      <div class="controls-state">
        <span role="status">{stateText()}</span>
        <span class="mono">{(soundMs.value / 1000).toFixed(1)} s</span>
        <Level />
      </div>
    </div>
    <div class="row row-apart">
      <Options />
      <span class="quiet small">
        <span class="drop-hint">Drop a recording anywhere, or </span>
        <button
          type="button"
          class="link"
          disabled={phase.value !== 'idle' && phase.value !== 'done'}
          onClick={() => void listenToExample()}
        >
          hear an example
        </button>
      </span>
    </div>
  </section>
)
