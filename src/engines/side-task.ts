/** Side tasks: what the server itself asks of a model beside the conversation, marked so that one without understanding can do it too. */
import type { Message } from './language-model.ts'

/** `memory`: sum up a conversation. `backchannel`: a listener's short word. `filler`: a word while the answer is long in coming. */
export type SideTask = 'memory' | 'backchannel' | 'filler'

/** The first line of such a task's instructions. */
const markOf = (task: SideTask): string => `Task: parley.${task}`

/** The messages of a task: its instructions under its mark, and what it is about. */
export const sideTask = (task: SideTask, instructions: string, about: string): readonly Message[] => [
  { role: 'system', parts: [{ type: 'text', text: `${markOf(task)}\n${instructions}` }] },
  { role: 'user', parts: [{ type: 'text', text: about }] },
]

const textOf = (message: Message | undefined): string =>
  message && 'parts' in message ? message.parts.map((part) => (part.type === 'text' ? part.text : '')).join('') : ''

/** The task that messages are, and what it is about; undefined for a conversation. */
export const readSideTask = (
  messages: readonly Message[],
): { readonly task: SideTask; readonly about: string } | undefined => {
  const [first, second] = messages
  if (messages.length !== 2 || first?.role !== 'system' || second?.role !== 'user') return undefined
  const [mark] = textOf(first).split('\n', 1)
  const task = (['memory', 'backchannel', 'filler'] as const).find((one) => mark === markOf(one))
  return task && { task, about: textOf(second) }
}
