/** The samples of what is listened to, for as long as they may be wanted again. */

/** Half an hour at 16 kHz; what comes after is not kept. */
const mostSamples = 30 * 60 * 16_000

let chunks: Float32Array[] = []
let rate = 16_000
let length = 0

/** Forgets what was kept. */
export const forgetSound = (sampleRate: number): void => {
  chunks = []
  rate = sampleRate
  length = 0
}

export const keepSound = (samples: Float32Array): void => {
  if (length + samples.length > mostSamples) return
  chunks.push(samples)
  length += samples.length
}

/** All of it. */
export const recorded = (): { readonly samples: Float32Array<ArrayBuffer>; readonly sampleRate: number } => {
  const samples = new Float32Array(length)
  let at = 0
  for (const chunk of chunks) {
    samples.set(chunk, at)
    at += chunk.length
  }
  return { samples, sampleRate: rate }
}

/** Whether there is anything to hear. */
export const hasSound = (): boolean => length > 0
