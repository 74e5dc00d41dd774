/** The views, in the order of the navigation. */
import type { ComponentType } from 'preact'
import { CompareView } from './compare/view.tsx'
import { ListenView } from './listen/view.tsx'
import type { ViewId } from './router.ts'
import { ServerView } from './server/view.tsx'
import { SpeakView } from './speak/view.tsx'
import { TalkView } from './talk/view.tsx'
import { WireView } from './wire/view.tsx'

/** A view and what it is called. */
export interface View {
  readonly id: ViewId
  readonly title: string
  /** One line under the title. */
  readonly about: string
  readonly component: ComponentType
}

export const views: readonly View[] = [
  {
    id: 'listen',
    title: 'Listen',
    about: 'Speech becomes words, and shows what the voice is like.',
    component: ListenView,
  },
  { id: 'talk', title: 'Talk', about: 'A spoken conversation.', component: TalkView },
  { id: 'speak', title: 'Speak', about: 'Text becomes a voice.', component: SpeakView },
  { id: 'wire', title: 'Wire', about: 'Every event, in order.', component: WireView },
  { id: 'compare', title: 'Compare', about: 'One recording, several recognizers.', component: CompareView },
  {
    id: 'server',
    title: 'Server',
    about: 'What serves here, how busy it is, and how it is set.',
    component: ServerView,
  },
]
