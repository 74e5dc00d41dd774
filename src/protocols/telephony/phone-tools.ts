/** What a model may do to a call: press keys, and hang up. The codec runs these tools itself. */
import type { Tool } from '../../engines/language-model.ts'
import { isObject } from '../wire-json.ts'

export const phoneToolNames = ['send_dtmf', 'hang_up'] as const

export type PhoneToolName = (typeof phoneToolNames)[number]

const phoneTools: Readonly<Record<PhoneToolName, Omit<Tool, 'name'>>> = {
  send_dtmf: {
    description: 'Presses keys of the telephone, such as for the menu of a machine that has answered.',
    parameters: {
      type: 'object',
      properties: { keys: { type: 'string', description: '0 to 9, *, # and A to D, in the order to press them.' } },
      required: ['keys'],
    },
  },
  hang_up: {
    description: 'Ends the telephone call, once everything that was said has been heard. Say goodbye first.',
    parameters: { type: 'object', properties: {} },
  },
}

/** The tools of these names, as a model is given them. */
export const toolsNamed = (names: readonly PhoneToolName[]): readonly Tool[] =>
  names.map((name) => ({ name, ...phoneTools[name] }))

/** Whether a call of a tool is one of these. */
export const isPhoneTool = (name: string): name is PhoneToolName => name in phoneTools

/** The keys that a call of `send_dtmf` wants pressed; none where its arguments make no sense. */
export const keysWanted = (json: string): string => {
  try {
    const value: unknown = JSON.parse(json)
    return isObject(value) ? String(value.keys ?? '').slice(0, 64) : ''
  } catch {
    return ''
  }
}
