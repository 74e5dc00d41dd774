/** Sessions as files: a connection is exported, and played to the server again. */
import { useState } from 'preact/hooks'
import { download } from '../components/download.ts'
import { icons } from '../components/icons.tsx'
import { wireEntries } from './log.ts'
import { play, replaying, stopPlaying } from './replay.ts'
import { socketPathOf } from './runnable.ts'
import { type RecordedSession, readSession, writeSession } from './session-file.ts'

/** A connection as a file; undefined where it was no socket. */
const fileOf = (connection: string): string | undefined => {
  const path = socketPathOf(wireEntries(), connection)
  const own = wireEntries().filter((entry) => entry.connection === connection)
  return path === undefined ? undefined : writeSession(path, own)
}

/** The sockets that there were, newest first. */
const socketsOf = (): readonly string[] => {
  const opened = wireEntries().filter(({ name }) => name.startsWith('open /'))
  return [...new Set(opened.map(({ connection }) => connection))].reverse()
}

export const Sessions = ({ onTrouble }: { readonly onTrouble: (words: string) => void }) => {
  const [wanted, setWanted] = useState('')
  const sockets = socketsOf()
  const connection = sockets.includes(wanted) ? wanted : (sockets[0] ?? '')
  const progress = replaying.value
  const start = (session: RecordedSession): void => {
    onTrouble('')
    play(session).catch((error: unknown) => onTrouble(String(error instanceof Error ? error.message : error)))
  }
  const again = (read: () => string | undefined): void => {
    try {
      const text = read()
      if (text !== undefined) start(readSession(text))
    } catch (error) {
      onTrouble(error instanceof Error ? error.message : String(error))
    }
  }
  return (
    <section class="panel sessions" aria-label="Sessions as files">
      <label class="field field-row">
        <span>Session</span>
        <select
          value={connection}
          disabled={sockets.length === 0}
          onChange={(event) => setWanted(event.currentTarget.value)}
        >
          {sockets.length === 0 ? <option value="">none yet</option> : null}
          {sockets.map((name) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <button
        type="button"
        class="button button-small"
        disabled={connection === ''}
        onClick={() => {
          const text = fileOf(connection)
          if (text !== undefined) download(new Blob([text], { type: 'application/jsonl' }), `${connection}.jsonl`)
        }}
      >
        {icons.download}
        <span>Export</span>
      </button>
      {progress ? (
        <button type="button" class="button button-small" onClick={stopPlaying}>
          {icons.stop}
          <span>
            Stop, {progress.sent} of {progress.of} sent
          </span>
        </button>
      ) : (
        <button
          type="button"
          class="button button-small"
          disabled={connection === ''}
          onClick={() => again(() => fileOf(connection))}
        >
          {icons.play}
          <span>Play again</span>
        </button>
      )}
      <label class="button button-small session-file">
        {icons.file}
        <span>Play a file</span>
        <input
          type="file"
          class="unseen"
          accept=".jsonl"
          onChange={(event) => {
            const input = event.currentTarget
            const [file] = input.files ?? []
            // The same file may be chosen again.
            void file?.text().then((text) => again(() => text))
            input.value = ''
          }}
        />
      </label>
    </section>
  )
}
