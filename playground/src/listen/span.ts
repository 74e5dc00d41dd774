/** Which part of the audio is shown, and where a time lies in it. */
import { computed } from '@preact/signals'
import { phase, soundMs } from './session.ts'

/** Pixels at the left for the names of the lanes. */
export const gutter = 64

const liveMs = 15_000
const leastMs = 5000

/** While sound comes in the last seconds; afterwards all of it. */
export const span = computed((): { readonly fromMs: number; readonly toMs: number } => {
  const end = soundMs.value
  const live = phase.value === 'live' || phase.value === 'starting'
  if (!live || end <= liveMs) return { fromMs: 0, toMs: Math.max(live ? liveMs : leastMs, end) }
  return { fromMs: end - liveMs, toMs: end }
})

/** Whole steps for an axis: 1, 2 or 5 times a power of ten, at least `least` pixels apart. In milliseconds. */
export const stepOf = (lengthMs: number, width: number, least: number): number => {
  const wanted = (lengthMs * least) / Math.max(1, width)
  const power = 10 ** Math.floor(Math.log10(wanted))
  return [1, 2, 5, 10].map((times) => times * power).find((step) => step >= wanted) ?? wanted
}

/** `0:07`, or `7.5` where steps are less than a second. */
export const clock = (ms: number, stepMs = 1000): string => {
  if (stepMs < 1000) return (ms / 1000).toFixed(1)
  const seconds = Math.round(ms / 1000)
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
}
