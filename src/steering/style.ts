/** Style: what an instruction asks of a voice, as settings that can be heard. */

/** How something is said. Everything is relative to the voice as it is by itself. */
export interface Style {
  /** Speed: 1 is the voice's own, 2 is twice as fast. */
  readonly rate: number
  readonly pitchSemitones: number
  /** How far the pitch moves: 1 is the voice's own, 0 a monotone. */
  readonly range: number
  readonly volumeDb: number
  /** Without voicing. */
  readonly whisper: boolean
  /** Breath beside the voicing, 0…1. */
  readonly breathiness: number
  /** Force, 0…1. */
  readonly emphasis: number
}

/** The voice as it is by itself. */
export const plainStyle: Style = {
  rate: 1,
  pitchSemitones: 0,
  range: 1,
  volumeDb: 0,
  whisper: false,
  breathiness: 0,
  emphasis: 0,
}

const within = (value: number, least: number, most: number): number => Math.min(most, Math.max(least, value))

/** One style and more of another: `amount` 1 is all of it, 0.5 half. Never past what can be understood. */
export const withStyle = (style: Style, more: Partial<Style>, amount = 1): Style => ({
  rate: within(style.rate * (more.rate ?? 1) ** amount, 0.5, 2),
  pitchSemitones: within(style.pitchSemitones + (more.pitchSemitones ?? 0) * amount, -8, 8),
  range: within(style.range * (more.range ?? 1) ** amount, 0, 2.5),
  volumeDb: within(style.volumeDb + (more.volumeDb ?? 0) * amount, -20, 9),
  whisper: style.whisper || (more.whisper ?? false),
  breathiness: within(style.breathiness + (more.breathiness ?? 0) * amount, 0, 1),
  emphasis: within(style.emphasis + (more.emphasis ?? 0) * amount, 0, 1),
})
