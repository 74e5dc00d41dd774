/** The microphone as a stream of samples. */
import workletUrl from './capture.worklet.ts?worker&url'

/** The microphone, open. */
export interface Microphone {
  readonly sampleRate: number
  /** What the browser gave. */
  readonly stream: MediaStream
  /** Lets the microphone go. */
  close(): void
}

const wantedRate = 16_000

/** What the recognizer works with; where the browser cannot give that rate to a microphone, its own. */
const openContext = (stream: MediaStream): { context: AudioContext; source: MediaStreamAudioSourceNode } => {
  const slow = new AudioContext({ sampleRate: wantedRate, latencyHint: 'interactive' })
  try {
    return { context: slow, source: slow.createMediaStreamSource(stream) }
  } catch {
    void slow.close()
    const context = new AudioContext({ latencyHint: 'interactive' })
    return { context, source: context.createMediaStreamSource(stream) }
  }
}

/**
 * Asks for the microphone, as it sounds unless `options` say otherwise, and calls `onSamples` with 100 ms at a time,
 * mono. Throws what `getUserMedia` throws: a `NotAllowedError` where the person said no, a `NotFoundError` where there is
 * none.
 */
export const openMicrophone = async (
  onSamples: (samples: Float32Array) => void,
  options: MediaTrackConstraints = {},
): Promise<Microphone> => {
  const stream = await navigator.mediaDevices.getUserMedia({
    audio: { channelCount: 1, echoCancellation: false, noiseSuppression: false, autoGainControl: false, ...options },
  })
  const stopTracks = (): void => {
    for (const track of stream.getTracks()) track.stop()
  }
  try {
    const { context, source } = openContext(stream)
    await context.audioWorklet.addModule(workletUrl)
    const node = new AudioWorkletNode(context, 'capture', { numberOfOutputs: 0 })
    node.port.onmessage = ({ data }: MessageEvent<Float32Array>) => onSamples(data)
    source.connect(node)
    await context.resume()
    return {
      sampleRate: context.sampleRate,
      stream,
      close() {
        node.port.onmessage = null
        stopTracks()
        if (context.state !== 'closed') void context.close()
      },
    }
  } catch (error) {
    stopTracks()
    throw error
  }
}
