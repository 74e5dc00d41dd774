/** Frame headers of MPEG audio (MP1…MP3) and of AAC in ADTS: where a stream begins, and how many channels it has. */

/** What every frame header says. */
export interface FrameHeader {
  /** Bytes, header included. */
  readonly length: number
  readonly channels: number
}

/** What the header of a frame of MPEG audio says. */
export interface MpegFrame extends FrameHeader {
  readonly layer: 1 | 2 | 3
  /** Hz. */
  readonly sampleRate: number
  /** Of each channel. */
  readonly samples: number
}

/** kbit/s by bitrate index (ISO/IEC 11172-3 and 13818-3): MPEG 1 layers I, II, III, then MPEG 2 layer I, layers II and III. */
const bitrates = [
  [0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448],
  [0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384],
  [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
  [0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256],
  [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
] as const

/** The MPEG audio frame that begins at `at`, if those four bytes are a header with a fixed bitrate. */
export const mpegFrame = (bytes: Uint8Array, at: number): MpegFrame | undefined => {
  if (at + 4 > bytes.length || bytes[at] !== 0xff || (bytes[at + 1]! & 0xe0) !== 0xe0) return undefined
  const version = (bytes[at + 1]! >> 3) & 3
  const layer = (4 - ((bytes[at + 1]! >> 1) & 3)) as 1 | 2 | 3 | 4
  const bitrateIndex = bytes[at + 2]! >> 4
  const rateIndex = (bytes[at + 2]! >> 2) & 3
  if (version === 1 || layer === 4 || bitrateIndex === 0 || bitrateIndex === 15 || rateIndex === 3) return undefined
  const mpeg1 = version === 3
  const bitrate = bitrates[mpeg1 ? layer - 1 : layer === 1 ? 3 : 4]![bitrateIndex]! * 1000
  const sampleRate = [44_100, 48_000, 32_000][rateIndex]! / (mpeg1 ? 1 : version === 2 ? 2 : 4)
  const padding = (bytes[at + 2]! >> 1) & 1
  const length =
    layer === 1
      ? (Math.floor((12 * bitrate) / sampleRate) + padding) * 4
      : Math.floor(((layer === 3 && !mpeg1 ? 72 : 144) * bitrate) / sampleRate) + padding
  const samples = layer === 1 ? 384 : layer === 3 && !mpeg1 ? 576 : 1152
  return { length, channels: bytes[at + 3]! >> 6 === 3 ? 1 : 2, layer, sampleRate, samples }
}

/** The ADTS frame that begins at `at`, if those seven bytes are a header. */
export const adtsFrame = (bytes: Uint8Array, at: number): FrameHeader | undefined => {
  if (at + 7 > bytes.length || bytes[at] !== 0xff || (bytes[at + 1]! & 0xf6) !== 0xf0) return undefined
  if (((bytes[at + 2]! >> 2) & 15) > 12) return undefined
  const length = ((bytes[at + 3]! & 3) << 11) | (bytes[at + 4]! << 3) | (bytes[at + 5]! >> 5)
  return length < 7 ? undefined : { length, channels: ((bytes[at + 2]! & 1) << 2) | (bytes[at + 3]! >> 6) || 1 }
}

/** The frame at `at` if another follows right behind it; `unsure` while too few bytes are there to tell. */
export const confirmedFrame = <Header extends FrameHeader>(
  read: (bytes: Uint8Array, at: number) => Header | undefined,
  bytes: Uint8Array,
  at: number,
): Header | 'unsure' | undefined => {
  const frame = read(bytes, at)
  if (!frame) return undefined
  if (at + frame.length + 7 > bytes.length) return 'unsure'
  return read(bytes, at + frame.length) ? frame : undefined
}
