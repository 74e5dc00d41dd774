// A small bridge from SIP to Parley: takes calls over UDP (G.711, keys by RFC 4733) and passes each to the server in the form of a
// carrier. For a PBX or a trunk on your own network: it asks for no password and knows no TLS, no re-INVITE and no transfer.
//   PARLEY_TELEPHONY_CARRIERS=telnyx npm start
//   PARLEY_KEY=… SIP_HOST=192.168.1.5 node examples/sip-bridge.mjs
import { randomBytes } from 'node:crypto'
import { createSocket } from 'node:dgram'
import { WebSocket } from 'ws'

const { PARLEY_URL = 'ws://127.0.0.1:8080', PARLEY_KEY = '', SIP_HOST = '127.0.0.1', SIP_PORT = '5060' } = process.env
const codecs = { 0: { encoding: 'PCMU', silence: 0xff }, 8: { encoding: 'PCMA', silence: 0xd5 } }
const frameBytes = 160
const sip = createSocket('udp4')
/** By Call-ID. */
const calls = new Map()

const read = (text) => {
  const [head, body = ''] = text.split(/\r\n\r\n(.*)/s)
  const [first, ...lines] = head.split('\r\n')
  const short = { v: 'via', f: 'from', t: 'to', i: 'call-id', m: 'contact', c: 'content-type', l: 'content-length' }
  const headers = {}
  for (const line of lines) {
    const [, name, value] = /^([\w-]+)\s*:\s*(.*)$/.exec(line) ?? []
    if (!name) continue
    const known = short[name.toLowerCase()] ?? name.toLowerCase()
    headers[known] = [...(headers[known] ?? []), value]
  }
  return { first, method: first.split(' ')[0], headers, body }
}

const contact = () => `<sip:parley@${SIP_HOST}:${sip.address().port}>`
const send = (text, { port, address }) => sip.send(text, port, address)

const answer = (request, status, { tag, body = '' } = {}) => {
  const { headers } = request
  const to = tag && !/;tag=/.test(headers.to[0]) ? `${headers.to[0]};tag=${tag}` : headers.to[0]
  return [
    `SIP/2.0 ${status}`,
    ...headers.via.map((via) => `Via: ${via}`),
    ...(headers['record-route'] ?? []).map((route) => `Record-Route: ${route}`),
    `From: ${headers.from[0]}`,
    `To: ${to}`,
    `Call-ID: ${headers['call-id'][0]}`,
    `CSeq: ${headers.cseq[0]}`,
    `Contact: ${contact()}`,
    'Allow: INVITE, ACK, BYE, CANCEL, OPTIONS',
    ...(body ? ['Content-Type: application/sdp'] : []),
    `Content-Length: ${Buffer.byteLength(body)}`,
    '',
    body,
  ].join('\r\n')
}

/** Where the caller wants to be heard, and in which of our formats. */
const readOffer = (sdp) => {
  const [, port, formats] = /^m=audio (\d+) RTP\/AVP ([\d ]+)/m.exec(sdp) ?? []
  const address = /^c=IN IP4 (\S+)/m.exec(sdp)?.[1]
  const type = formats?.split(' ').find((format) => format in codecs)
  const keys = /^a=rtpmap:(\d+) telephone-event\/8000/m.exec(sdp)?.[1]
  return address && type ? { address, port: Number(port), type: Number(type), keys: Number(keys ?? -1) } : undefined
}

const writeAnswer = (port, { type, keys }) =>
  [
    'v=0',
    `o=parley 1 1 IN IP4 ${SIP_HOST}`,
    's=-',
    `c=IN IP4 ${SIP_HOST}`,
    't=0 0',
    `m=audio ${port} RTP/AVP ${type}${keys >= 0 ? ` ${keys}` : ''}`,
    `a=rtpmap:${type} ${codecs[type].encoding}/8000`,
    ...(keys >= 0 ? [`a=rtpmap:${keys} telephone-event/8000`, `a=fmtp:${keys} 0-15`] : []),
    'a=ptime:20',
    'a=sendrecv',
    '',
  ].join('\r\n')

const invited = (request, from) => {
  const id = request.headers['call-id'][0]
  const tag = randomBytes(8).toString('hex')
  const offer = readOffer(request.body)
  if (!offer) return send(answer(request, '488 Not Acceptable Here', { tag }), from)
  const call = { tag, last: answer(request, '100 Trying'), from, request }
  calls.set(id, call)
  send(call.last, from)

  const rtp = createSocket('udp4')
  const line = new WebSocket(`${PARLEY_URL}/telephony/telnyx`, { headers: { authorization: `Bearer ${PARLEY_KEY}` } })
  /** What is still to be played: audio, and the marks in it. */
  let waiting = []
  let clock
  let resend
  const tell = (event, more) => line.readyState === WebSocket.OPEN && line.send(JSON.stringify({ event, ...more }))

  call.end = () => {
    clearInterval(clock)
    clearInterval(resend)
    line.close()
    rtp.close()
    calls.delete(id)
    console.log(`${id}: over`)
  }
  call.acknowledged = () => clearInterval(resend)

  let keyAt = -1
  rtp.on('message', (packet) => {
    const type = packet[1] & 0x7f
    const payload = packet.subarray(12 + 4 * (packet[0] & 0x0f))
    if (type === offer.type) tell('media', { media: { track: 'inbound', payload: payload.toString('base64') } })
    const at = packet.readUInt32BE(4)
    if (type !== offer.keys || at === keyAt) return
    keyAt = at
    tell('dtmf', { dtmf: { digit: '0123456789*#ABCD'[payload[0]] ?? '' } })
  })

  const ssrc = randomBytes(4)
  let sequence = 0
  const playFrame = () => {
    let frame = Buffer.alloc(0)
    while (waiting.length > 0 && (typeof waiting[0] === 'string' || frame.length < frameBytes)) {
      const next = waiting.shift()
      if (typeof next === 'string') {
        tell('mark', { mark: { name: next } })
        continue
      }
      const missing = frameBytes - frame.length
      frame = Buffer.concat([frame, next.subarray(0, missing)])
      if (next.length > missing) waiting.unshift(next.subarray(missing))
    }
    const head = Buffer.alloc(12)
    head.writeUInt8(0x80, 0)
    head.writeUInt8(offer.type, 1)
    head.writeUInt16BE(sequence & 0xffff, 2)
    head.writeUInt32BE((sequence * frameBytes) >>> 0, 4)
    ssrc.copy(head, 8)
    sequence += 1
    const rest = Buffer.alloc(frameBytes - frame.length, codecs[offer.type].silence)
    rtp.send(Buffer.concat([head, frame, rest]), offer.port, offer.address)
  }

  line.on('open', () =>
    rtp.bind(0, () => {
      const { encoding } = codecs[offer.type]
      const [number] = /(?<=sips?:)[^@>;]+/.exec(request.headers.from[0]) ?? ['']
      tell('start', {
        stream_id: id,
        start: { call_control_id: id, from: number, media_format: { encoding, sample_rate: 8000, channels: 1 } },
      })
      call.last = answer(request, '200 OK', { tag, body: writeAnswer(rtp.address().port, offer) })
      send(call.last, from)
      // Until the caller says that it has come.
      resend = setInterval(() => send(call.last, from), 500)
      const startedAt = performance.now()
      clock = setInterval(() => {
        while (sequence * 20 <= performance.now() - startedAt) playFrame()
      }, 20)
      console.log(`${id}: answered`)
    }),
  )
  line.on('message', (data) => {
    const { event, media, mark } = JSON.parse(data)
    if (event === 'media') waiting.push(Buffer.from(media.payload, 'base64'))
    if (event === 'mark') waiting.push(mark.name)
    if (event === 'clear') waiting = []
  })
  line.on('error', ({ message }) => {
    console.error(`${id}: ${message}`)
    send(answer(request, '503 Service Unavailable', { tag }), from)
  })
  line.on('close', () => {
    if (!calls.has(id)) return
    const { headers } = request
    const [target] = /(?<=<)[^>]+/.exec(headers.contact?.[0] ?? '') ?? [headers.contact?.[0] ?? '']
    const bye = [
      `BYE ${target} SIP/2.0`,
      `Via: SIP/2.0/UDP ${SIP_HOST}:${sip.address().port};branch=z9hG4bK${randomBytes(8).toString('hex')}`,
      'Max-Forwards: 70',
      ...(headers['record-route'] ?? []).map((route) => `Route: ${route}`),
      `From: ${headers.to[0]};tag=${tag}`,
      `To: ${headers.from[0]}`,
      `Call-ID: ${id}`,
      'CSeq: 1 BYE',
      'Content-Length: 0',
      '',
      '',
    ]
    send(bye.join('\r\n'), from)
    call.end()
  })
}

sip.on('message', (data, from) => {
  const request = read(data.toString())
  const { method, headers } = request
  if (method === 'SIP/2.0' || !headers['call-id'] || !headers.via || !headers.cseq) return
  const call = calls.get(headers['call-id'][0])
  if (method === 'INVITE') {
    if (call) send(call.last, from)
    else invited(request, from)
  } else if (method === 'ACK') call?.acknowledged()
  else if (method === 'OPTIONS') send(answer(request, '200 OK', { tag: 'options' }), from)
  else if (!call) send(answer(request, '481 Call/Transaction Does Not Exist', { tag: 'none' }), from)
  else if (method === 'BYE' || method === 'CANCEL') {
    send(answer(request, '200 OK', { tag: call.tag }), from)
    if (method === 'CANCEL') send(answer(call.request, '487 Request Terminated', { tag: call.tag }), from)
    call.end()
  } else send(answer(request, '405 Method Not Allowed', { tag: call.tag }), from)
})
sip.bind(Number(SIP_PORT), SIP_HOST, () => console.log(`Taking calls at sip:${SIP_HOST}:${sip.address().port}`))
