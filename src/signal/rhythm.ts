/**
 * Rhythm: how fast somebody speaks, how often they pause, and how the loudness comes and goes. Syllables by their nuclei:
 * N. de Jong and T. Wempe, “Praat script to detect syllable nuclei and measure speech rate automatically”, Behavior Research
 * Methods 41 (2), 2009. Modulation: T. Houtgast and H. Steeneken, “A review of the MTF concept in room acoustics and its use
 * for estimating speech intelligibility in auditoria”, J. Acoust. Soc. Am. 77, 1985.
 */

/** A dip this deep, in dB, parts two syllables. */
const dipDb = 2
/** Nuclei are no further than this below the loud parts. */
const nucleusRangeDb = 25

/** Places of syllables among levels in dB, smoothed over three; `voiced` tells where a voice sounds; `loudDb` is a loud part's level. */
export const syllables = (levels: ArrayLike<number>, voiced: (at: number) => boolean, loudDb: number): number[] => {
  const smooth = (at: number): number =>
    ((levels[Math.max(0, at - 1)] as number) +
      (levels[at] as number) +
      (levels[Math.min(levels.length - 1, at + 1)] as number)) /
    3
  const nuclei: number[] = []
  let peak = -1
  let peakDb = Number.NEGATIVE_INFINITY
  let dip = Number.POSITIVE_INFINITY
  for (let at = 0; at < levels.length; at += 1) {
    const db = smooth(at)
    if (db > peakDb) {
      // It must have risen from the dip before it, too.
      peakDb = db
      peak = at
    }
    if (db < peakDb - dipDb) {
      if (peakDb > loudDb - nucleusRangeDb && peakDb - dip > dipDb && voiced(peak)) nuclei.push(peak)
      dip = db
      peakDb = db
      peak = at
    } else if (db < dip) {
      dip = db
      peakDb = db
      peak = at
    }
  }
  if (peak >= 0 && peakDb > loudDb - nucleusRangeDb && peakDb - dip > dipDb && voiced(peak)) nuclei.push(peak)
  return nuclei
}

/** Edges of the bands of modulation, in Hz. Speech has most around 4. */
export const modulationEdges = [0.5, 2, 4, 7, 12, 20] as const

/** Spectra are smoothed to so much time: movements slower than that are not told from each other. */
const correlatedMs = 1000

/**
 * Shares of the movement of `levels` (one every `stepMs`) in each band of `modulationEdges`; they add up to 1, or are 0 where
 * nothing moves. The spectrum is that of Blackman and Tukey: the transform of a windowed autocorrelation.
 */
export const modulation = (levels: ArrayLike<number>, stepMs: number): readonly number[] => {
  const { length } = levels
  let mean = 0
  for (let i = 0; i < length; i += 1) mean += (levels[i] as number) / length
  const lags = Math.min(length, Math.round(correlatedMs / stepMs))
  const movement = new Float64Array(length)
  for (let i = 0; i < length; i += 1) movement[i] = (levels[i] as number) - mean
  const correlation = Float64Array.from({ length: lags }, (_, lag) => {
    let sum = 0
    for (let i = lag; i < length; i += 1) sum += movement[i]! * movement[i - lag]!
    return sum * (0.5 + 0.5 * Math.cos((Math.PI * lag) / lags))
  })
  const bands = Array.from({ length: modulationEdges.length - 1 }, (_, band) => {
    const low = modulationEdges[band]!
    const high = modulationEdges[band + 1]!
    let energy = 0
    for (let hz = low + 0.25; hz < high; hz += 0.5) {
      let power = correlation[0]! / 2
      // cos((n + 1)x) = 2 cos(x) cos(nx) − cos((n − 1)x)
      const twice = 2 * Math.cos((2 * Math.PI * hz * stepMs) / 1000)
      let before = 1
      let here = twice / 2
      for (let lag = 1; lag < lags; lag += 1) {
        power += correlation[lag]! * here
        const next = twice * here - before
        before = here
        here = next
      }
      energy += Math.max(0, power)
    }
    return energy
  })
  const sum = bands.reduce((total, energy) => total + energy, 0)
  return sum > 1e-9 ? bands.map((energy) => energy / sum) : bands.map(() => 0)
}
