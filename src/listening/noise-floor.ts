/** How loud silence is in a stream, as learnt from what a voice activity model called silence. */

/** Loudness of a window in decibels of full scale, as it is and with low frequencies taken out, where rooms and cars are loud. */
export interface Level {
  readonly plain: number
  readonly bright: number
}

/** Below this there is nothing at all: a muted microphone, a gap between files. */
const nothingDb = -80
/** How far a window may lie above the floor and still be no news. Steady noise keeps within 1 dB of its mean. */
const marginDb = 2
/** The model is sure of silence below this. */
const silentLikelihood = 0.1
/** Windows in a row that the model must have called silence before any is taken for silence unheard. */
const windowsToTrust = 16
/** Share of a new window in the floor. */
const share = 1 / 8
/** High-pass: how much of the last sample is taken away from each. */
const preEmphasis = 0.95

const decibels = (energy: number, count: number): number => 10 * Math.log10(energy / Math.max(1, count) + 1e-12)

export const measureLevel = (samples: Float32Array): Level => {
  let plain = 0
  let bright = 0
  let plainOdd = 0
  let brightOdd = 0
  let last = samples[0] ?? 0
  // By index and with sums that do not wait for each other: this runs for every window of every stream.
  const even = samples.length - (samples.length % 2)
  for (let at = 0; at < even; at += 2) {
    const one = samples[at]!
    const two = samples[at + 1]!
    const edge = one - preEmphasis * last
    const edgeOdd = two - preEmphasis * one
    plain += one * one
    bright += edge * edge
    plainOdd += two * two
    brightOdd += edgeOdd * edgeOdd
    last = two
  }
  if (even < samples.length) {
    const one = samples[even]!
    plain += one * one
    bright += (one - preEmphasis * last) ** 2
  }
  return { plain: decibels(plain + plainOdd, samples.length), bright: decibels(bright + brightOdd, samples.length) }
}

/** For one stream. Errs towards speech: it trusts only recent silence, rises only with the model's word, and sinks by itself. */
export class NoiseFloor {
  #plain = 0
  #bright = 0
  #silentWindows = 0

  /** Whether a window of this level is surely silent. */
  covers({ plain, bright }: Level): boolean {
    if (plain < nothingDb) return true
    return this.#silentWindows >= windowsToTrust && plain < this.#plain + marginDb && bright < this.#bright + marginDb
  }

  /** A window and what the model said of it; undefined if it was not asked. */
  learn({ plain, bright }: Level, likelihood: number | undefined): void {
    if (plain < nothingDb) return
    if (likelihood === undefined) {
      this.#plain += share * Math.min(0, plain - this.#plain)
      this.#bright += share * Math.min(0, bright - this.#bright)
    } else if (likelihood >= silentLikelihood) this.#silentWindows = 0
    else {
      const weight = this.#silentWindows === 0 ? 1 : share
      this.#plain += weight * (plain - this.#plain)
      this.#bright += weight * (bright - this.#bright)
      this.#silentWindows += 1
    }
  }
}
