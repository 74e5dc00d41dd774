/** Telnyx media streaming, bidirectional in `rtp` mode: µ-law, A-law or 16-bit samples in the order of the network. */
import { type CallFormat, type Carrier, objectIn, rateOf, textIn, textsIn } from './carrier.ts'

const encodings: Readonly<Record<string, Pick<CallFormat, 'encoding' | 'bigEndian'>>> = {
  PCMU: { encoding: 'mulaw' },
  PCMA: { encoding: 'alaw' },
  L16: { encoding: 'pcm16', bigEndian: true },
}

export const telnyx: Carrier = {
  format: { encoding: 'mulaw', sampleRate: 8000 },
  chunkMs: 20,
  read: (message) => {
    switch (message.event) {
      case 'start': {
        const start = objectIn(message, 'start')
        const format = objectIn(start, 'media_format')
        const encoding = encodings[textIn(format, 'encoding').toUpperCase()]
        return {
          type: 'start',
          streamId: textIn(message, 'stream_id'),
          callId: textIn(start, 'call_control_id'),
          from: textIn(start, 'from'),
          to: textIn(start, 'to'),
          format: encoding && { ...encoding, sampleRate: rateOf(textIn(format, 'sample_rate')) ?? 8000 },
          parameters: textsIn(start.custom_parameters),
        }
      }
      case 'media': {
        const media = objectIn(message, 'media')
        return media.track === 'outbound' ? { type: 'other' } : { type: 'media', payload: textIn(media, 'payload') }
      }
      case 'mark':
        return { type: 'mark', name: textIn(objectIn(message, 'mark'), 'name') }
      case 'dtmf':
        return { type: 'key', key: textIn(objectIn(message, 'dtmf'), 'digit') }
      case 'stop':
        return { type: 'stop' }
      default:
        return { type: 'other' }
    }
  },
  media: (_, payload) => ({ event: 'media', media: { payload } }),
  mark: (_, name) => ({ event: 'mark', mark: { name } }),
  clear: () => ({ event: 'clear' }),
}
