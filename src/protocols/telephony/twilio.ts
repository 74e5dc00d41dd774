/** Twilio Media Streams, bidirectional (`<Connect><Stream>`): µ-law at 8 kHz. */
import { type Carrier, objectIn, textIn, textsIn } from './carrier.ts'

export const twilio: Carrier = {
  format: { encoding: 'mulaw', sampleRate: 8000 },
  chunkMs: 20,
  read: (message) => {
    switch (message.event) {
      case 'start': {
        const start = objectIn(message, 'start')
        const parameters = textsIn(start.customParameters)
        return {
          type: 'start',
          streamId: textIn(start, 'streamSid') || textIn(message, 'streamSid'),
          callId: textIn(start, 'callSid'),
          from: parameters.from ?? '',
          to: parameters.to ?? '',
          format: undefined,
          parameters,
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
  media: (streamSid, payload) => ({ event: 'media', streamSid, media: { payload } }),
  mark: (streamSid, name) => ({ event: 'mark', streamSid, mark: { name } }),
  clear: (streamSid) => ({ event: 'clear', streamSid }),
}
