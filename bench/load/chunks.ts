/** The clock that clients and server of the load bench share: which chunk of a stream a moment belongs to. */

export const sampleRate = 16_000
export const chunkMs = 100
export const chunkSamples: number = (sampleRate * chunkMs) / 1000
const windowMs = 32

/** Where the last whole window of voice activity in a chunk ends: what can be told of the chunk at once. */
const settledMs = (chunk: number): number => Math.floor(((chunk + 1) * chunkMs) / windowMs) * windowMs

/** The last chunk of which everything up to this place on the audio clock has been dealt with; −1: none. */
export const chunkDone = (endMs: number): number => {
  // Half a millisecond of grace: places on the clock are sums of fractions.
  const guess = Math.floor(endMs / chunkMs)
  return settledMs(guess) <= endMs + 0.5 ? guess : guess - 1
}
