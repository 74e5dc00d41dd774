/** The shell: navigation, the state of the server, and the view that the address names. */
import { useEffect } from 'preact/hooks'
import { access } from './access.ts'
import { icons } from './components/icons.tsx'
import { KeyForm } from './components/key-form.tsx'
import { Notice } from './components/notice.tsx'
import { view } from './router.ts'
import { status } from './server/status.ts'
import { type Theme, theme } from './theme.ts'
import { views } from './views.ts'
import { microphoneAllowed } from './wire/address.ts'

const themes: readonly { readonly id: Theme; readonly label: string }[] = [
  { id: 'auto', label: 'As the system' },
  { id: 'light', label: 'Light' },
  { id: 'dark', label: 'Dark' },
]

const ThemeSwitch = () => (
  <div class="switch" role="radiogroup" aria-label="Colours">
    {themes.map(({ id, label }) => (
      <label key={id} title={label} class="switch-option">
        <input
          type="radio"
          name="theme"
          class="unseen"
          aria-label={label}
          checked={theme.value === id}
          onChange={() => {
            theme.value = id
          }}
        />
        {icons[id]}
      </label>
    ))}
  </div>
)

const stateWords = { ready: 'Ready', warming: 'Warming up', lacking: 'Not ready', silent: 'No answer' } as const

const ServerState = () => {
  const state = status.state.value
  return (
    <div class={`server-state state-${state}`} role="status">
      <span class="dot" aria-hidden="true" />
      <span>{state === 'unknown' ? 'Connecting' : stateWords[state]}</span>
      <span class="quiet mono">{location.host}</span>
    </div>
  )
}

const Navigation = () => (
  <nav class="nav" aria-label="Views">
    {views.map(({ id, title }) => (
      <a key={id} href={`#/${id}`} class="nav-link" aria-current={view.value === id ? 'page' : undefined}>
        {icons[id]}
        <span>{title}</span>
      </a>
    ))}
  </nav>
)

const MicrophoneNotice = () =>
  microphoneAllowed() ? null : (
    <Notice tone="warning">
      A browser gives this page no microphone, because its address is not encrypted. Start the server with{' '}
      <code>--tls self-signed</code>, or open it on its own machine at <code>localhost</code>. Files work here all the
      same.
    </Notice>
  )

const Shown = () => {
  const { id, title, about, component: Component } = views.find((one) => one.id === view.value) ?? views[0]!
  useEffect(() => {
    document.title = `${title} · Parley`
  }, [title])
  return (
    <>
      <header class="view-head">
        <h1>{title}</h1>
        <p class="quiet">{about}</p>
      </header>
      {id === 'listen' || id === 'talk' ? <MicrophoneNotice /> : null}
      <Component />
    </>
  )
}

export const App = () => {
  useEffect(() => status.follow(), [])
  const open = access.value === 'granted' || access.value === 'unknown'
  return (
    <>
      <button type="button" class="skip" onClick={() => document.getElementById('main')?.focus()}>
        Skip to the view
      </button>
      <header class="rail">
        <div class="brand">
          <span class="mark" aria-hidden="true">
            <i />
            <i />
            <i />
            <i />
            <i />
          </span>
          <span class="wordmark">Parley</span>
        </div>
        <Navigation />
        <div class="rail-foot">
          <ServerState />
          <ThemeSwitch />
        </div>
      </header>
      <main id="main" class="main" tabIndex={-1}>
        {open ? <Shown /> : <KeyForm />}
      </main>
    </>
  )
}
