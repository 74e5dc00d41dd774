/** Speak: a text, with tags that tell how, becomes a voice. */
import { useEffect } from 'preact/hooks'
import { download } from '../components/download.ts'
import { icons } from '../components/icons.tsx'
import { Notice } from '../components/notice.tsx'
import { Snippets } from '../components/snippets.tsx'
import { VoiceSelect } from '../speech/voice-select.tsx'
import { voices } from '../speech/voices.ts'
import { Editor } from './editor.tsx'
import { format, formats, mostCharacters, speed, text, voice } from './options.ts'
import { speakSnippets } from './snippets.ts'
import { atMs, lengthMs, phase, playAgain, speak, stop, times, trouble, wav } from './speech.ts'
import { Spoken } from './spoken.tsx'

const Buttons = () => {
  const running = phase.value === 'waiting' || phase.value === 'playing' || atMs.value !== undefined
  const nothing = text.value.trim() === '' || text.value.length > mostCharacters
  const ready = phase.value === 'done'
  return (
    <div class="controls-row">
      {running ? (
        <button type="button" class="listen-button is-running" onClick={stop}>
          {icons.stop}
          <span>Stop</span>
        </button>
      ) : (
        <button type="button" class="listen-button" disabled={nothing} onClick={() => void speak()}>
          {icons.speak}
          <span>Speak</span>
        </button>
      )}
      <button type="button" class="button file-button" disabled={!ready || running} onClick={() => void playAgain()}>
        {icons.play}
        <span>Again</span>
      </button>
      <button type="button" class="button file-button" disabled={!ready} onClick={() => download(wav(), 'speech.wav')}>
        {icons.download}
        <span>WAV</span>
      </button>
      <Figures />
    </div>
  )
}

const ms = (value: number | undefined): string => (value === undefined ? '–' : `${Math.round(value)} ms`)

const Figures = () => {
  const { firstMs, allMs } = times.value
  const pace = allMs === undefined ? undefined : lengthMs.value / allMs
  return (
    <dl class="figures">
      <div>
        <dt>First sound</dt>
        <dd class="mono">{ms(firstMs)}</dd>
      </div>
      <div>
        <dt>Length</dt>
        <dd class="mono">{(lengthMs.value / 1000).toFixed(1)} s</dd>
      </div>
      <div>
        <dt>Pace</dt>
        <dd class="mono">{pace === undefined ? '–' : `${pace.toFixed(pace < 10 ? 1 : 0)} ×`}</dd>
      </div>
    </dl>
  )
}

const Fields = () => (
  <div class="options-fields">
    <VoiceSelect
      value={voice.value}
      onChoose={(chosen) => {
        voice.value = chosen
      }}
    />
    <label class="field">
      <span>
        Speed <span class="mono">{speed.value.toFixed(2)}</span>
      </span>
      <input
        type="range"
        min={0.5}
        max={1.5}
        step={0.05}
        value={speed.value}
        onInput={(event) => {
          speed.value = Number(event.currentTarget.value)
        }}
      />
    </label>
    <label class="field">
      <span>Format, in code</span>
      <select
        value={format.value}
        onChange={(event) => {
          format.value = event.currentTarget.value as typeof format.value
        }}
      >
        {formats.map((name) => (
          <option key={name} value={name}>
            {name === 'OGG_OPUS' ? 'Opus' : name}
          </option>
        ))}
      </select>
    </label>
  </div>
)

const About = () => {
  const known = voices.value.find(({ voiceId }) => voiceId === voice.value)
  return known ? <p class="small quiet">{known.description}</p> : null
}

export const SpeakView = () => {
  useEffect(() => stop, [])
  return (
    <>
      <section class="panel" aria-label="What to speak">
        <Editor />
        <Fields />
        <About />
        <Buttons />
      </section>
      {trouble.value === '' ? null : <Notice tone="bad">{trouble.value}</Notice>}
      <Spoken />
      <Snippets snippets={speakSnippets()} />
    </>
  )
}
