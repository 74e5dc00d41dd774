/** Talk: a spoken conversation, with everything that is known about it. */
import { useEffect } from 'preact/hooks'
import { Notice } from '../components/notice.tsx'
import { Snippets } from '../components/snippets.tsx'
import { loadModels } from '../listen/models.ts'
import { Controls } from './controls.tsx'
import { DialoguePanel } from './dialogue-panel.tsx'
import { Duplex } from './duplex.tsx'
import { dialogue, interrupt, trouble } from './session.ts'
import { talkSnippets } from './snippets.ts'
import { colourTokens, replyColour } from './tools.ts'
import { UserVoice } from './user-voice.tsx'
import { Waterfall } from './waterfall.tsx'

/** Escape stops the reply, wherever one is. */
const useEscape = (): void => {
  useEffect(() => {
    const onKeyDown = ({ key }: KeyboardEvent): void => {
      if (key === 'Escape') interrupt()
    }
    addEventListener('keydown', onKeyDown)
    return () => removeEventListener('keydown', onKeyDown)
  }, [])
}

export const TalkView = () => {
  useEscape()
  useEffect(() => {
    // Without the list there is nothing to choose from; what keeps it from coming is told elsewhere.
    void loadModels().catch(() => undefined)
  }, [])
  const problem = trouble.value === '' ? dialogue.value.problem : trouble.value
  return (
    <div class="stack" style={{ '--reply': `var(--${colourTokens[replyColour.value]})` }}>
      <Controls />
      {problem === undefined ? null : <Notice tone="bad">{problem}</Notice>}
      <Duplex />
      <div class="columns">
        <DialoguePanel />
        <div class="stack">
          <Waterfall />
          <UserVoice />
        </div>
      </div>
      <Snippets snippets={talkSnippets()} />
    </div>
  )
}
