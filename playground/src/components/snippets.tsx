/** The same thing in code: lines to paste, filled in with the current settings. */
import { signal } from '@preact/signals'
import { useState } from 'preact/hooks'
import { icons } from './icons.tsx'
import { Tabs } from './tabs.tsx'

/** One language's lines. The key is never in them: they read `PARLEY_KEY`. */
export interface Snippet {
  /** Such as `curl`. */
  readonly language: string
  readonly code: string
  /** What it needs, such as `pip install websockets`. */
  readonly needs?: string
}

/** The language that was last looked at, on all views. */
const chosen = signal('')

export const CopyButton = ({ text, label }: { readonly text: () => string; readonly label: string }) => {
  const [copied, setCopied] = useState(false)
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(text())
    setCopied(true)
    setTimeout(() => setCopied(false), 1500)
  }
  return (
    <button type="button" class="button button-small" onClick={() => void copy().catch(() => setCopied(false))}>
      {copied ? icons.check : icons.copy}
      <span aria-live="polite">{copied ? 'Copied' : label}</span>
    </button>
  )
}

export const Snippets = ({ snippets }: { readonly snippets: readonly Snippet[] }) => {
  const shown = snippets.find(({ language }) => language === chosen.value) ?? snippets[0]
  if (!shown) return null
  return (
    <details class="panel snippets">
      <summary>
        <h2>In code</h2>
        <span class="quiet">the same call, with these settings</span>
      </summary>
      <Tabs
        label="Language"
        tabs={snippets.map(({ language }) => language)}
        chosen={shown.language}
        onChoose={(language) => {
          chosen.value = language
        }}
      >
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
        <pre class="code" tabIndex={0}>
          <code>{shown.code}</code>
        </pre>
      </Tabs>
      <div class="row row-apart">
        <span class="quiet small">
          <code>PARLEY_KEY</code> is the key of this server{shown.needs === undefined ? '' : `; needs ${shown.needs}`}.
        </span>
        <CopyButton text={() => shown.code} label="Copy" />
      </div>
    </details>
  )
}
