/** Files → samples, as far as the browser can. */

/** Mono samples at this rate. */
export const decodedRate = 16_000

/** Undefined where the browser does not know the format. The server may. */
export const decodeFile = async (file: Blob): Promise<Float32Array<ArrayBuffer> | undefined> => {
  const context = new OfflineAudioContext(1, 1, decodedRate)
  try {
    const audio = await context.decodeAudioData(await file.arrayBuffer())
    const channels = Array.from({ length: audio.numberOfChannels }, (_, channel) => audio.getChannelData(channel))
    const [first] = channels
    if (!first || channels.length === 1) return first
    return first.map((_, at) => channels.reduce((sum, channel) => sum + channel[at]!, 0) / channels.length)
  } catch {
    return undefined
  }
}
