/**
 * EchoDetector: whether what a microphone hears is nothing but what was played beside it.
 *
 * By coherence, as in T. Gänsler et al., “A double-talk detector based on coherence”, IEEE Trans. Communications 44 (11),
 * 1996: how much of the microphone's spectrum a linear path from what was played explains, averaged over a fraction of a
 * second. A loudspeaker and a room are such a path, whatever they do to the sound; somebody who speaks is not. The delay of
 * the path is unknown, so that every one up to a second is tried, in steps of a quarter of a frame.
 */
import { Fourier, hann } from './fourier.ts'

/** Hz of both streams: what loudspeakers and telephones pass lies below half of it. */
export const echoSampleRate = 8000

const size = 512
/** 16 ms, the step of the delays too. */
const hop = 128
/** From 250 to 2800 Hz. */
const [low, high] = [16, 180]
const bins = high - low
/** Delays that are tried: 0…0.96 s. */
const delays = 60
/** Averages keep this share from one hop to the next: they look back 200 ms. */
const kept = Math.exp(-(hop * 1000) / echoSampleRate / 200)
/** Share of the spectrum that must be explained. Echoes alone are explained to 0.5 and more, other voices to 0.3 at most. */
const explained = 0.35
/** Louder bins count for more, but little: the fewer count, the easier two voices agree by chance. */
const loudness = 0.25
/**
 * A bin counts where it stands so far above its noise floor: somewhat more than the least of one to two seconds, as in
 * R. Martin, “Noise power spectral density estimation based on optimal smoothing and minimum statistics”, 2001.
 */
const aboveNoise = 3
const floorHops = 64
const floorBias = 3
/** Power of a bin below which there is nothing at all. */
const nothing = 1e-9

/** For one stream; both sides start at once. One belongs to one thread. */
export class EchoDetector {
  readonly #fourier = new Fourier(size)
  readonly #window = hann(size)
  readonly #real = new Float64Array(size)
  readonly #imaginary = new Float64Array(size)
  /** The last frame of either side, oldest sample first, and how much of the next hop has come. */
  readonly #input = new Float32Array(size)
  readonly #played = new Float32Array(size)
  #held = 0
  #hops = 0
  /** Spectra of what was played, real and imaginary, and their averaged power: a row for each of the last hops. */
  readonly #spectra = new Float32Array(delays * bins * 2)
  readonly #powers = new Float32Array(delays * bins)
  readonly #playedPower = new Float32Array(bins)
  readonly #real0 = new Float32Array(bins)
  readonly #imaginary0 = new Float32Array(bins)
  readonly #inputPower = new Float32Array(bins)
  readonly #floor = new Float32Array(bins)
  /** Least power of each bin in this stretch of hops, and in the one before it. */
  readonly #least = new Float32Array(bins).fill(Number.POSITIVE_INFINITY)
  readonly #leastBefore = new Float32Array(bins).fill(Number.POSITIVE_INFINITY)
  readonly #weights = new Float32Array(bins)
  /** Averaged cross spectra, a row for each delay; they are `#stale` hops behind. */
  readonly #cross = new Float32Array(delays * bins * 2)
  #stale = 0
  #isEcho = false

  /** The next samples of both sides, as many of the one as of the other. Gives the verdict for each 16 ms that they complete. */
  push(input: Float32Array, played: Float32Array): readonly boolean[] {
    const verdicts: boolean[] = []
    for (let at = 0; at < input.length; ) {
      const count = Math.min(hop - this.#held, input.length - at)
      const to = size - hop + this.#held
      this.#input.set(input.subarray(at, at + count), to)
      this.#played.set(played.subarray(at, at + count), to)
      this.#held += count
      at += count
      if (this.#held < hop) break
      this.#hop()
      verdicts.push(this.#isEcho)
      this.#input.copyWithin(0, hop)
      this.#played.copyWithin(0, hop)
      this.#held = 0
    }
    return verdicts
  }

  /** The verdict of the moment. */
  get isEcho(): boolean {
    return this.#isEcho
  }

  #hop(): void {
    const row = this.#hops % delays
    this.#hops += 1
    this.#transform(row)
    this.#learnFloor()
    const total = this.#weigh()
    this.#stale += 1
    // Where nothing comes in, nothing is to be explained, and what was learnt fades.
    if (total === 0) return
    this.#isEcho = this.#best(row) > explained * total
  }

  /** Both spectra by one transform: what was played as real numbers, the input as imaginary ones. */
  #transform(row: number): void {
    const { order } = this.#fourier
    const [real, imaginary] = [this.#real, this.#imaginary]
    for (let i = 0; i < size; i += 1) {
      const weight = this.#window[i]!
      real[order[i]!] = this.#played[i]! * weight
      imaginary[order[i]!] = this.#input[i]! * weight
    }
    this.#fourier.turn(real, imaginary)
    for (let k = 0, bin = low; bin < high; k += 1, bin += 1) {
      const mirrored = size - bin
      const playedReal = (real[bin]! + real[mirrored]!) / 2
      const playedImaginary = (imaginary[bin]! - imaginary[mirrored]!) / 2
      const inputReal = (imaginary[bin]! + imaginary[mirrored]!) / 2
      const inputImaginary = (real[mirrored]! - real[bin]!) / 2
      const at = row * bins + k
      this.#spectra[2 * at] = playedReal
      this.#spectra[2 * at + 1] = playedImaginary
      this.#real0[k] = inputReal
      this.#imaginary0[k] = inputImaginary
      this.#playedPower[k] = averaged(this.#playedPower[k]!, playedReal ** 2 + playedImaginary ** 2)
      this.#powers[at] = this.#playedPower[k]!
      this.#inputPower[k] = averaged(this.#inputPower[k]!, inputReal ** 2 + inputImaginary ** 2)
    }
  }

  #learnFloor(): void {
    const turns = this.#hops % floorHops === 0
    // The averages began with nothing.
    const begun = 1 - kept ** this.#hops
    for (let k = 0; k < bins; k += 1) {
      const power = this.#inputPower[k]! / begun
      const least = Math.min(this.#least[k]!, power)
      this.#floor[k] = floorBias * Math.min(least, this.#leastBefore[k]!)
      this.#least[k] = turns ? power : least
      if (turns) this.#leastBefore[k] = least
    }
  }

  /** How much each bin of the input counts; gives the sum. */
  #weigh(): number {
    let total = 0
    for (let k = 0; k < bins; k += 1) {
      const power = this.#inputPower[k]!
      const floor = this.#floor[k]!
      const weight = power > aboveNoise * floor && power > nothing ? power ** loudness * (1 - floor / power) : 0
      this.#weights[k] = weight
      total += weight
    }
    return total
  }

  /** What the delay that explains most explains of the sum of weights. */
  #best(row: number): number {
    const fade = kept ** this.#stale
    const share = 1 - kept
    this.#stale = 0
    let best = 0
    for (let delay = 0; delay < Math.min(delays, this.#hops); delay += 1) {
      const from = ((row - delay + delays) % delays) * bins
      const to = delay * bins
      let sum = 0
      for (let k = 0; k < bins; k += 1) {
        const playedReal = this.#spectra[2 * (from + k)]!
        const playedImaginary = this.#spectra[2 * (from + k) + 1]!
        const inputReal = this.#real0[k]!
        const inputImaginary = this.#imaginary0[k]!
        const at = 2 * (to + k)
        const crossReal = fade * this.#cross[at]! + share * (inputReal * playedReal + inputImaginary * playedImaginary)
        const crossImaginary =
          fade * this.#cross[at + 1]! + share * (inputImaginary * playedReal - inputReal * playedImaginary)
        this.#cross[at] = crossReal
        this.#cross[at + 1] = crossImaginary
        const weight = this.#weights[k]!
        const power = this.#powers[from + k]!
        if (weight > 0 && power > nothing) {
          // The noise in the input is nobody's: it is not what was played, but nobody speaks it either.
          const above = this.#inputPower[k]! - this.#floor[k]!
          sum += weight * Math.min(1, (crossReal ** 2 + crossImaginary ** 2) / (power * above))
        }
      }
      if (sum > best) best = sum
    }
    return best
  }
}

const averaged = (before: number, now: number): number => kept * before + (1 - kept) * now
