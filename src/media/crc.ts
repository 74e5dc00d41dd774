/** Cyclic redundancy checks as Ogg and FLAC use them: most significant bit first, beginning at 0. */

/** The check of `bytes` from `from` to before `to`, going on from `value`. */
export type Crc = (bytes: Uint8Array, from: number, to: number, value?: number) => number

/** The check of so many bits with the given polynomial. */
export const crcOf = (bits: 8 | 16 | 32, polynomial: number): Crc => {
  const mask = 2 ** bits - 1
  const table = Uint32Array.from({ length: 256 }, (_, byte) => {
    let value = byte * 2 ** (bits - 8)
    for (let k = 0; k < 8; k++) {
      const carry = value >= 2 ** (bits - 1)
      value = (value * 2) % 2 ** bits
      if (carry) value = (value ^ polynomial) >>> 0
    }
    return value
  })
  return (bytes, from, to, value = 0) => {
    let sum = value
    for (let at = from; at < to; at++) sum = (table[((sum >>> (bits - 8)) ^ bytes[at]!) & 255]! ^ (sum << 8)) & mask
    return sum >>> 0
  }
}

/** Of an Ogg page (RFC 3533). */
export const crc32 = crcOf(32, 0x04c11db7)

/** Of a FLAC frame (RFC 9639). */
export const crc16 = crcOf(16, 0x8005)

/** Of the header of a FLAC frame (RFC 9639). */
export const crc8 = crcOf(8, 0x07)
