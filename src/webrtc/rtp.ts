/** RTP packets (RFC 3550): bytes ↔ fields. */

/** `timestamp` counts samples of the codec's clock, 48,000 a second for Opus; both numbers wrap around. */
export interface RtpPacket {
  readonly payloadType: number
  /** 16 bits. */
  readonly sequence: number
  /** 32 bits. */
  readonly timestamp: number
  readonly ssrc: number
  /** Speech begins here, after silence in which nothing was sent. */
  readonly marker: boolean
  readonly payload: Uint8Array
}

const headerBytes = 12

/** Undefined for what is no RTP packet, such as RTCP, which comes on the same port. The payload shares the bytes' memory. */
export const readRtp = (bytes: Uint8Array): RtpPacket | undefined => {
  if (bytes.length < headerBytes) return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const first = view.getUint8(0)
  const second = view.getUint8(1)
  // RFC 5761: types 192 to 223 are RTCP's.
  if (first >> 6 !== 2 || (second >= 192 && second <= 223)) return undefined
  let from = headerBytes + (first & 0x0f) * 4
  if (first & 0x10) {
    if (bytes.length < from + 4) return undefined
    from += 4 + view.getUint16(from + 2) * 4
  }
  const padding = first & 0x20 ? view.getUint8(bytes.length - 1) : 0
  const to = bytes.length - padding
  if (to < from) return undefined
  return {
    payloadType: second & 0x7f,
    marker: second >= 0x80,
    sequence: view.getUint16(2),
    timestamp: view.getUint32(4),
    ssrc: view.getUint32(8),
    payload: bytes.subarray(from, to),
  }
}

/** The bytes of a packet, in memory of their own. */
export const rtpBytes = ({ payloadType, sequence, timestamp, ssrc, marker, payload }: RtpPacket): Uint8Array => {
  const bytes = new Uint8Array(headerBytes + payload.length)
  const view = new DataView(bytes.buffer)
  view.setUint8(0, 2 << 6)
  view.setUint8(1, (marker ? 0x80 : 0) | payloadType)
  view.setUint16(2, sequence & 0xffff)
  view.setUint32(4, timestamp >>> 0)
  view.setUint32(8, ssrc >>> 0)
  bytes.set(payload, headerBytes)
  return bytes
}
