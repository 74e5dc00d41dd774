/** What stops files that are made to exhaust the server. */

/** Limits on one file or stream. */
export interface DecodeLimits {
  /** Seconds of audio in all. */
  readonly maxSeconds: number
  /** Bytes of audio, counted as 16-bit samples of all channels, per byte that came. Matters from the second minute of audio on. */
  readonly maxRatio: number
  /** Milliseconds of computing. */
  readonly maxMs: number
}

/** Four hours of audio; silence in FLAC packs 1,200 to one; two minutes of computing decode seven hours of stereo MP3. */
export const defaultLimits: DecodeLimits = { maxSeconds: 14_400, maxRatio: 2000, maxMs: 120_000 }
