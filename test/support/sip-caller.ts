/** A scripted SIP telephone: calls over UDP, speaks and hears µ-law over RTP. */
import { createSocket } from 'node:dgram'
import { samplesToMulaw } from '../../src/audio/g711.ts'

export interface SipCall {
  /** The answer to the call, such as `SIP/2.0 200 OK`. */
  readonly answered: string
  /** µ-law that has come, without silence. */
  heardBytes(): number
  /** Sends audio at 8 kHz, at the pace of time. */
  say(samples: Float32Array): Promise<void>
  /** Ends the call; gives the answer to that. */
  hangUp(): Promise<string>
}

const frameBytes = 160

/** Calls `sip:parley@host:port` and waits for the answer. */
export const sipCall = async (port: number, host = '127.0.0.1'): Promise<SipCall> => {
  const [sip, rtp] = [createSocket('udp4'), createSocket('udp4')]
  const messages: string[] = []
  const wanted = new Set<() => void>()
  sip.on('message', (data) => {
    messages.push(data.toString())
    for (const look of wanted) look()
  })
  const next = (sequence: string): Promise<string> =>
    new Promise((resolve) => {
      const look = (): void => {
        const found = messages.find((text) => text.includes(`CSeq: ${sequence}`) && !text.startsWith('SIP/2.0 1'))
        if (found === undefined) return
        wanted.delete(look)
        resolve(found)
      }
      wanted.add(look)
      look()
    })
  const bound = [sip, rtp].map((socket) => new Promise<void>((resolve) => socket.bind(0, host, () => resolve())))
  await Promise.all(bound)
  const own = `${host}:${sip.address().port}`
  const ask = (method: string, sequence: string, to: string, body = ''): void => {
    const lines = [
      `${method} sip:parley@${host}:${port} SIP/2.0`,
      `Via: SIP/2.0/UDP ${own};branch=z9hG4bK${sequence.replace(' ', '')}`,
      'Max-Forwards: 70',
      `From: <sip:+15550100@${own}>;tag=caller`,
      `To: ${to}`,
      `Call-ID: call-${own}`,
      `CSeq: ${sequence}`,
      `Contact: <sip:caller@${own}>`,
      ...(body === '' ? [] : ['Content-Type: application/sdp']),
      `Content-Length: ${body.length}`,
      '',
      body,
    ]
    sip.send(lines.join('\r\n'), port, host)
  }
  const offer = [`c=IN IP4 ${host}`, 't=0 0', `m=audio ${rtp.address().port} RTP/AVP 0`, 'a=rtpmap:0 PCMU/8000', '']
  ask('INVITE', '1 INVITE', `<sip:parley@${host}>`, ['v=0', `o=- 1 1 IN IP4 ${host}`, 's=-', ...offer].join('\r\n'))
  const answer = await next('1 INVITE')
  const to = /^To: (.*)\r$/m.exec(answer)?.[1] ?? ''
  ask('ACK', '1 ACK', to)
  const there = Number(/^m=audio (\d+)/m.exec(answer)?.[1])
  let heard = 0
  rtp.on('message', (packet) => {
    if (packet.subarray(12).some((byte) => byte !== 0xff)) heard += packet.length - 12
  })
  return {
    answered: answer.split('\r\n')[0]!,
    heardBytes: () => heard,
    async say(samples) {
      const bytes = samplesToMulaw(samples)
      const startedAt = performance.now()
      for (let frame = 0; frame * frameBytes < bytes.length; frame += 1) {
        const head = Buffer.alloc(12)
        head.writeUInt8(0x80, 0)
        head.writeUInt16BE(frame, 2)
        head.writeUInt32BE(frame * frameBytes, 4)
        rtp.send(Buffer.concat([head, bytes.subarray(frame * frameBytes, (frame + 1) * frameBytes)]), there, host)
        const left = startedAt + frame * 20 - performance.now()
        if (left > 0) await new Promise((resolve) => setTimeout(resolve, left))
      }
    },
    async hangUp() {
      ask('BYE', '2 BYE', to)
      const ended = await next('2 BYE')
      sip.close()
      rtp.close()
      return ended.split('\r\n')[0]!
    },
  }
}
