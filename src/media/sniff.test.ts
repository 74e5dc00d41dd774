/** Which bytes are taken for what. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { samplesToMulaw } from '../audio/g711.ts'
import { samplesToPcm16 } from '../audio/pcm.ts'
import { sniff, sniffBytes } from './sniff.ts'

const bytesOf = (text: string, length = 64): Uint8Array => {
  const bytes = Buffer.alloc(length)
  bytes.write(text, 'latin1')
  return bytes
}

const oggPage = (packet: string): Uint8Array => {
  const page = bytesOf('OggS')
  page[26] = 1
  Buffer.from(page.buffer, page.byteOffset).write(packet, 28, 'latin1')
  return page
}

const framesOf = (header: readonly number[], length: number, count: number): Uint8Array => {
  const bytes = new Uint8Array(length * count)
  for (let k = 0; k < count; k++) bytes.set(header, length * k)
  return bytes
}

/** Frames of MPEG 1 layer III, 128 kbit/s, 44.1 kHz: 417 bytes each. */
const mp3Frames = (count: number): Uint8Array => framesOf([0xff, 0xfb, 0x90, 0xc0], 417, count)

/** The same of layer II. */
const mp2Frames = (count: number): Uint8Array => framesOf([0xff, 0xfd, 0x80, 0xc0], 417, count)

/** AAC frames of 100 bytes, 44.1 kHz. */
const aacFrames = (count: number): Uint8Array => framesOf([0xff, 0xf1, 0x50, 0x80, 0x0c, 0x80, 0xfc], 100, count)

describe('sniff', () => {
  it.each([
    ['wav', bytesOf('RIFF\0\0\0\0WAVE')],
    ['wav', bytesOf('RF64\0\0\0\0WAVE')],
    ['flac', bytesOf('fLaC')],
    ['mp3', bytesOf('ID3\x04\0')],
    ['webm', bytesOf('\x1aE\xdf\xa3')],
    ['mp4', bytesOf('\0\0\0\x20ftypM4A ')],
    ['aiff', bytesOf('FORM\0\0\0\0AIFF')],
    ['amr', bytesOf('#!AMR\n')],
    ['ogg-opus', oggPage('OpusHead')],
    ['ogg-vorbis', oggPage('\x01vorbis\0')],
    ['ogg-flac', oggPage('\x7fFLAC\x01\0\0')],
    ['ogg-other', oggPage('Speex   ')],
    ['mp3', mp3Frames(3)],
    ['mp2', mp2Frames(3)],
    ['aac', aacFrames(3)],
    ['raw', bytesOf('RIFF\0\0\0\0AVI ')],
    ['raw', bytesOf('hello there, whatever')],
  ])('takes for %s what begins so', (kind, bytes) => {
    expect(sniff(bytes, false)).toBe(kind)
  })

  it('asks for more bytes only while they may change the answer', () => {
    expect(sniff(bytesOf('RIFF').subarray(0, 8), false)).toBeUndefined()
    expect(sniff(bytesOf('RIFF').subarray(0, 8), true)).toBe('raw')
    expect(sniff(mp3Frames(1), false)).toBeUndefined()
    expect(sniff(mp3Frames(1), true)).toBe('raw')
    expect(sniff(bytesOf('OggS', 20), false)).toBeUndefined()
  })

  it('does not take raw audio for MPEG audio', () => {
    const speech = Float32Array.from({ length: sniffBytes }, (_, i) => Math.sin(i / 3) * Math.sin(i / 500))
    for (const scale of [1, 0.001, -0.00003])
      for (let from = 0; from < 40; from++) {
        const samples = speech.subarray(from).map((x) => x * scale)
        expect(sniff(samplesToPcm16(samples), true)).toBe('raw')
        expect(sniff(samplesToMulaw(samples), true)).toBe('raw')
      }
    expect(sniff(new Uint8Array(4000).fill(0xff), true)).toBe('raw')
  })

  it('always answers once it has enough', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: sniffBytes, maxLength: sniffBytes }), fc.nat(7), (bytes, k) => {
        const prefix = ['', 'OggS', 'RIFF', 'ID3', '\xff\xfb\x90\xc0', '\xff\xf1', 'fLaC', '\0\0\0\0ftyp'][k] as string
        bytes.set(Buffer.from(prefix, 'latin1'))
        expect(sniff(bytes, false)).toBeDefined()
      }),
    )
  })
})
