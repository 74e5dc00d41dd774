/** Samples as the wires want them. */

/** Floats of −1…1 → signed 16-bit, little-endian. */
export const toPcm16 = (samples: Float32Array): Uint8Array<ArrayBuffer> => {
  const bytes = new Uint8Array(samples.length * 2)
  const view = new DataView(bytes.buffer)
  for (const [index, sample] of samples.entries())
    view.setInt16(index * 2, Math.max(-32_768, Math.min(32_767, Math.round(sample * 32_767))), true)
  return bytes
}

/** Bytes → base64. */
export const toBase64 = (bytes: Uint8Array): string => {
  let text = ''
  // In parts: a call takes only so many arguments.
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192))
  return btoa(text)
}
