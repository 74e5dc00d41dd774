/** One event, whole, and the lines that send it again. */
import { useState } from 'preact/hooks'
import { CopyButton } from '../components/snippets.tsx'
import { Tabs } from '../components/tabs.tsx'
import { type WireEntry, wireEntries } from './log.ts'
import { Pretty } from './pretty.tsx'
import { runnablesOf } from './runnable.ts'

const directions = { sent: 'Sent', received: 'Received', note: 'Note' } as const

const Again = ({ entry }: { readonly entry: WireEntry }) => {
  const ways = runnablesOf(entry, wireEntries())
  const [language, setLanguage] = useState('')
  const shown = ways.find((way) => way.language === language) ?? ways[0]
  if (!shown) return null
  return (
    <div class="again">
      <div class="row row-apart">
        <h3>Send it again</h3>
        <CopyButton text={() => shown.code} label="Copy" />
      </div>
      <Tabs label="Language" tabs={ways.map((way) => way.language)} chosen={shown.language} onChoose={setLanguage}>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
        <pre class="code code-low" tabIndex={0}>
          <code>{shown.code}</code>
        </pre>
      </Tabs>
    </div>
  )
}

export const EventDetail = ({ entry }: { readonly entry: WireEntry | undefined }) => (
  <section class="panel event-detail" aria-labelledby="event-title">
    {entry ? (
      <>
        <div class="panel-head">
          <h2 id="event-title" class="event-title">
            {entry.name}
          </h2>
          {entry.text === undefined ? null : <CopyButton text={() => entry.text!} label="Copy JSON" />}
        </div>
        <p class="quiet small">
          {directions[entry.direction]} · <span class="mono">{entry.connection}</span> · no. {entry.number} ·{' '}
          {entry.bytes.toLocaleString('en')} bytes
        </p>
        {entry.text === undefined ? (
          <p class="quiet">{entry.direction === 'note' ? 'What this page noted down.' : 'There is no text in it.'}</p>
        ) : (
          // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
          <pre class="code" tabIndex={0}>
            <Pretty text={entry.text} />
          </pre>
        )}
        <Again key={entry.number} entry={entry} />
      </>
    ) : (
      <>
        <h2 id="event-title">Event</h2>
        <p class="quiet">Choose one to see all of it.</p>
      </>
    )}
  </section>
)
