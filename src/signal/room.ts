/**
 * What lies around a voice: how far it stands above the noise, and how slowly the room lets it go. The noise floor by minimum
 * statistics: R. Martin, “Noise power spectral density estimation based on optimal smoothing and minimum statistics”, IEEE
 * Trans. Speech and Audio Processing 9 (5), 2001. The decay from free falls in speech: R. Ratnam et al., “Blind estimation of
 * reverberation time”, J. Acoust. Soc. Am. 114 (5), 2003.
 */

/** The value below which that share of them lies; `sorted` ascending. */
export const quantile = (sorted: ArrayLike<number>, share: number): number =>
  sorted.length === 0 ? 0 : (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] as number)

/** How far loud parts stand above the quietest ones, in dB; `sorted`: levels in dB, ascending. */
export const aboveNoiseDb = (sorted: ArrayLike<number>): number => quantile(sorted, 0.9) - quantile(sorted, 0.05)

/** Falls are this long at least. */
const fallSteps = 4

/**
 * The fastest tenth of how levels in dB fall, in dB a second; 0 where none falls long enough. A dry room lets a voice fall by
 * 400 and more, a hall by less than 150.
 */
export const decayDbPerSecond = (levels: ArrayLike<number>, stepMs: number): number => {
  const rates: number[] = []
  let start = 0
  for (let i = 1; i <= levels.length; i += 1) {
    if (i < levels.length && (levels[i] as number) < (levels[i - 1] as number)) continue
    const steps = i - 1 - start
    if (steps >= fallSteps)
      rates.push((((levels[start] as number) - (levels[i - 1] as number)) * 1000) / (steps * stepMs))
    start = i
  }
  return quantile(Float64Array.from(rates).sort(), 0.9)
}
