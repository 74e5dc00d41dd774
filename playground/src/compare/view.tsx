/** Compare: one recording, several recognizers, side by side. */
import { useEffect } from 'preact/hooks'
import { useDrop } from '../components/drop.ts'
import { icons } from '../components/icons.tsx'
import { Notice } from '../components/notice.tsx'
import { Snippets } from '../components/snippets.tsx'
import { loadModels, recognizers } from '../listen/models.ts'
import { microphoneAllowed } from '../wire/address.ts'
import { Results } from './results.tsx'
import {
  chosen,
  compare,
  endRecording,
  left,
  recording,
  recordingMs,
  reference,
  results,
  startRecording,
  stopComparing,
  trouble,
  useFile,
} from './run.ts'
import { compareSnippets } from './snippets.ts'

const Source = () => {
  const going = recordingMs.value
  return (
    <div class="controls-row">
      {going === undefined ? (
        <button
          type="button"
          class="button file-button"
          disabled={!microphoneAllowed()}
          onClick={() => void startRecording()}
        >
          {icons.microphone}
          <span>Record</span>
        </button>
      ) : (
        <button type="button" class="listen-button is-running" onClick={endRecording}>
          {icons.stop}
          <span>Stop, {(going / 1000).toFixed(1)} s</span>
        </button>
      )}
      <label class="button file-button">
        {icons.file}
        <span>Choose a recording</span>
        <input
          type="file"
          class="unseen"
          accept="audio/*,video/*,.mp3,.wav,.flac,.ogg,.opus,.m4a,.webm"
          onChange={(event) => {
            const input = event.currentTarget
            const [file] = input.files ?? []
            input.value = ''
            if (file) void useFile(file)
          }}
        />
      </label>
      <span class="quiet small drop-hint">or drop one anywhere</span>
      <span class="compare-recording small" role="status">
        {recording.value
          ? `${recording.value.name}${recording.value.lengthMs > 0 ? `, ${(recording.value.lengthMs / 1000).toFixed(1)} s` : ''}`
          : 'No recording yet'}
      </span>
    </div>
  )
}

const Choice = () => (
  <fieldset class="compare-choice">
    <legend class="small quiet">Recognizers</legend>
    {recognizers().map(({ id, name }) => (
      <label key={id} class="check">
        <input
          type="checkbox"
          checked={!left.value.has(id)}
          onChange={(event) => {
            const next = new Set(left.value)
            if (event.currentTarget.checked) next.delete(id)
            else next.add(id)
            left.value = next
          }}
        />
        {name}
      </label>
    ))}
  </fieldset>
)

export const CompareView = () => {
  const over = useDrop((file) => void useFile(file))
  useEffect(() => {
    // What keeps the list from coming is told elsewhere.
    void loadModels().catch(() => undefined)
    return () => {
      endRecording()
      stopComparing()
    }
  }, [])
  const running = results.value.some(({ state }) => state === 'waiting' || state === 'running')
  return (
    <>
      {over ? (
        <div class="drop" aria-hidden="true">
          <p>Drop it here</p>
        </div>
      ) : null}
      <section class="panel" aria-label="What to compare">
        <Source />
        <label class="field">
          <span>What is really said in it, for the error rate</span>
          <textarea
            rows={2}
            value={reference.value}
            onInput={(event) => {
              reference.value = event.currentTarget.value
            }}
          />
        </label>
        <Choice />
        <div class="controls-row">
          {running ? (
            <button type="button" class="listen-button is-running" onClick={stopComparing}>
              {icons.stop}
              <span>Stop</span>
            </button>
          ) : (
            <button
              type="button"
              class="listen-button"
              disabled={!recording.value || chosen().length === 0}
              onClick={() => void compare()}
            >
              {icons.compare}
              <span>Compare</span>
            </button>
          )}
          <span class="quiet small">One after the other, so that none takes time from another.</span>
        </div>
      </section>
      {trouble.value === '' ? null : <Notice tone="bad">{trouble.value}</Notice>}
      {recognizers().length === 1 ? (
        <Notice>
          Only one recognizer is here. <code>npx parley models pull</code> gets another, and it stands here after the
          next start.
        </Notice>
      ) : null}
      <Results />
      <Snippets snippets={compareSnippets()} />
    </>
  )
}
