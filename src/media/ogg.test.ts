/** Packets out of Ogg pages: wherever the bytes are cut, with pages missing, damaged, or of other streams. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { oggPage } from '../../test/support/audio-files.ts'
import { OggReader } from './ogg.ts'

const head = Buffer.from('OpusHead')
const packet = (length: number, value = length & 255): Uint8Array => new Uint8Array(length).fill(value)

interface Page {
  readonly granule: number
  readonly first: boolean
  readonly last: boolean
  readonly packets: readonly string[]
}

const read = (bytes: Uint8Array, lengths: readonly number[] = []): readonly Page[] => {
  const reader = new OggReader('OpusHead')
  const pages: Page[] = []
  let at = 0
  for (let k = 0; at < bytes.length; k++) {
    const length = lengths[k % Math.max(1, lengths.length)] ?? bytes.length
    for (const page of reader.push(bytes.slice(at, at + length)))
      pages.push({ ...page, packets: page.packets.map((part) => Buffer.from(part).toString('hex')) })
    at += length
  }
  return pages
}

const packets = (pages: readonly Page[]): readonly string[] =>
  pages.filter(({ first }) => !first).flatMap((page) => page.packets)
const hex = (...all: readonly Uint8Array[]): readonly string[] => all.map((part) => Buffer.from(part).toString('hex'))

/** A packet of 1,000 bytes over three pages, and others around it. */
const long = Uint8Array.from({ length: 1000 }, (_, i) => i & 255)
const pages = [
  oggPage([head], { first: true }),
  oggPage([packet(300), packet(0), long.subarray(0, 510)], { sequence: 1, granule: 40, goesOn: true }),
  oggPage([long.subarray(510, 765)], { sequence: 2, granule: -1, continues: true, goesOn: true }),
  oggPage([long.subarray(765), packet(255), packet(9)], { sequence: 3, granule: 90, continues: true, last: true }),
]

describe('an Ogg stream', () => {
  it('gives its packets, however it is cut', () => {
    const whole = read(Buffer.concat(pages))
    expect(whole.map(({ granule, first, last }) => [granule, first, last])).toEqual([
      [0, true, false],
      [40, false, false],
      [-1, false, false],
      [90, false, true],
    ])
    expect(packets(whole)).toEqual(hex(packet(300), long, packet(255), packet(9)))
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 900 }), { minLength: 1, maxLength: 5 }), (lengths) => {
        expect(read(Buffer.concat(pages), lengths)).toEqual(whole)
      }),
    )
  })

  it('loses only the packets of a page that is damaged or missing', () => {
    const rest = hex(packet(255), packet(9))
    for (const lost of [1, 2]) {
      const missing = pages.filter((_, k) => k !== lost)
      const damaged = pages.map((page, k) =>
        k === lost ? page.map((byte, at) => (at === 60 ? byte ^ 1 : byte)) : page,
      )
      const kept = lost === 1 ? rest : [...hex(packet(300)), ...rest]
      for (const some of [missing, damaged]) expect(packets(read(Buffer.concat(some), [100]))).toEqual(kept)
    }
  })

  it('is found among junk', () => {
    const junk = Buffer.from('OggS, they said, and OggS it was. '.repeat(20))
    const bytes = Buffer.concat(pages.flatMap((page) => [junk, page]))
    for (const lengths of [[], [10]]) expect(packets(read(bytes, lengths))).toEqual(packets(read(Buffer.concat(pages))))
  })

  it('is not mixed up with others in the file', () => {
    const other = (sequence: number, first = false): Uint8Array =>
      oggPage([first ? Buffer.from('OpusHead too') : packet(50)], { serial: 2, sequence, first })
    const [one, two, three, four] = pages as [Uint8Array, Uint8Array, Uint8Array, Uint8Array]
    const skeleton = oggPage([Buffer.from('fishead')], { serial: 3, first: true })
    const bytes = Buffer.concat([
      skeleton,
      one,
      other(0, true),
      other(1),
      two,
      other(2),
      three,
      other(3),
      four,
      other(4),
    ])
    expect(read(bytes, [64])).toEqual(read(Buffer.concat(pages)))
  })

  it('may be followed by another, its end told or not', () => {
    const untold = pages.slice(0, 2)
    const after = [
      oggPage([head], { serial: 9, first: true }),
      oggPage([packet(77)], { serial: 9, sequence: 1, granule: 5 }),
    ]
    for (const before of [pages, untold])
      expect(packets(read(Buffer.concat([...before, ...after]), [50]))).toEqual([
        ...packets(read(Buffer.concat(before))),
        ...hex(packet(77)),
      ])
  })

  it('leaves out a packet that is too long to keep', () => {
    const part = packet(255 * 255, 7)
    const huge = Array.from({ length: 50 }, (_, k) =>
      oggPage([part], { sequence: k + 1, granule: -1, continues: k > 0, goesOn: true }),
    )
    const end = oggPage([packet(5), packet(6)], { sequence: 51, granule: 1, continues: true })
    expect(packets(read(Buffer.concat([pages[0]!, ...huge, end]), [100_000]))).toEqual(hex(packet(6)))
  })

  it('survives anything', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 200 }), fc.nat(), (junk, at) => {
        const bytes = Buffer.concat(pages)
        bytes.set(junk, at % (bytes.length - junk.length))
        const known = new Set(packets(read(Buffer.concat(pages))))
        for (const one of packets(read(bytes, [100]))) expect(known).toContain(one)
      }),
    )
  })
})
