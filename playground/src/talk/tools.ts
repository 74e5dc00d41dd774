/** Tools that run in this page, for a model to call. */
import { signal } from '@preact/signals'

export const colourNames = ['teal', 'blue', 'violet', 'red', 'orange', 'green'] as const
export type ColourName = (typeof colourNames)[number]

/** What stands for each in `tokens.css`. */
export const colourTokens: Readonly<Record<ColourName, string>> = {
  teal: 'gate',
  blue: 'speaker-1',
  violet: 'turn',
  red: 'speaker-5',
  orange: 'speaker-2',
  green: 'speaker-4',
}

/** The colour in which the server's voice is drawn. */
export const replyColour = signal<ColourName>('violet')

interface Tool {
  readonly name: string
  readonly description: string
  readonly parameters: object
  /** What to try it with. */
  readonly example: string
  readonly run: (given: Readonly<Record<string, unknown>>) => object
}

const setColour = (given: Readonly<Record<string, unknown>>): object => {
  const name = colourNames.find((known) => known === String(given.color).toLowerCase())
  if (!name) return { error: `Known are ${colourNames.join(', ')}.` }
  replyColour.value = name
  return { color: name }
}

export const tools: readonly Tool[] = [
  {
    name: 'set_page_color',
    description: 'Changes the color of the page.',
    parameters: {
      type: 'object',
      properties: { color: { type: 'string', enum: colourNames, description: 'The new color.' } },
      required: ['color'],
    },
    example: 'Set the page color to blue.',
    run: setColour,
  },
  {
    name: 'get_browser_clock',
    description: 'The time and the time zone of the browser that shows this page.',
    parameters: { type: 'object', properties: {} },
    example: 'What does the browser clock say?',
    run: () => ({
      time: new Date().toLocaleTimeString('en', { hour: 'numeric', minute: '2-digit' }),
      zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    }),
  },
]

/** As a session names them. */
export const toolsOf = (): readonly object[] =>
  tools.map(({ name, description, parameters }) => ({ type: 'function', name, description, parameters }))

/** Runs a call; what goes wrong is its result, for the model to speak of. */
export const runTool = (name: string, written: string): string => {
  const tool = tools.find((known) => known.name === name)
  if (!tool) return JSON.stringify({ error: `There is no tool ${name} here.` })
  try {
    return JSON.stringify(tool.run(JSON.parse(written === '' ? '{}' : written)))
  } catch (error) {
    return JSON.stringify({ error: String(error) })
  }
}
