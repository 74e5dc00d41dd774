/** What has been said, by both, with the calls of tools between. */
import { useEffect, useRef, useState } from 'preact/hooks'
import { SteeredText } from '../speech/steered-text.tsx'
import type { CallEntry, Entry, ReplyEntry, UserEntry } from './dialogue.ts'
import { dialogue, exact, phase, position, say } from './session.ts'
import { tools } from './tools.ts'

const userText = ({ text, state }: UserEntry): string => {
  if (text !== '') return text
  return { speaking: 'Listening…', hearing: '…', done: 'Nothing that was understood.', lost: 'Not understood.' }[state]
}

const UserLine = ({ entry }: { readonly entry: UserEntry }) => (
  <li class="line line-user">
    <span class="line-who">{entry.written ? 'You, typed' : 'You'}</span>
    <p class={entry.text === '' ? 'line-text quiet' : 'line-text'}>{userText(entry)}</p>
  </li>
)

/** Told apart from others so that only it is drawn again with each frame. */
const ReplyText = ({ entry }: { readonly entry: ReplyEntry }) => {
  const { id, text, words, heardMs, state } = entry
  const now = position.value
  const speaking = now?.id === id
  // A reply that waits behind another has not been heard at all.
  const atMs =
    !exact.value || heardMs !== undefined ? undefined : speaking ? now.ms : state === 'running' ? 0 : undefined
  return <SteeredText text={text} words={words} atMs={atMs} endMs={heardMs} />
}

const ReplyLine = ({ entry }: { readonly entry: ReplyEntry }) => (
  <li class="line line-reply">
    <span class="line-who">Parley</span>
    <div>
      <p class="line-text">
        <ReplyText entry={entry} />
      </p>
      {entry.heardMs === undefined ? null : (
        <p class="line-note">
          <span class="tag tag-cut">Interrupted</span> after {(entry.heardMs / 1000).toFixed(1)} s; what was not heard,
          the model forgets.
        </p>
      )}
      {entry.problem ? <p class="line-note missing">{entry.problem}</p> : null}
    </div>
  </li>
)

const CallLine = ({ entry }: { readonly entry: CallEntry }) => (
  <li class="line line-call">
    <span class="line-who">Tool</span>
    <div class="call">
      <code>
        {entry.name} {entry.arguments}
      </code>
      <code class="call-output">{entry.output === undefined ? 'runs…' : entry.output}</code>
    </div>
  </li>
)

const Line = ({ entry }: { readonly entry: Entry }) => {
  switch (entry.type) {
    case 'user':
      return <UserLine entry={entry} />
    case 'reply':
      return <ReplyLine entry={entry} />
    case 'call':
      return <CallLine entry={entry} />
    default:
      throw entry satisfies never
  }
}

const examples = ['Tell me a short story.', 'What is seven times eight?', ...tools.map(({ example }) => example)]

const Compose = () => {
  const [text, setText] = useState('')
  return (
    <form
      class="compose"
      onSubmit={(event) => {
        event.preventDefault()
        if (text.trim() === '') return
        void say(text.trim())
        setText('')
      }}
    >
      <input
        type="text"
        aria-label="Say it in writing"
        placeholder="Or type here"
        value={text}
        onInput={(event) => setText(event.currentTarget.value)}
      />
      <button type="submit" class="button" disabled={text.trim() === '' || phase.value === 'starting'}>
        Send
      </button>
    </form>
  )
}

export const DialoguePanel = () => {
  const { entries } = dialogue.value
  const box = useRef<HTMLDivElement>(null)
  const last = entries.at(-1)
  const length = last?.type === 'reply' || last?.type === 'user' ? last.text.length : 0
  useEffect(() => {
    if (box.current) box.current.scrollTop = box.current.scrollHeight
  }, [entries.length, length])
  const settled = entries.findLast((entry) => entry.type === 'reply' && entry.state !== 'running')
  return (
    <section class="panel dialogue" aria-labelledby="dialogue-title">
      <h2 id="dialogue-title">Conversation</h2>
      <p class="unseen" aria-live="polite">
        {settled?.type === 'reply' ? settled.text : ''}
      </p>
      {entries.length === 0 ? (
        <div class="start">
          <p class="quiet">Press Talk and speak, or begin in writing:</p>
          <div class="row">
            {examples.map((example) => (
              <button
                key={example}
                type="button"
                class="button button-small"
                disabled={phase.value === 'starting'}
                onClick={() => void say(example)}
              >
                {example}
              </button>
            ))}
          </div>
        </div>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        <div class="lines" ref={box} tabIndex={0} role="group" aria-label="What was said">
          <ol>
            {entries.map((entry) => (
              <Line key={entry.id} entry={entry} />
            ))}
          </ol>
        </div>
      )}
      <Compose />
    </section>
  )
}
