/** Asks for the key where there is none, or where the server does not know it. */
import { useState } from 'preact/hooks'
import { access, useKey } from '../access.ts'
import { status } from '../server/status.ts'
import { Notice } from './notice.tsx'

export const KeyForm = () => {
  const [typed, setTyped] = useState('')
  return (
    <section class="panel key-form" aria-labelledby="key-title">
      <h1 id="key-title">This server wants its key</h1>
      <p>
        <code>npm start</code> prints an address that ends in <code>#key=…</code>: open that one, or paste the key here.
        It lies in <code>.cache/key</code>, unless you set keys of your own.
      </p>
      {access.value === 'refused' ? <Notice tone="bad">The server does not know this key.</Notice> : null}
      <form
        class="row"
        onSubmit={(event) => {
          event.preventDefault()
          // The address as it was printed will do too.
          useKey(typed.replace(/^.*#key=/, ''))
          void status.look()
        }}
      >
        <label class="field grow">
          <span>Key</span>
          <input
            type="password"
            autocomplete="off"
            spellcheck={false}
            value={typed}
            onInput={(event) => setTyped(event.currentTarget.value)}
          />
        </label>
        <button type="submit" class="button button-main" disabled={typed.trim() === ''}>
          Open
        </button>
      </form>
      <p class="quiet small">It stays in this tab and is forgotten with it.</p>
    </section>
  )
}
