/** What a conversation is held with. */
import { signal } from '@preact/signals'
import { toolsOf } from './tools.ts'

export type Transport = 'webrtc' | 'websocket'

export const transport = signal<Transport>('websocket')
/** Empty: whichever serves by default. */
export const model = signal('')
export const voice = signal('flite/slt')
export const instructions = signal('You are a friendly companion. Answer in one or two short sentences.')
export const eagerness = signal<'low' | 'medium' | 'high'>('medium')
export const withTools = signal(true)

/** Sound that comes from the server over a socket. */
export const replyRate = 24_000

/** The session, as the wire has it. `sampleRate`: of the microphone, where the sound goes over the socket. */
export const sessionOf = (sampleRate?: number) => ({
  type: 'realtime',
  ...(model.value === '' ? {} : { model: model.value }),
  instructions: instructions.value,
  output_modalities: ['audio', 'text'],
  audio: {
    input: {
      ...(sampleRate === undefined ? {} : { format: { type: 'audio/pcm', rate: sampleRate } }),
      turn_detection: { type: 'semantic_vad', eagerness: eagerness.value },
    },
    output: {
      voice: voice.value,
      ...(sampleRate === undefined ? {} : { format: { type: 'audio/pcm', rate: replyRate } }),
    },
  },
  ...(withTools.value ? { tools: toolsOf() } : {}),
  providerData: {
    stt: { voice_profile: true },
    tts: { expose_steering: true, timestamp_type: 'WORD' },
  },
})
