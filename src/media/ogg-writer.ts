/** OggWriter: the packets of one stream → the pages of an Ogg file (RFC 3533). */
import { crc32 } from './crc.ts'

const headerBytes = 27
const checkAt = 22
const mostLengths = 255

/** Pages in their order. A packet never goes on in another page, so it must fit into one (64,770 bytes at most). */
export class OggWriter {
  readonly #serial: number
  #sequence = 0

  /** `serial`: any number; it tells this stream from others in the same file. */
  constructor(serial: number) {
    this.#serial = serial
  }

  /** How many bytes of lengths a packet takes in its page; a page has room for 255. */
  static lengthsOf(packet: Uint8Array): number {
    return Math.floor(packet.length / 255) + 1
  }

  /** One page. `granule`: samples since the stream began at the end of its last packet. */
  page(packets: readonly Uint8Array[], granule: number, last = false): Uint8Array {
    const lengths = packets.flatMap(({ length }) => [
      ...new Array<number>(Math.floor(length / 255)).fill(255),
      length % 255,
    ])
    if (lengths.length > mostLengths) throw new RangeError('too much for one page of Ogg')
    const body = headerBytes + lengths.length
    const page = new Uint8Array(body + packets.reduce((sum, { length }) => sum + length, 0))
    const view = new DataView(page.buffer)
    page.set([0x4f, 0x67, 0x67, 0x53, 0, (this.#sequence === 0 ? 2 : 0) | (last ? 4 : 0)])
    view.setBigInt64(6, BigInt(granule), true)
    view.setUint32(14, this.#serial, true)
    view.setUint32(18, this.#sequence, true)
    page[26] = lengths.length
    page.set(lengths, headerBytes)
    let at = body
    for (const packet of packets) {
      page.set(packet, at)
      at += packet.length
    }
    view.setUint32(checkAt, crc32(page, 0, page.length), true)
    this.#sequence += 1
    return page
  }
}
