/** A voice along a recording, drawn: pitch, level and the likelihood of each label above the words. */
import type { Word } from '../engines/speech-to-text.ts'
import { dot, element, line, picture, text, tones } from './svg.ts'
import { curvesOf, type SoundPoint, traitNames, type VoiceCourse } from './voice-course.ts'
import { traitName } from './voice-table.ts'

const margin = { left: 72, right: 24, top: 48, bottom: 20 }
const panelHeight = 88
/** Above each panel, for its name and its legend. */
const headHeight = 34
const rowHeight = 16
const wordRows = 4
const letterWidth = 7
/** So that two or three rows are enough for words at the pace of speech. */
const widthPerSecond = 130
const leastWidth = 720
const mostWidth = 20_000

const pitchHz = [60, 100, 150, 200, 300, 500] as const
const levelsDb = [-60, -40, -20, 0] as const
const likelihoods = [0, 0.5, 1] as const

/** Points further apart are not joined. */
const gapMs = 45

interface Scale {
  readonly width: number
  readonly x: (ms: number) => number
}

type Point = readonly [x: number, y: number]

/** Points joined by a line; one alone is a dot. */
const curve = (points: readonly Point[], tone: number): string => {
  const [first] = points
  if (first === undefined) return ''
  if (points.length === 1) return dot(...first, tone)
  const round = (n: number): string => String(Math.round(n * 10) / 10)
  const path = points.map(([x, y], i) => `${i === 0 ? 'M' : 'L'}${round(x)} ${round(y)}`).join('')
  return element('path', { d: path, class: `curve tone${tone % tones} dash${tone % tones}` })
}

/** A frame with its name, the values of its axis and a grid. `place` gives 0…1 from bottom to top. */
const panel = (
  { scale, top }: { readonly scale: Scale; readonly top: number },
  {
    name,
    ticks,
    place,
  }: { readonly name: string; readonly ticks: readonly number[]; readonly place: (value: number) => number },
): { readonly y: (value: number) => number; readonly frame: string } => {
  const bottom = top + headHeight + panelHeight
  const y = (value: number): number => bottom - Math.min(1, Math.max(0, place(value))) * panelHeight
  const right = margin.left + scale.width
  const grid = ticks.map(
    (value) =>
      line(margin.left, y(value), right, y(value), 'grid') +
      text(margin.left - 8, y(value) + 4, String(value), { class: 'end' }),
  )
  return { y, frame: text(margin.left, top + headHeight - 10, name, { class: 'label' }) + grid.join('') }
}

const legend = (top: number, from: number, labels: readonly string[]): string => {
  let x = margin.left + from * letterWidth + 24
  return labels
    .map((label, tone) => {
      const sample = curve(
        [
          [x, top + headHeight - 14],
          [x + 22, top + headHeight - 14],
        ],
        tone,
      )
      const told = text(x + 28, top + headHeight - 10, label)
      x += 28 + label.length * letterWidth + 18
      return sample + told
    })
    .join('')
}

/** Runs of moments that belong together. */
const runs = (points: readonly SoundPoint[]): (readonly SoundPoint[])[] => {
  const all: SoundPoint[][] = []
  for (const point of points) {
    const last = all.at(-1)?.at(-1)
    if (last && point.atMs - last.atMs <= gapMs) all.at(-1)!.push(point)
    else all.push([point])
  }
  return all
}

const pitchPanel = (course: VoiceCourse, scale: Scale, top: number): string => {
  const [low, high] = [Math.log(pitchHz[0]), Math.log(pitchHz.at(-1)!)]
  const place = (hz: number): number => (Math.log(hz) - low) / (high - low)
  const { y, frame } = panel({ scale, top }, { name: 'pitch (Hz)', ticks: pitchHz, place })
  const voiced = runs(course.sound.filter(({ hz }) => hz !== undefined))
  return (
    frame +
    voiced
      .map((run) =>
        curve(
          run.map(({ atMs, hz }) => [scale.x(atMs), y(hz!)]),
          0,
        ),
      )
      .join('')
  )
}

const levelPanel = (course: VoiceCourse, scale: Scale, top: number): string => {
  const place = (db: number): number => (db - levelsDb[0]) / (levelsDb.at(-1)! - levelsDb[0])
  const { y, frame } = panel({ scale, top }, { name: 'energy (dB of full scale)', ticks: levelsDb, place })
  const points = course.sound.map(({ atMs, levelDb }): Point => [scale.x(atMs), y(levelDb)])
  return frame + curve(points, 0)
}

const traitPanel = (name: string, course: VoiceCourse, scale: Scale, top: number): string => {
  const title = `${traitName(name)} (likelihood)`
  const { y, frame } = panel({ scale, top }, { name: title, ticks: likelihoods, place: (value) => value })
  const curves = curvesOf(course.profiles, name)
  const drawn = curves.flatMap(({ stretches }, tone) =>
    stretches.map((stretch) =>
      curve(
        stretch.map(({ atMs, confidence }) => [scale.x(atMs), y(confidence)]),
        tone,
      ),
    ),
  )
  return (
    frame +
    legend(
      top,
      title.length,
      curves.map(({ label }) => label),
    ) +
    drawn.join('')
  )
}

/** A step between ticks that leaves room for their numbers. */
const tickSeconds = (scale: Scale, seconds: number): number =>
  [0.5, 1, 2, 5, 10, 30, 60, 300].find((step) => (scale.width / seconds) * step >= 60) ?? 600

const timeAxis = (course: VoiceCourse, scale: Scale, top: number): string => {
  const seconds = Math.max(0.1, course.audioMs / 1000)
  const step = tickSeconds(scale, seconds)
  const ticks = Array.from({ length: Math.floor(seconds / step) + 1 }, (_, i) => i * step)
  return [
    line(margin.left, top, margin.left + scale.width, top, 'axis'),
    ...ticks.map(
      (at) =>
        line(scale.x(at * 1000), margin.top + headHeight, scale.x(at * 1000), top, 'grid') +
        line(scale.x(at * 1000), top, scale.x(at * 1000), top + 5, 'axis') +
        text(scale.x(at * 1000), top + 18, String(at), { class: 'middle' }),
    ),
    text(margin.left - 14, top + 18, 'time (s)', { class: 'end' }),
  ].join('')
}

/** Each word where it begins, in the first row that has room; where none has, its bar alone tells of it. */
const wordsBelow = (words: readonly Word[], scale: Scale, top: number): string => {
  const free = new Array<number>(wordRows).fill(Number.NEGATIVE_INFINITY)
  return words
    .map((word) => {
      const x = scale.x(word.startMs)
      const width = [...word.text].length * letterWidth + 6
      const from = Math.min(x, margin.left + scale.width + margin.right - width)
      const bar = element('rect', {
        x,
        y: top,
        width: Math.max(1, scale.x(word.endMs) - x - 1),
        height: 4,
        rx: 1,
        class: 'dot0',
      })
      const row = free.findIndex((until) => until <= from)
      if (row < 0) return bar
      free[row] = from + width
      return bar + text(from, top + 18 + row * rowHeight, word.text)
    })
    .join('')
}

/** The picture, as SVG without anything from outside. `name` is what the recording is called. */
export const plotVoice = (course: VoiceCourse, name: string): string => {
  const seconds = course.audioMs / 1000
  const width = Math.min(mostWidth, Math.max(leastWidth, seconds * widthPerSecond))
  const scale: Scale = { width, x: (ms) => margin.left + (ms / Math.max(100, course.audioMs)) * width }
  const panels = [
    (top: number) => pitchPanel(course, scale, top),
    (top: number) => levelPanel(course, scale, top),
    ...traitNames(course.profiles).map((trait) => (top: number) => traitPanel(trait, course, scale, top)),
  ]
  const axisTop = margin.top + panels.length * (headHeight + panelHeight) + 12
  const wordsTop = axisTop + 30
  const height = wordsTop + 10 + wordRows * rowHeight + margin.bottom
  const title = `The voice in ${name}`
  return picture(
    margin.left + width + margin.right,
    height,
    title,
    [
      text(margin.left, 28, title, { class: 'title' }),
      timeAxis(course, scale, axisTop),
      ...panels.map((draw, index) => draw(margin.top + index * (headHeight + panelHeight))),
      wordsBelow(course.words, scale, wordsTop),
      text(margin.left - 14, wordsTop + 18, 'words', { class: 'end' }),
    ].join('\n'),
  )
}
