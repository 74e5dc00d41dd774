/** SVG as text: elements, their attributes, and how a plot is coloured in light and in dark. */

type Value = string | number

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

/** Text that may stand in an element or an attribute. Characters that XML forbids are left out. */
export const escaped = (text: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what XML forbids.
  text.replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '').replaceAll(/[&<>"]/g, (c) => escapes[c]!)

const written = (value: Value): string =>
  typeof value === 'number' ? String(Math.round(value * 10) / 10) : escaped(value)

/** One element; `content` is markup. */
export const element = (name: string, attributes: Readonly<Record<string, Value>>, content = ''): string => {
  const told = Object.entries(attributes).map(([key, value]) => ` ${key}="${written(value)}"`)
  const open = `<${name}${told.join('')}`
  return content === '' ? `${open}/>` : `${open}>${content}</${name}>`
}

export const text = (x: number, y: number, content: string, attributes: Readonly<Record<string, Value>> = {}): string =>
  element('text', { x, y, ...attributes }, escaped(content))

export const dot = (cx: number, cy: number, tone: number): string =>
  element('circle', { cx, cy, r: 2.5, class: `dot${tone % tones}` })

export const line = (x1: number, y1: number, x2: number, y2: number, kind: string): string =>
  element('line', { x1, y1, x2, y2, class: kind })

/** Colours that stay apart for most eyes, on white and on black; each with a dash of its own, for the others. */
const light = [
  '#0b62a4',
  '#c8500a',
  '#1c7c54',
  '#a3267e',
  '#6b5b00',
  '#5b4bb7',
  '#b3202a',
  '#3f6c79',
  '#555555',
  '#8a5a2b',
]
const dark = [
  '#6cb4ee',
  '#ff9d5c',
  '#5fd3a0',
  '#f28bd0',
  '#d9c54a',
  '#b3a6ff',
  '#ff8a8f',
  '#8fc7d6',
  '#bbbbbb',
  '#d9a878',
]
const dashes = ['none', '7 3', '2 2', '9 3 2 3', '12 4', '4 2', '1 3', '6 2 1 2 1 2', '3 5', '10 2']

/** How many lines can be told apart. */
export const tones = light.length

const palette = (ink: string, faint: string, paper: string, colours: readonly string[]): string =>
  [
    `.paper{fill:${paper}}text{fill:${ink}}.grid{stroke:${faint}}.axis{stroke:${ink}}`,
    ...colours.map((colour, i) => `.tone${i}{stroke:${colour}}.dot${i}{fill:${colour}}`),
  ].join('')

const style = [
  'text{font:12px system-ui,sans-serif}.title{font-size:16px;font-weight:600}.label{font-weight:600}',
  '.grid{stroke-width:1}.axis{stroke-width:1}.curve{fill:none;stroke-width:1.8;stroke-linejoin:round}',
  '.end{text-anchor:end}.middle{text-anchor:middle}',
  ...dashes.map((dash, i) => `.dash${i}{stroke-dasharray:${dash}}`),
  palette('#1a1a1a', '#dddddd', '#ffffff', light),
  `@media (prefers-color-scheme:dark){${palette('#e8e8e8', '#3a3a3a', '#161616', dark)}}`,
].join('')

/** A whole picture on a ground of its own, which needs nothing from outside. `title` is also what screen readers say. */
export const picture = (width: number, height: number, title: string, content: string): string => {
  const attributes = {
    xmlns: 'http://www.w3.org/2000/svg',
    width,
    height,
    viewBox: `0 0 ${width} ${height}`,
    role: 'img',
  }
  const ground = element('rect', { width, height, class: 'paper' })
  return `${element('svg', attributes, `<title>${escaped(title)}</title><style>${style}</style>${ground}\n${content}`)}\n`
}
