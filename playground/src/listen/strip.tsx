/** The voice over time: one lane for each trait, as high as its likeliest label is sure. */
import 'uplot/dist/uPlot.min.css'
import { effect } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import uPlot from 'uplot'
import { colour, shown } from '../theme.ts'
import { hearing, soundMs } from './session.ts'
import { gutter, span } from './span.ts'
import { likeliest, traits } from './traits.ts'

const laneHeight = 34
/** Of a lane's height; the rest is air. */
const full = 0.8
const height = traits.length * laneHeight + 10

/** The lane's lower edge on the chart's own scale, on which a lane is 1 high; the first trait lies highest. */
const lower = (lane: number): number => traits.length - 1 - lane

/** Times in milliseconds, and for each lane how high it stands. The last label holds until now. */
const dataOf = (): uPlot.AlignedData => {
  const { profiles } = hearing.value
  const end = profiles.length > 0 ? [soundMs.value] : []
  const last = profiles.at(-1)
  const all = last ? [...profiles, { ...last, atMs: Math.max(last.atMs, soundMs.value) }] : []
  return [
    [...profiles.map(({ atMs }) => atMs), ...end],
    ...traits.map((trait, lane) =>
      all.map(({ profile }) => {
        const best = likeliest(profile, trait.key)
        return best ? lower(lane) + best.confidence * full : null
      }),
    ),
  ]
}

/** The names of the traits, and that of a label where it begins. */
const drawNames = (plot: uPlot): void => {
  const { ctx: paint } = plot
  const { left, width } = plot.bbox
  paint.save()
  paint.textAlign = 'left'
  paint.font = `${12 * devicePixelRatio}px ${colour('font')}`
  paint.fillStyle = colour('ink-2')
  for (const [lane, { title }] of traits.entries())
    paint.fillText(title, 0, plot.valToPos(lower(lane) + full / 2, 'y', true) + 4 * devicePixelRatio)
  paint.font = `${11 * devicePixelRatio}px ${colour('font')}`
  paint.fillStyle = colour('ink')
  for (const [lane, trait] of traits.entries()) {
    let before = ''
    let free = left
    for (const { atMs, profile } of hearing.value.profiles) {
      const label = likeliest(profile, trait.key)?.label ?? ''
      if (label === before) continue
      before = label
      const x = Math.max(plot.valToPos(atMs, 'x', true), free)
      const wide = paint.measureText(label).width
      if (x + wide > left + width) break
      paint.fillText(label, x + 4 * devicePixelRatio, plot.valToPos(lower(lane) + 0.12, 'y', true))
      free = x + wide + 10 * devicePixelRatio
    }
  }
  paint.restore()
}

const open = (element: HTMLElement, width: number): uPlot => {
  const stepped = uPlot.paths.stepped!({ align: 1 })
  return new uPlot(
    {
      width,
      height,
      padding: [4, 0, 4, 0],
      cursor: { show: false },
      legend: { show: false },
      scales: {
        x: { time: false, range: () => [span.value.fromMs, span.value.toMs] },
        y: { range: () => [0, traits.length] },
      },
      axes: [
        { show: false },
        {
          // Room for the names, which stand at its left as those of the lanes above do.
          size: gutter,
          values: () => [],
          ticks: { show: false },
          grid: { show: false },
        },
      ],
      series: [
        {},
        ...traits.map((_, lane) => ({
          stroke: () => colour(lane % 2 === 0 ? 'gate' : 'turn'),
          fill: () => colour(lane % 2 === 0 ? 'gate-soft' : 'turn-soft'),
          width: 1.25,
          fillTo: lower(lane),
          paths: stepped,
          points: { show: false },
        })),
      ],
      hooks: { draw: [drawNames] },
    },
    dataOf(),
    element,
  )
}

export const ProfileStrip = () => {
  const element = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const box = element.current!
    const plot = open(box, box.clientWidth)
    const stop = effect(() => {
      void shown.value
      void span.value
      plot.setData(dataOf())
    })
    const observer = new ResizeObserver(() => plot.setSize({ width: box.clientWidth, height }))
    observer.observe(box)
    return () => {
      observer.disconnect()
      stop()
      plot.destroy()
    }
  }, [])
  const latest = hearing.value.profiles.at(-1)?.profile
  const told = traits.map(({ key, title }) => `${title} ${likeliest(latest, key)?.label ?? 'not known'}`).join(', ')
  return <div ref={element} class="strip" role="img" aria-label={`The voice over time; now: ${told}`} />
}
