/** Both voices on one clock: who spoke when, and where one cut the other off. */

import type { Peaks } from '../audio/peaks.ts'
import { useCanvas } from '../components/canvas.ts'
import { clock, gutter, stepOf } from '../listen/span.ts'
import { colour } from '../theme.ts'
import { phase } from './session.ts'
import { sound } from './sound.ts'
import { colourTokens, replyColour } from './tools.ts'

const laneHeight = 58
const lanes = { you: 8, parley: 8 + laneHeight + 8 }
const axisTop = lanes.parley + laneHeight + 6
const height = axisTop + 22
const liveMs = 15_000

type Paint = CanvasRenderingContext2D

interface Scale {
  readonly fromMs: number
  readonly toMs: number
  readonly width: number
}

const xOf = ({ fromMs, toMs, width }: Scale, ms: number): number =>
  gutter + ((ms - fromMs) / (toMs - fromMs)) * (width - gutter)

/** The last seconds while it goes on; afterwards all of it. */
const spanOf = (): { readonly fromMs: number; readonly toMs: number } => {
  const end = Math.max(sound.value.spokenMs, sound.value.heardMs)
  if (phase.value !== 'live' || end <= liveMs) return { fromMs: 0, toMs: Math.max(liveMs, end) }
  return { fromMs: end - liveMs, toMs: end }
}

const drawAxis = (paint: Paint, scale: Scale): void => {
  const stepMs = stepOf(scale.toMs - scale.fromMs, scale.width - gutter, 64)
  paint.font = `11px ${colour('mono')}`
  paint.textAlign = 'center'
  for (let at = Math.ceil(scale.fromMs / stepMs) * stepMs; at <= scale.toMs; at += stepMs) {
    const x = xOf(scale, at)
    paint.fillStyle = colour('line')
    paint.fillRect(Math.round(x), lanes.you, 1, axisTop - lanes.you)
    paint.fillStyle = colour('ink-3')
    paint.fillText(clock(at, stepMs), Math.min(Math.max(x, gutter + 14), scale.width - 14), axisTop + 14)
  }
}

const drawLane = (paint: Paint, scale: Scale, { top, name, token, outline }: Lane): void => {
  const middle = top + laneHeight / 2
  const half = laneHeight / 2 - 2
  paint.fillStyle = colour('ink-2')
  paint.font = `12px ${colour('font')}`
  paint.textAlign = 'left'
  paint.fillText(name, 0, middle + 4)
  paint.fillStyle = colour('line')
  paint.fillRect(gutter, middle, scale.width - gutter, 1)
  paint.fillStyle = colour(token)
  const perPixel = (scale.toMs - scale.fromMs) / (scale.width - gutter)
  const last = Math.min(scale.width, xOf(scale, outline.lengthMs))
  // Speech is far from full scale; its root shows it better.
  const high = (sample: number): number => Math.sign(sample) * Math.sqrt(Math.abs(sample)) * half
  for (let at = gutter; at < last; at += 3) {
    const from = scale.fromMs + (at - gutter) * perPixel
    const [least, most] = outline.between(from, from + 3 * perPixel)
    const tall = high(most) - high(least)
    if (tall < 1) continue
    paint.beginPath()
    paint.roundRect(at, middle - high(most), 2, tall, 1)
    paint.fill()
  }
}

interface Lane {
  readonly top: number
  readonly name: string
  readonly token: string
  readonly outline: Peaks
}

/** A line down through both lanes where the reply fell silent. */
const drawCuts = (paint: Paint, scale: Scale): void => {
  paint.fillStyle = colour('record')
  paint.font = `600 11px ${colour('font')}`
  paint.textAlign = 'left'
  for (const at of sound.value.cuts) {
    const x = xOf(scale, at)
    if (x < gutter || x > scale.width) continue
    paint.fillRect(Math.round(x), lanes.you, 1.5, axisTop - lanes.you)
    const label = 'interrupted'
    const wide = paint.measureText(label).width
    paint.fillText(label, Math.min(x + 5, scale.width - wide), lanes.parley + laneHeight - 2)
  }
}

const draw = (paint: Paint, width: number): void => {
  const scale: Scale = { ...spanOf(), width }
  const { spoken, heard } = sound.value
  drawAxis(paint, scale)
  drawLane(paint, scale, { top: lanes.you, name: 'You', token: 'wave', outline: spoken })
  drawLane(paint, scale, {
    top: lanes.parley,
    name: 'Parley',
    token: colourTokens[replyColour.value],
    outline: heard,
  })
  drawCuts(paint, scale)
}

export const Duplex = () => {
  const canvas = useCanvas(draw)
  const { spokenMs, cuts } = sound.value
  const told = `Both voices over ${Math.round(spokenMs / 1000)} seconds; ${cuts.length} interruptions`
  return (
    <section class="panel panel-timeline" aria-label="Both voices">
      <canvas ref={canvas} class="timeline" style={{ height: `${height}px` }} role="img" aria-label={told} />
    </section>
  )
}
