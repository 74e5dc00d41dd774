import { expect, it } from 'vitest'
import { callerFirst, readOffer, withAddresses } from './sdp.ts'

const lines = (...all: string[]): string => `${all.join('\r\n')}\r\n`
const head = ['v=0', 'o=- 1 1 IN IP4 127.0.0.1', 's=-', 't=0 0', 'a=fingerprint:sha-256 AB']
const audio = ['m=audio 9 UDP/TLS/RTP/SAVPF 63 111', 'a=mid:a1', 'a=rtpmap:63 red/48000/2', 'a=rtpmap:111 opus/48000/2']
const channel = ['m=application 9 UDP/DTLS/SCTP webrtc-datachannel', 'a=mid:1']

it('finds the audio of an offer and what Opus is called in it', () => {
  expect(readOffer(lines(...head, ...audio, ...channel))).toEqual({ audio: { mid: 'a1', opus: 111 } })
  expect(readOffer(lines(...head, ...channel))).toEqual({ audio: undefined })
})

it.each([
  ['session description', lines('hello')],
  ['fingerprint', lines('v=0', ...channel)],
  ['data channel', lines(...head, ...audio)],
  ['Opus', lines(...head, ...audio.slice(0, 3), ...channel)],
])('says what an offer lacks: %s', (word, offer) => {
  expect(() => readOffer(offer)).toThrow(word)
})

it('leaves the addresses of the caller out, and adds those that lead here to the answer', () => {
  const candidate = (address: string, at = 1): string => `a=candidate:${at} 1 UDP 2114977791 ${address} 8080 typ host`
  const offer = lines(...head, ...audio, candidate('10.0.0.1'), 'a=end-of-candidates', ...channel)
  expect(callerFirst(offer)).toBe(lines(...head, ...audio, ...channel))
  const answer = withAddresses(lines(...head, candidate('10.0.0.1'), 'a=end-of-candidates'), [
    '10.0.0.1',
    '203.0.113.7',
  ])
  expect(answer.match(/^a=candidate.*$/gm)).toEqual([
    candidate('10.0.0.1'),
    'a=candidate:p0 1 UDP 2113937151 203.0.113.7 8080 typ host',
  ])
  expect(answer).toContain('typ host\r\na=end-of-candidates')
})
