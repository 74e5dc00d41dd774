/** Where speech that has to be cut is cut. */
import type { AudioFrame } from '../audio/frame.ts'

/** How many of these frames lie before the quietest place between two of them; all, if there is no such place. */
export const quietest = (frames: readonly AudioFrame[]): number => {
  const energies = frames.map(({ samples }) => samples.reduce((sum, sample) => sum + sample * sample, 0))
  let place = frames.length
  let least = Number.POSITIVE_INFINITY
  for (let index = 1; index < frames.length; index++) {
    const energy = energies[index - 1]! + energies[index]!
    if (energy > least) continue
    least = energy
    place = index
  }
  return place
}
