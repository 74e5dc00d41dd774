/** Word times for voices that tell none: each word its share of the time in which there is sound. */

const stepMs = 10
/** A step this far below the loudest is silent. */
const silentShare = 0.01

/** Where in the audio each share of the sound ends, in milliseconds; silent stretches take no share. */
export const proportionalTimes = (
  samples: Float32Array,
  sampleRate: number,
  weights: readonly number[],
): { readonly startMs: number; readonly endMs: number }[] => {
  const size = Math.max(1, Math.round((sampleRate * stepMs) / 1000))
  const steps = Math.ceil(samples.length / size)
  const energy = new Float32Array(steps)
  let loudest = 0
  for (let step = 0; step < steps; step += 1) {
    let sum = 0
    const end = Math.min(samples.length, (step + 1) * size)
    for (let i = step * size; i < end; i += 1) sum += samples[i]! * samples[i]!
    energy[step] = sum
    if (sum > loudest) loudest = sum
  }
  // Energy is the square of loudness.
  const floor = loudest * silentShare * silentShare
  const audioMs = (samples.length * 1000) / sampleRate
  const voiced: number[] = []
  for (let step = 0; step < steps; step += 1) if (energy[step]! > floor) voiced.push(step)
  const total = weights.reduce((sum, weight) => sum + weight, 0) || 1
  const last = voiced.length - 1
  /** The moment at which this share of the sound has been heard: the end of a step, or the beginning of the next one. */
  const at = (share: number, end: boolean): number => {
    if (last < 0) return share * audioMs
    const place = share * voiced.length
    const index = Math.min(last, Math.max(0, end ? Math.ceil(place) - 1 : Math.floor(place)))
    return Math.min(audioMs, (voiced[index]! + Math.min(1, Math.max(0, place - index))) * stepMs)
  }
  let said = 0
  return weights.map((weight) => {
    const startMs = at(said / total, false)
    said += weight
    return { startMs, endMs: Math.max(startMs, at(said / total, true)) }
  })
}

/** About how long a token takes to say where nothing better is known. */
export const lengthOf = (token: string): number =>
  [...token].reduce((sum, char) => {
    if (/\p{N}/u.test(char)) return sum + 4
    if (/[\p{Script=Han}\p{Script=Hangul}]/u.test(char)) return sum + 3
    return sum + (/\p{L}/u.test(char) ? 1 : 0.5)
  }, 0.5)
