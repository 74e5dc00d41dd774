/** Both sides as they sound, on one clock that begins with the conversation. */
import { signal } from '@preact/signals'
import { Peaks } from '../audio/peaks.ts'

export interface TalkSound {
  readonly spoken: Peaks
  readonly heard: Peaks
  readonly spokenMs: number
  readonly heardMs: number
  /** Where a reply was cut off. */
  readonly cuts: readonly number[]
}

const usualRate = 24_000

/** The outlines grow in place; the signal changes with them. */
export const sound = signal<TalkSound>({
  spoken: new Peaks(usualRate),
  heard: new Peaks(usualRate),
  spokenMs: 0,
  heardMs: 0,
  cuts: [],
})

/** Starts anew. */
export const newSound = (spokenRate: number): void => {
  sound.value = { spoken: new Peaks(spokenRate), heard: new Peaks(usualRate), spokenMs: 0, heardMs: 0, cuts: [] }
}

/** Sound of the microphone. */
export const takeSpoken = (samples: Float32Array): void => {
  const { spoken } = sound.value
  spoken.push(samples)
  sound.value = { ...sound.value, spokenMs: spoken.lengthMs }
}

/** Sound of the server's voice. */
export const takeHeard = (samples: Float32Array): void => {
  const { heard } = sound.value
  heard.push(samples)
  sound.value = { ...sound.value, heardMs: heard.lengthMs }
}

/** The reply that is heard was cut off here. */
export const takeCut = (): void => {
  const { cuts, heardMs } = sound.value
  sound.value = { ...sound.value, cuts: [...cuts, heardMs] }
}
