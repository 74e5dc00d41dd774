/** G.711: µ-law, A-law ↔ samples (ITU-T Recommendation G.711). */

/** What each µ-law byte stands for, in −1…1. */
export const mulawValues: Float32Array = Float32Array.from({ length: 256 }, (_, byte) => {
  const bits = ~byte & 0xff
  const magnitude = (((bits & 15) << 1) + 33) << ((bits >> 4) & 7)
  return ((bits & 0x80 ? -1 : 1) * (magnitude - 33)) / 8192
})

/** What each A-law byte stands for, in −1…1. */
export const alawValues: Float32Array = Float32Array.from({ length: 256 }, (_, byte) => {
  const bits = byte ^ 0x55
  const exponent = (bits >> 4) & 7
  const mantissa = ((bits & 15) << 1) + 1
  const magnitude = exponent === 0 ? mantissa : (mantissa + 32) << (exponent - 1)
  return ((bits & 0x80 ? 1 : -1) * magnitude) / 4096
})

/** µ-law code of each 14-bit magnitude, sign left out. */
const mulawCodes = Uint8Array.from({ length: 8192 }, (_, magnitude) => {
  const biased = Math.min(magnitude + 33, 8191)
  const exponent = 31 - Math.clz32(biased) - 5
  return (exponent << 4) | ((biased >> (exponent + 1)) & 15)
})

/** A-law code of each 13-bit magnitude, sign and the flip of every other bit left out. */
const alawCodes = Uint8Array.from({ length: 4096 }, (_, magnitude) => {
  const exponent = Math.max(0, 31 - Math.clz32(magnitude) - 4)
  return (exponent << 4) | ((magnitude >> Math.max(1, exponent)) & 15)
})

const decode = (bytes: Uint8Array, values: Float32Array): Float32Array => {
  const samples = new Float32Array(bytes.length)
  for (let i = 0; i < bytes.length; i++) samples[i] = values[bytes[i]!]!
  return samples
}

/** µ-law bytes as samples. */
export const mulawToSamples = (bytes: Uint8Array): Float32Array => decode(bytes, mulawValues)

/** A-law bytes as samples. */
export const alawToSamples = (bytes: Uint8Array): Float32Array => decode(bytes, alawValues)

/** Samples as µ-law bytes; what is beyond −1…1 is clipped. */
export const samplesToMulaw = (samples: Float32Array): Uint8Array => {
  const bytes = new Uint8Array(samples.length)
  for (let i = 0; i < samples.length; i++) {
    const value = Math.round(samples[i]! * 8192)
    bytes[i] = ~(mulawCodes[Math.min(Math.abs(value), 8191)]! | (value < 0 ? 0x80 : 0))
  }
  return bytes
}

/** Samples as A-law bytes; what is beyond −1…1 is clipped. */
export const samplesToAlaw = (samples: Float32Array): Uint8Array => {
  const bytes = new Uint8Array(samples.length)
  for (let i = 0; i < samples.length; i++) {
    const value = Math.trunc(samples[i]! * 4096)
    bytes[i] = (alawCodes[Math.min(Math.abs(value), 4095)]! | (samples[i]! < 0 ? 0 : 0x80)) ^ 0x55
  }
  return bytes
}
