/** OggReader: bytes of an Ogg stream (RFC 3533) → the packets of the audio in it. */
import { ByteBuffer } from './byte-buffer.ts'
import { crc32 } from './crc.ts'

/** What one page brings of the audio. */
export interface OggPage {
  /** The page that begins a stream; its only packet says what follows. */
  readonly first: boolean
  /** The page that ends the stream. Another may begin after it. */
  readonly last: boolean
  /** Samples since the stream began at the end of the page's last packet; −1 when no packet ends in it. */
  readonly granule: number
  /** The packets that end in it. Valid until the next page is asked for. */
  readonly packets: readonly Uint8Array[]
}

const headerBytes = 27
const checkAt = 22
const checkBytes = 4

/** More damaged pages than this, and what calls itself a page is passed over as one instead of being looked into. */
const faultLimit = 500

/** A packet that grows longer is left out: pictures among the tags. The longest of FLAC has 2 MB. */
const packetLimitBytes = 3 << 20

const startsWith = (bytes: Uint8Array, text: string): boolean =>
  bytes.length >= text.length && [...text].every((letter, k) => bytes[k] === letter.charCodeAt(0))

/** The pages of one stream of audio after another. Pages that are damaged, or belong to something else, are left out. */
export class OggReader {
  readonly #magic: string
  readonly #buffer = new ByteBuffer()
  /** Number of the stream that is read; undefined between two. */
  #serial: number | undefined
  #sequence = 0
  #begun = false
  #faults = 0
  /** A packet that goes on in the next page; undefined when there is none, or it is not whole. */
  #open: ByteBuffer | undefined

  /** `magic`: the letters with which the first packet of the wanted streams begins. */
  constructor(magic: string) {
    this.#magic = magic
  }

  *push(bytes: Uint8Array): Generator<OggPage, void> {
    this.#buffer.append(bytes)
    for (;;) {
      const view = this.#buffer.view
      if (view.length < headerBytes) return
      const lengths = view.subarray(headerBytes, headerBytes + view[26]!)
      if (!startsWith(view, 'OggS') || view[4] !== 0) {
        this.#seek()
        continue
      }
      const body = headerBytes + view[26]!
      if (view.length < body) return
      const end = body + lengths.reduce((sum, length) => sum + length, 0)
      if (view.length < end) return
      if (!intact(view, end)) {
        this.#faults += 1
        if (this.#faults > faultLimit) this.#buffer.drop(end)
        else this.#seek()
        continue
      }
      const page = this.#page(view.subarray(0, end), lengths, body)
      if (page) yield page
      this.#buffer.drop(end)
    }
  }

  /** To where a page may begin next. */
  #seek(): void {
    const next = this.#buffer.view.indexOf(0x4f, 1)
    this.#buffer.drop(next < 0 ? this.#buffer.length : next)
  }

  #page(bytes: Uint8Array, lengths: Uint8Array, body: number): OggPage | undefined {
    const header = new DataView(bytes.buffer, bytes.byteOffset, headerBytes)
    const serial = header.getUint32(14, true)
    const sequence = header.getUint32(18, true)
    const flags = bytes[5]!
    const first = (flags & 2) !== 0
    const last = (flags & 4) !== 0
    if (first) {
      // Of streams that begin side by side the first is read; one that begins later goes on from there.
      if ((this.#serial !== undefined && !this.#begun) || !startsWith(bytes.subarray(body), this.#magic))
        return undefined
      this.#serial = serial
      this.#open = undefined
    } else if (serial !== this.#serial) return undefined
    const continues = (flags & 1) !== 0
    // What the pages before began must be known where this page goes on.
    if (!continues || (!first && sequence !== (this.#sequence + 1) >>> 0)) this.#open = undefined
    this.#sequence = sequence
    this.#begun = !first
    if (last) this.#serial = undefined
    const packets = this.#packets(bytes, lengths, body, continues)
    return { first, last, granule: Number(header.getBigInt64(6, true)), packets }
  }

  #packets(bytes: Uint8Array, lengths: Uint8Array, body: number, continues: boolean): Uint8Array[] {
    const packets: Uint8Array[] = []
    let at = body
    let from = body
    // The rest of a packet whose beginning is missing is of no use.
    let useless = continues && this.#open === undefined
    for (const length of lengths) {
      at += length
      if (length === 255) continue
      const part = bytes.subarray(from, at)
      if (!useless) packets.push(this.#whole(part))
      useless = false
      from = at
    }
    if (from < at && !useless) {
      this.#open ??= new ByteBuffer()
      if (this.#open.length + at - from > packetLimitBytes) this.#open = undefined
      else this.#open.append(bytes.subarray(from, at))
    }
    return packets.filter((packet) => packet.length > 0)
  }

  /** A packet that ends with this part. */
  #whole(part: Uint8Array): Uint8Array {
    const open = this.#open
    if (!open) return part
    this.#open = undefined
    open.append(part)
    return open.view
  }
}

/** Whether the page up to `end` has the check sum that it should; its own four bytes count as zeros. */
const intact = (bytes: Uint8Array, end: number): boolean => {
  const zeros = crc32(new Uint8Array(checkBytes), 0, checkBytes, crc32(bytes, 0, checkAt))
  const sum = crc32(bytes, checkAt + checkBytes, end, zeros)
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(checkAt, true) === sum
}
