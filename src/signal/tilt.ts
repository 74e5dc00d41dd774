/**
 * How a spectrum leans: pressed and loud voices carry more high sound than soft ones. The measures are those of F. Eyben et
 * al., “The Geneva minimalistic acoustic parameter set (GeMAPS) for voice research and affective computing”, IEEE Trans.
 * Affective Computing 7 (2), 2016.
 */

export interface Tilt {
  /** Energy of 1 to 5 kHz over that of 50 Hz to 1 kHz, in dB. */
  readonly alphaDb: number
  /** The strongest part of 2 to 5 kHz over the strongest of 0 to 2 kHz, in dB (Hammarberg's index, its sign turned). */
  readonly hammarbergDb: number
  /** dB per octave-free kHz, from 0 to 500 Hz and from 500 to 1500 Hz. */
  readonly slopeLow: number
  readonly slopeMiddle: number
  /** Hz at which the energy below balances that above. */
  readonly centroidHz: number
  /** 0 for a tone to 1 for even noise: geometric over arithmetic mean, 300 to 3400 Hz. */
  readonly flatness: number
  /** Energy above 4 kHz over that of 1 to 3.4 kHz, in dB: next to nothing on a telephone. */
  readonly highDb: number
  /** Energy below 250 Hz over that of 300 to 3400 Hz, in dB: traffic and engines have it, telephones do not. */
  readonly lowDb: number
}

const floor = 1e-12
const db = (over: number, under: number): number => 10 * Math.log10((over + floor) / (under + floor))

/** Least squares through the bins from one to another, in dB per kHz. */
const slope = (levels: Float64Array, from: number, to: number, binHz: number): number => {
  const middle = (from + to) / 2
  let products = 0
  let squares = 0
  for (let bin = from; bin <= to; bin += 1) {
    products += (bin - middle) * levels[bin]!
    squares += (bin - middle) ** 2
  }
  return ((products / squares) * 1000) / binHz
}

/** Of a power spectrum whose bins are `binHz` apart and reach 8 kHz. */
export const tiltOf = (power: Float64Array, binHz: number): Tilt => {
  const bin = (hz: number): number => Math.round(hz / binHz)
  const sum = (from: number, to: number): number => {
    let total = 0
    for (let i = bin(from); i < bin(to); i += 1) total += power[i]!
    return total
  }
  const peak = (from: number, to: number): number => {
    let best = 0
    for (let i = bin(from); i < bin(to); i += 1) if (power[i]! > best) best = power[i]!
    return best
  }
  const levels = new Float64Array(bin(1500) + 1)
  for (let i = 0; i < levels.length; i += 1) levels[i] = 10 * Math.log10(power[i]! + floor)
  let weighted = 0
  let total = floor
  for (let i = 1; i < power.length; i += 1) {
    weighted += power[i]! * i * binHz
    total += power[i]!
  }
  let logs = 0
  let mean = floor
  const voice = bin(3400) - bin(300)
  for (let i = bin(300); i < bin(3400); i += 1) mean += power[i]! / voice
  // The logarithm of a product is the sum of logarithms, and eight bins' product is far from the smallest number there is.
  for (let i = bin(300); i < bin(3400); i += 8) {
    let product = 1
    for (let k = i; k < Math.min(i + 8, bin(3400)); k += 1) product *= power[k]! + floor
    logs += Math.log(product)
  }
  return {
    alphaDb: db(sum(1000, 5000), sum(50, 1000)),
    hammarbergDb: db(peak(2000, 5000), peak(0, 2000)),
    slopeLow: slope(levels, 1, bin(500), binHz),
    slopeMiddle: slope(levels, bin(500), bin(1500), binHz),
    centroidHz: weighted / total,
    flatness: Math.min(1, Math.exp(logs / voice) / mean),
    highDb: db(sum(4000, 7800), sum(1000, 3400)),
    lowDb: db(sum(40, 250), sum(300, 3400)),
  }
}
