/** Sums of products of a stretch of sound with what follows it: what pitch, periods and predictors are found by. */

/**
 * `sums[k]` becomes Σ samples[from + i] · samples[from + firstLag + k + i] over `length` samples, for `lags` lags. Four lags are
 * worked out together, so that each sample is read once for all of them and no sum waits for another: up to three samples
 * beyond the last are read and up to three more sums written, so both arrays must reach so far. 64-bit numbers, for turning 32-bit ones
 * into them at every product takes longer than the product.
 */
export const correlate = (
  samples: Float64Array,
  { from, length, firstLag, lags }: Readonly<Record<'from' | 'length' | 'firstLag' | 'lags', number>>,
  sums: Float64Array,
): void => {
  for (let k = 0; k < lags; k += 4) {
    let a = 0
    let b = 0
    let c = 0
    let d = 0
    const on = from + firstLag + k
    let first = samples[on]!
    let second = samples[on + 1]!
    let third = samples[on + 2]!
    for (let i = 0; i < length; i += 1) {
      const x = samples[from + i]!
      const fourth = samples[on + i + 3]!
      a += x * first
      b += x * second
      c += x * third
      d += x * fourth
      first = second
      second = third
      third = fourth
    }
    sums[k] = a
    sums[k + 1] = b
    sums[k + 2] = c
    sums[k + 3] = d
  }
}
