/** Plays a recording aloud, and knows where it is. */

/** Something that plays. */
export interface Player {
  /** Where it is in the recording. */
  positionMs(): number
  stop(): void
}

/** Plays mono samples from a place on. `onEnd` is called once, also when it was stopped. */
export const playSamples = (
  samples: Float32Array<ArrayBuffer>,
  sampleRate: number,
  { fromMs = 0, onEnd }: { readonly fromMs?: number; readonly onEnd?: () => void } = {},
): Player => {
  const context = new AudioContext()
  const buffer = context.createBuffer(1, Math.max(1, samples.length), sampleRate)
  buffer.copyToChannel(samples, 0)
  const source = context.createBufferSource()
  source.buffer = buffer
  source.connect(context.destination)
  const begun = context.currentTime
  source.onended = () => {
    void context.close()
    onEnd?.()
  }
  source.start(0, fromMs / 1000)
  return {
    positionMs: () => Math.min(fromMs + (context.currentTime - begun) * 1000, (samples.length / sampleRate) * 1000),
    stop: () => source.stop(),
  }
}
