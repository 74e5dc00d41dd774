/** Plivo audio streaming, bidirectional: µ-law at 8 kHz, or 16-bit samples at 8 or 16 kHz. */
import { type CallFormat, type Carrier, objectIn, rateOf, textIn } from './carrier.ts'

/** `name=value;name=value`, the form that extra headers have. */
const headersIn = (text: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    text
      .replace(/^\{|\}$/g, '')
      .split(/[;,]/)
      .flatMap((pair) => {
        const [name = '', value = ''] = pair.split(/=(.*)/s, 2).map((part) => part.trim())
        return name === '' || value === '' ? [] : [[name.replace(/^X-PH-/i, ''), value] as const]
      }),
  )

const contentType = ({ encoding }: CallFormat): string => (encoding === 'pcm16' ? 'audio/x-l16' : 'audio/x-mulaw')

export const plivo: Carrier = {
  format: { encoding: 'mulaw', sampleRate: 8000 },
  chunkMs: 20,
  read: (message) => {
    switch (message.event) {
      case 'start': {
        const start = objectIn(message, 'start')
        const format = objectIn(start, 'mediaFormat')
        const linear = /l16/i.test(textIn(format, 'encoding'))
        const parameters = headersIn(textIn(message, 'extra_headers'))
        return {
          type: 'start',
          streamId: textIn(start, 'streamId') || textIn(message, 'streamId'),
          callId: textIn(start, 'callId'),
          from: parameters.from ?? '',
          to: parameters.to ?? '',
          format: linear ? { encoding: 'pcm16', sampleRate: rateOf(textIn(format, 'sampleRate')) ?? 8000 } : undefined,
          parameters,
        }
      }
      case 'media': {
        const media = objectIn(message, 'media')
        return media.track === 'outbound' ? { type: 'other' } : { type: 'media', payload: textIn(media, 'payload') }
      }
      case 'playedStream':
        return { type: 'mark', name: textIn(message, 'name') }
      case 'dtmf':
        return { type: 'key', key: textIn(objectIn(message, 'dtmf'), 'digit') }
      case 'stop':
        return { type: 'stop' }
      default:
        return { type: 'other' }
    }
  },
  media: (streamId, payload, format) => ({
    event: 'playAudio',
    streamId,
    media: { contentType: contentType(format), sampleRate: format.sampleRate, payload },
  }),
  mark: (streamId, name) => ({ event: 'checkpoint', streamId, name }),
  clear: (streamId) => ({ event: 'clearAudio', streamId }),
  keys: (streamId, dtmf) => ({ event: 'sendDTMF', streamId, dtmf }),
}
