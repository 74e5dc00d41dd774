/** How long an Opus packet is heard, by its first bytes (RFC 6716, section 3.1). */

/** Of a frame, in samples at 48 kHz, by the packet's configuration. */
const frameSamples = (configuration: number): number => {
  if (configuration < 12) return [480, 960, 1920, 2880][configuration % 4]!
  if (configuration < 16) return [480, 960][configuration % 2]!
  return [120, 240, 480, 960][configuration % 4]!
}

/** The longest that a packet may be: 120 ms. */
const mostSamples = 5760

/** Samples at 48 kHz; undefined for what is no Opus packet. */
export const packetSamples = (packet: Uint8Array): number | undefined => {
  const [toc, count] = packet
  if (toc === undefined) return undefined
  const code = toc & 3
  const frames = code === 0 ? 1 : code < 3 ? 2 : (count ?? 0) & 63
  const samples = frames * frameSamples(toc >> 3)
  return samples > 0 && samples <= mostSamples ? samples : undefined
}
