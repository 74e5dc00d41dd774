/** The timeline: sound, voice, turns and words on one clock. */
import { useCanvas } from '../components/canvas.ts'
import { colour } from '../theme.ts'
import { play, playMs } from './playback.ts'
import { hearing, peaks, phase, soundMs } from './session.ts'
import { clock, gutter, span, stepOf } from './span.ts'

const rows = {
  wave: { top: 8, height: 92 },
  words: { top: 108, height: 18 },
  voice: { top: 132, height: 12 },
  turns: { top: 152, height: 20 },
}
const axisTop = 178
export const timelineHeight = 200

type Paint = CanvasRenderingContext2D

/** Where a time lies, and how wide a stretch is. */
interface Scale {
  readonly x: (ms: number) => number
  readonly fromMs: number
  readonly toMs: number
  readonly width: number
}

const font = (size: number, family = 'font'): string => `${size}px ${colour(family)}`

const drawAxis = (paint: Paint, { x, fromMs, toMs, width }: Scale): void => {
  const stepMs = stepOf(toMs - fromMs, width - gutter, 64)
  paint.font = font(11, 'mono')
  paint.textAlign = 'center'
  for (let at = Math.ceil(fromMs / stepMs) * stepMs; at <= toMs; at += stepMs) {
    paint.fillStyle = colour('line')
    paint.fillRect(Math.round(x(at)), rows.wave.top, 1, axisTop - rows.wave.top)
    paint.fillStyle = colour('ink-3')
    const half = 14
    paint.fillText(clock(at, stepMs), Math.min(Math.max(x(at), gutter + half), width - half), axisTop + 14)
  }
}

const drawNames = (paint: Paint): void => {
  paint.fillStyle = colour('ink-2')
  paint.font = font(12)
  paint.textAlign = 'left'
  paint.fillText('Sound', 0, rows.wave.top + rows.wave.height / 2 + 4)
  paint.fillText('Words', 0, rows.words.top + 13)
  paint.fillText('Voice', 0, rows.voice.top + 10)
  paint.fillText('Turns', 0, rows.turns.top + 14)
}

const drawWave = (paint: Paint, { fromMs, toMs, width, x }: Scale): void => {
  const middle = rows.wave.top + rows.wave.height / 2
  const half = rows.wave.height / 2 - 2
  const perPixel = (toMs - fromMs) / (width - gutter)
  paint.fillStyle = colour('line')
  paint.fillRect(gutter, middle, width - gutter, 1)
  paint.fillStyle = colour('wave')
  const last = Math.min(width, x(soundMs.value))
  const outline = peaks.value
  // Speech is far from full scale; its root shows it better.
  const high = (sample: number): number => Math.sign(sample) * Math.sqrt(Math.abs(sample)) * half
  for (let at = gutter; at < last; at += 2) {
    const [least, most] = outline.between(fromMs + (at - gutter) * perPixel, fromMs + (at + 2 - gutter) * perPixel)
    paint.fillRect(at, middle - high(most), 1.25, Math.max(1, high(most) - high(least)))
  }
}

const bar = (
  paint: Paint,
  { x, width }: Scale,
  fromMs: number,
  toMs: number,
  row: { top: number; height: number },
): void => {
  const left = Math.max(gutter, x(fromMs))
  const right = Math.min(width, x(toMs))
  if (right <= left) return
  paint.beginPath()
  paint.roundRect(left, row.top, Math.max(2, right - left), row.height, 3)
  paint.fill()
}

const drawVoice = (paint: Paint, scale: Scale): void => {
  paint.fillStyle = colour('gate')
  for (const { startMs, endMs } of hearing.value.voice) bar(paint, scale, startMs, endMs ?? soundMs.value, rows.voice)
}

const drawTurns = (paint: Paint, scale: Scale): void => {
  paint.font = font(11)
  paint.textAlign = 'left'
  for (const [index, { startMs, endMs, isFinal }] of hearing.value.turns.entries()) {
    paint.fillStyle = colour('turn-soft')
    bar(paint, scale, startMs, endMs ?? soundMs.value, rows.turns)
    const left = Math.max(gutter, scale.x(startMs))
    if (scale.x(endMs ?? soundMs.value) - left < 18) continue
    paint.fillStyle = colour('turn')
    paint.fillText(`${index + 1}${isFinal ? '' : ' …'}`, left + 6, rows.turns.top + 14)
  }
}

/** As many words as there is room for. */
const drawWords = (paint: Paint, scale: Scale): void => {
  paint.textAlign = 'left'
  paint.font = font(12)
  let free = gutter
  for (const { words, isFinal } of hearing.value.turns) {
    for (const { text, startMs, speaker = 0 } of words) {
      if (startMs === undefined) continue
      const left = scale.x(startMs)
      if (left < free || left > scale.width - 8) continue
      paint.fillStyle = isFinal ? colour(`speaker-${(speaker % 6) + 1}`) : colour('ink-3')
      paint.fillText(text, left, rows.words.top + 13)
      free = left + paint.measureText(text).width + 5
    }
  }
}

const drawCursor = (paint: Paint, { x }: Scale): void => {
  const at = playMs.value
  if (at === undefined) return
  paint.fillStyle = colour('record')
  paint.fillRect(Math.round(x(at)), rows.wave.top - 4, 2, axisTop - rows.wave.top + 4)
}

const draw = (paint: Paint, width: number): void => {
  const { fromMs, toMs } = span.value
  const scale: Scale = {
    fromMs,
    toMs,
    width,
    x: (ms) => gutter + ((ms - fromMs) / (toMs - fromMs)) * (width - gutter),
  }
  drawAxis(paint, scale)
  drawNames(paint)
  drawWave(paint, scale)
  drawVoice(paint, scale)
  drawTurns(paint, scale)
  drawWords(paint, scale)
  drawCursor(paint, scale)
}

/** Where a click lies, as a time. */
const timeAt = (event: MouseEvent): number => {
  const { fromMs, toMs } = span.value
  const { width } = (event.currentTarget as HTMLElement).getBoundingClientRect()
  return fromMs + ((event.offsetX - gutter) / (width - gutter)) * (toMs - fromMs)
}

/** The mouse may begin anywhere; the keyboard has the button for it. */
const onClick = (event: MouseEvent): void => {
  const at = timeAt(event)
  if (phase.value === 'done' && at >= 0 && at < soundMs.value) play(at)
}

export const Timeline = () => {
  const canvas = useCanvas(draw)
  const { turns, voice } = hearing.value
  const told = `${(soundMs.value / 1000).toFixed(0)} seconds of sound, voice in ${voice.length} stretches, ${turns.length} turns`
  return (
    <canvas
      ref={canvas}
      class="timeline"
      style={{ height: `${timelineHeight}px` }}
      role="img"
      aria-label={told}
      onClick={onClick}
    />
  )
}
