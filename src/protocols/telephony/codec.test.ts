import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { samplesToMulaw } from '../../audio/g711.ts'
import { merge } from '../../conversation/config.ts'
import type { PlayedEvent } from '../../conversation/events.ts'
import type { Command } from '../../conversation/inputs.ts'
import type { Reply } from '../../conversation/reply.ts'
import { initialConfig } from '../realtime/config.ts'
import { type CarrierName, carrierNames } from './carriers.ts'
import { TelephonyCodec, type TelephonyOptions } from './codec.ts'

/** The first messages of each carrier, as its documentation has them; `rate` for those that have a choice. */
const starts: Readonly<Record<CarrierName, readonly object[]>> = {
  twilio: [
    { event: 'connected', protocol: 'Call', version: '1.0.0' },
    {
      event: 'start',
      sequenceNumber: '1',
      start: {
        streamSid: 'S1',
        callSid: 'C1',
        tracks: ['inbound'],
        mediaFormat: { encoding: 'audio/x-mulaw', sampleRate: 8000, channels: 1 },
        customParameters: { voice: 'rms', greeting: 'Hello.', customer: '17' },
      },
      streamSid: 'S1',
    },
  ],
  telnyx: [
    { event: 'connected', version: '1.0.0' },
    {
      event: 'start',
      sequence_number: '1',
      stream_id: 'S1',
      start: {
        call_control_id: 'C1',
        from: '+1312',
        to: '+1313',
        custom_parameters: { voice: 'rms', greeting: 'Hello.', customer: '17' },
        media_format: { encoding: 'PCMU', sample_rate: 8000, channels: 1 },
      },
    },
  ],
  plivo: [
    {
      event: 'start',
      sequenceNumber: 1,
      start: {
        callId: 'C1',
        streamId: 'S1',
        tracks: ['inbound'],
        mediaFormat: { encoding: 'audio/x-mulaw', sampleRate: 8000 },
      },
      extra_headers: 'voice=rms;greeting=Hello.;customer=17',
    },
  ],
  exotel: [
    { event: 'connected' },
    {
      event: 'start',
      sequence_number: '1',
      stream_sid: 'S1',
      start: {
        stream_sid: 'S1',
        call_sid: 'C1',
        from: '+9198',
        to: '+9180',
        custom_parameters: { voice: 'rms', greeting: 'Hello.', customer: '17' },
        media_format: { encoding: 'base64', sample_rate: '8000', bit_rate: '128kbps' },
      },
    },
  ],
}

const open = (carrier: CarrierName, more: Partial<TelephonyOptions> = {}) => {
  const codec = new TelephonyCodec({ carrier, greeting: '', keys: 'answer', parameters: {}, ...more })
  let at = 1_000_000
  const hear = (message: object | string, ms = 20): readonly Command[] => {
    at += ms
    return codec.decode(typeof message === 'string' ? message : JSON.stringify(message), at)
  }
  /** What the carrier is sent, read again; a close as it is. */
  const tell = (event: PlayedEvent, ms = 0): readonly Record<string, unknown>[] => {
    at += ms
    return codec
      .encode(event, at)
      .map((sent) => (typeof sent === 'string' ? JSON.parse(sent) : sent) as Record<string, unknown>)
  }
  const play = (samples: Float32Array, sampleRate = 8000, ms = 0) =>
    tell({ type: 'playback.audio', frame: { samples, sampleRate, startMs: 0 } }, ms)
  const begun = starts[carrier].flatMap((message) => hear(message))
  return { codec, hear, tell, play, begun }
}

const silence = (ms: number, sampleRate = 8000) => new Float32Array((ms * sampleRate) / 1000)
const types = (commands: readonly Command[]) => commands.map(({ type }) => type)
const reply = (id: string, more: Partial<Reply> = {}): Reply => ({
  id,
  status: 'completed',
  outOfBand: false,
  items: [],
  modalities: { audio: true, text: false },
  voice: '',
  format: { encoding: 'mulaw', sampleRate: 8000 },
  maxTokens: null,
  ...more,
})
const spokenText = (replyId: string): PlayedEvent => ({
  type: 'reply.text',
  replyId,
  itemId: 'i',
  index: 0,
  partIndex: 0,
  delta: 'Bye.',
  spoken: true,
})
const call = (name: string, json: string, replyId = 'r'): PlayedEvent => ({
  type: 'reply.call-done',
  replyId,
  itemId: 'i',
  index: 0,
  callId: 'c',
  name,
  arguments: json,
})

describe.each(carrierNames)('%s', (carrier) => {
  it('begins a conversation with what was said of the call', () => {
    const { begun } = open(carrier)
    expect(types(begun)).toEqual(['session.update', 'reply.create'])
    const [update, greeting] = begun
    const encoding = carrier === 'exotel' ? 'pcm16' : 'mulaw'
    const config = merge(initialConfig('openai', { model: '' }), update?.type === 'session.update' && update.patch)
    expect(config).toMatchObject({
      input: { format: { encoding, sampleRate: 8000 } },
      output: { voice: 'rms', format: { encoding, sampleRate: 8000 } },
      metadata: { customer: '17', call_id: 'C1' },
    })
    expect(greeting).toMatchObject({ wishes: { say: 'Hello.' } })
  })

  it('hears the caller, and not what the caller hears', () => {
    const { hear } = open(carrier)
    const payload = Buffer.from([1, 2, 3, 4]).toString('base64')
    expect(hear({ event: 'media', media: { track: 'inbound', payload } })).toEqual([
      { type: 'audio.append', bytes: Buffer.from([1, 2, 3, 4]) },
    ])
    if (carrier !== 'exotel') expect(hear({ event: 'media', media: { track: 'outbound', payload } })).toEqual([])
  })

  it('is sent audio in messages of its length, a mark now and then, and a clear for what is dropped', () => {
    const { play, tell } = open(carrier)
    const sent = Array.from({ length: 10 }, () => play(silence(20))).flat()
    const audio = sent.filter(({ media }) => media)
    const chunkMs = carrier === 'exotel' ? 100 : 20
    const bytes = (carrier === 'exotel' ? 16 : 8) * chunkMs
    expect(audio).toHaveLength(200 / chunkMs)
    for (const { media } of audio)
      expect(Buffer.from((media as { payload: string }).payload, 'base64')).toHaveLength(bytes)
    expect(sent.length - audio.length).toBeGreaterThanOrEqual(2)
    expect(tell({ type: 'playback.dropped' })).toEqual([
      {
        twilio: { event: 'clear', streamSid: 'S1' },
        telnyx: { event: 'clear' },
        plivo: { event: 'clearAudio', streamId: 'S1' },
        exotel: { event: 'clear', stream_sid: 'S1' },
      }[carrier],
    ])
  })

  it('knows from its marks how late it is heard', () => {
    const { codec, hear, play } = open(carrier)
    const mark = play(silence(100)).find(({ media }) => !media)!
    const echo = carrier === 'plivo' ? { ...mark, event: 'playedStream' } : mark
    hear(echo, 340)
    expect(codec.lagMs).toBe(240)
    hear(echo, 500)
    expect(codec.lagMs).toBe(240)
  })

  it('learns nothing from marks that come back because they were cleared', () => {
    const { codec, hear, play, tell } = open(carrier)
    const mark = play(silence(100)).find(({ media }) => !media)!
    tell({ type: 'playback.dropped' })
    hear(carrier === 'plivo' ? { ...mark, event: 'playedStream' } : mark, 2000)
    expect(codec.lagMs).toBe(0)
  })

  it('never fails on what it is sent', () => {
    const names = [
      'event',
      'start',
      'media',
      'mark',
      'dtmf',
      'stop',
      'payload',
      'digit',
      'name',
      'extra_headers',
      'streamSid',
    ]
    const value = fc.letrec((tie) => ({
      any: fc.oneof(
        { depthSize: 'small' },
        fc.constantFrom('start', 'media', 'mark', 'dtmf', 'stop', 'playedStream', '1', '#', 'AAAA', '***', '=;=', ''),
        fc.jsonValue(),
        fc.dictionary(fc.constantFrom(...names), tie('any')),
      ),
    })).any
    const message = fc.oneof(
      fc.string(),
      value.map((one) => JSON.stringify(one) ?? ''),
      fc.uint8Array(),
    )
    fc.assert(
      fc.property(fc.array(message, { maxLength: 20 }), fc.boolean(), (messages, started) => {
        const { codec } = started
          ? open(carrier)
          : { codec: new TelephonyCodec({ carrier, greeting: '', keys: 'note', parameters: {} }) }
        for (const [index, one] of messages.entries()) codec.decode(one, index * 700)
        codec.encode({ type: 'playback.audio', frame: { samples: silence(20), sampleRate: 8000, startMs: 0 } }, 0)
      }),
    )
  })

  it('is over when it says so: the next event closes the socket', () => {
    const { hear, tell } = open(carrier)
    expect(types(hear({ event: 'stop', stop: {} }))).toEqual(['session.update'])
    expect(tell({ type: 'session.updated', config: initialConfig('openai', { model: '' }) })).toEqual([{ close: 1000 }])
  })
})

describe('formats', () => {
  it('Telnyx may send A-law, and 16-bit samples in the order of the network', () => {
    const codec = new TelephonyCodec({ carrier: 'telnyx', greeting: '', keys: 'answer', parameters: {} })
    const format = (encoding: string, sample_rate: number) => ({
      event: 'start',
      stream_id: 'S',
      start: { media_format: { encoding, sample_rate } },
    })
    expect(codec.decode(JSON.stringify(format('L16', 16_000)), 0)).toMatchObject([
      { patch: { input: { format: { encoding: 'pcm16', sampleRate: 16_000 } } } },
    ])
    const payload = Buffer.from([0x01, 0x02]).toString('base64')
    expect(codec.decode(JSON.stringify({ event: 'media', media: { payload } }), 0)).toEqual([
      { type: 'audio.append', bytes: Buffer.from([0x02, 0x01]) },
    ])
    const samples = new Float32Array(320).fill(0x0102 / 32_768)
    const [sent] = codec.encode({ type: 'playback.audio', frame: { samples, sampleRate: 16_000, startMs: 0 } }, 0)
    const bytes = Buffer.from(JSON.parse(String(sent)).media.payload, 'base64')
    expect([...bytes.subarray(0, 4)]).toEqual([0x01, 0x02, 0x01, 0x02])
    const alaw = new TelephonyCodec({ carrier: 'telnyx', greeting: '', keys: 'answer', parameters: {} })
    expect(alaw.decode(JSON.stringify(format('PCMA', 8000)), 0)).toMatchObject([
      { patch: { output: { format: { encoding: 'alaw', sampleRate: 8000 } } } },
    ])
  })

  it('Plivo is told with each message what it holds', () => {
    const { play } = open('plivo')
    const samples = new Float32Array(160).fill(0.5)
    expect(play(samples)[0]).toEqual({
      event: 'playAudio',
      streamId: 'S1',
      media: {
        contentType: 'audio/x-mulaw',
        sampleRate: 8000,
        payload: Buffer.from(samplesToMulaw(samples)).toString('base64'),
      },
    })
  })

  it('a rest that fills no message goes out with silence behind it', () => {
    const { play, tell } = open('exotel')
    expect(play(silence(30))).toEqual([])
    const [media] = tell({ type: 'playback.stopped', replyId: 'r' })
    expect(Buffer.from((media!.media as { payload: string }).payload, 'base64')).toHaveLength(1600)
  })
})

describe('keys of the caller', () => {
  const key = (digit: string) => ({ event: 'dtmf', dtmf: { track: 'inbound_track', digit } })
  const entered = (commands: readonly Command[]) =>
    commands.flatMap((command) =>
      command.type === 'item.create' && command.item.type === 'message' ? command.item.parts : [],
    )

  it('stop what is being said, and are one turn once # or a pause ends them', () => {
    const { hear } = open('twilio')
    expect(types(hear(key('1')))).toEqual(['playback.clear'])
    expect(hear(key('2'))).toEqual([])
    const ended = hear(key('#'))
    expect(types(ended)).toEqual(['item.create', 'reply.create'])
    expect(entered(ended)).toEqual([{ type: 'text', text: expect.stringContaining(': 12#') }])
    hear(key('7'))
    expect(hear({ event: 'media', media: {} }, 1000)).toEqual([])
    expect(types(hear({ event: 'media', media: {} }, 1000))).toEqual(['item.create', 'reply.create'])
  })

  it('are noted without an answer, or passed over', () => {
    expect(types(open('twilio', { keys: 'note' }).hear(key('#')))).toEqual(['item.create'])
    expect(open('twilio', { keys: 'ignore' }).hear(key('#'))).toEqual([])
    expect(open('twilio').hear(key('x'))).toEqual([])
  })
})

describe('tools of the telephone', () => {
  it('press keys by a message where the carrier has one, else by their tones, and say so', () => {
    const plivo = open('plivo')
    expect(plivo.tell(call('send_dtmf', '{"keys":"12#"}'))).toEqual([
      { event: 'sendDTMF', streamId: 'S1', dtmf: '12#' },
    ])
    const twilio = open('twilio')
    const [media] = twilio.tell(call('send_dtmf', '{"keys":"5"}'))
    expect(Buffer.from((media!.media as { payload: string }).payload, 'base64')).toHaveLength(1280)
    expect(twilio.hear({ event: 'media', media: {} })).toMatchObject([
      { type: 'item.create', item: { type: 'call-output', callId: 'c', output: 'Pressed: 5' } },
      { type: 'reply.create' },
    ])
    expect(twilio.tell(call('send_dtmf', 'nonsense'))).toEqual([])
    expect(twilio.tell(call('other_tool', '{}'))).toEqual([])
  })

  it('hang up once the goodbye has been heard at the other end', () => {
    const { tell, hear } = open('twilio')
    tell(spokenText('r'))
    tell(call('hang_up', '{}'))
    expect(tell({ type: 'reply.finished', reply: reply('r') })).toEqual([])
    const [mark] = tell({ type: 'playback.stopped', replyId: 'r' })
    expect(mark).toMatchObject({ event: 'mark' })
    expect(types(hear(mark!))).toEqual(['session.update'])
    expect(tell({ type: 'session.updated', config: initialConfig('openai', { model: '' }) })).toEqual([{ close: 1000 }])
  })

  it('hang up at once where nothing was said', () => {
    const { tell } = open('twilio')
    tell(call('hang_up', '{}'))
    expect(tell({ type: 'reply.finished', reply: reply('r') })).toMatchObject([{ event: 'mark' }])
  })

  it('do not hang up on a caller who speaks into the goodbye', () => {
    const { tell, hear } = open('twilio')
    tell(spokenText('r'))
    tell(call('hang_up', '{}'))
    tell({ type: 'playback.cleared', replyId: 'r' })
    expect(tell({ type: 'reply.finished', reply: reply('r', { status: 'cancelled' }) })).toEqual([])
    expect(hear({ event: 'media', media: {} })).toMatchObject([{ item: { type: 'call-output', callId: 'c' } }])
  })
})
