/** What goes through a node, as samples: the microphone's way, for sound that is played. */
import workletUrl from './capture.worklet.ts?worker&url'

/** Calls `onSamples` with 100 ms at a time of whatever is connected to the node that it gives, silence too. */
export const openTap = async (
  context: AudioContext,
  onSamples: (samples: Float32Array) => void,
): Promise<AudioNode> => {
  await context.audioWorklet.addModule(workletUrl)
  const tap = new AudioWorkletNode(context, 'capture', {
    numberOfOutputs: 0,
    channelCount: 1,
    channelCountMode: 'explicit',
  })
  tap.port.onmessage = ({ data }: MessageEvent<Float32Array>) => onSamples(data)
  // Without a source of its own it would hear nothing, not even silence.
  const silence = context.createConstantSource()
  silence.offset.value = 0
  silence.connect(tap)
  silence.start()
  return tap
}
