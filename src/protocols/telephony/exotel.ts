/** Exotel's Voicebot applet: 16-bit samples, at 8 kHz unless its address says otherwise, in messages of 100 ms at least. */
import { type Carrier, objectIn, rateOf, textIn, textsIn } from './carrier.ts'

export const exotel: Carrier = {
  format: { encoding: 'pcm16', sampleRate: 8000 },
  chunkMs: 100,
  read: (message) => {
    switch (message.event) {
      case 'start': {
        const start = objectIn(message, 'start')
        const rate = rateOf(textIn(objectIn(start, 'media_format'), 'sample_rate'))
        return {
          type: 'start',
          streamId: textIn(start, 'stream_sid') || textIn(message, 'stream_sid'),
          callId: textIn(start, 'call_sid'),
          from: textIn(start, 'from'),
          to: textIn(start, 'to'),
          format: rate === undefined ? undefined : { encoding: 'pcm16', sampleRate: rate },
          parameters: textsIn(start.custom_parameters),
        }
      }
      case 'media':
        return { type: 'media', payload: textIn(objectIn(message, 'media'), 'payload') }
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
  media: (stream_sid, payload) => ({ event: 'media', stream_sid, media: { payload } }),
  mark: (stream_sid, name) => ({ event: 'mark', stream_sid, mark: { name } }),
  clear: (stream_sid) => ({ event: 'clear', stream_sid }),
}
