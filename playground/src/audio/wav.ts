/** Samples ↔ the forms in which files and wires have them. */
import { toPcm16 } from './pcm.ts'

/** Base64 of signed 16-bit samples, little-endian → floats of −1…1. */
export const fromPcm16 = (base64: string): Float32Array<ArrayBuffer> => {
  const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))
  const view = new DataView(bytes.buffer)
  return Float32Array.from({ length: bytes.length >> 1 }, (_, index) => view.getInt16(index * 2, true) / 32_768)
}

/** One after the other. */
export const joined = (parts: readonly Float32Array[]): Float32Array<ArrayBuffer> => {
  const all = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}

/** A WAV file, mono, 16 bits. */
export const toWav = (samples: Float32Array, sampleRate: number): Blob => {
  const data = toPcm16(samples)
  const header = new DataView(new ArrayBuffer(44))
  const put = (at: number, text: string): void => {
    for (const [index, letter] of [...text].entries()) header.setUint8(at + index, letter.charCodeAt(0))
  }
  put(0, 'RIFF')
  header.setUint32(4, 36 + data.length, true)
  put(8, 'WAVEfmt ')
  header.setUint32(16, 16, true)
  header.setUint16(20, 1, true)
  header.setUint16(22, 1, true)
  header.setUint32(24, sampleRate, true)
  header.setUint32(28, sampleRate * 2, true)
  header.setUint16(32, 2, true)
  header.setUint16(34, 16, true)
  put(36, 'data')
  header.setUint32(40, data.length, true)
  return new Blob([header, data], { type: 'audio/wav' })
}
