/** What kind of audio file the first bytes belong to. */
import { adtsFrame, confirmedFrame, mpegFrame } from './mpeg.ts'

/** `raw` is anything without a signature; the kinds after it are recognised but need ffmpeg. */
export type MediaKind =
  | 'wav'
  | 'mp3'
  | 'ogg-opus'
  | 'ogg-vorbis'
  | 'ogg-flac'
  | 'flac'
  | 'mp4'
  | 'webm'
  | 'raw'
  | 'mp2'
  | 'aac'
  | 'aiff'
  | 'caf'
  | 'amr'
  | 'asf'
  | 'ogg-other'

/** With so many bytes there is always an answer. */
export const sniffBytes = 4096

/** Every signature but that of MPEG audio is told apart by so many. */
const signatureBytes = 12

const ascii = (bytes: Uint8Array, at: number, length: number): string =>
  String.fromCharCode(...bytes.subarray(at, at + length))

/** By the packet that opens the first logical stream; its place follows from the page's table of segments. */
const oggKind = (bytes: Uint8Array): MediaKind | undefined => {
  if (bytes.length < 27) return undefined
  const packet = 27 + bytes[26]!
  if (bytes.length < packet + 8) return undefined
  const opening = ascii(bytes, packet, 8)
  if (opening === 'OpusHead') return 'ogg-opus'
  if (opening.startsWith('\x01vorbis')) return 'ogg-vorbis'
  if (opening.startsWith('\x7fFLAC')) return 'ogg-flac'
  return 'ogg-other'
}

const signature = (bytes: Uint8Array): MediaKind | 'ogg' | undefined => {
  const four = ascii(bytes, 0, 4)
  if ((four === 'RIFF' || four === 'RF64') && ascii(bytes, 8, 4) === 'WAVE') return 'wav'
  if (four === 'fLaC') return 'flac'
  if (four === 'OggS') return 'ogg'
  if (four.startsWith('ID3') && bytes[3]! < 0xff && bytes[4]! < 0xff) return 'mp3'
  if (four === '\x1aE\xdf\xa3') return 'webm'
  if (ascii(bytes, 4, 4) === 'ftyp') return 'mp4'
  if (four === 'FORM' && ascii(bytes, 8, 3) === 'AIF') return 'aiff'
  if (four === 'caff') return 'caf'
  if (ascii(bytes, 0, 5) === '#!AMR') return 'amr'
  if (four === '0&\xb2u') return 'asf'
  return undefined
}

/**
 * The kind of file that begins with these bytes; undefined while more are needed to tell. `ended`: there are no more.
 * MPEG audio has no signature but a pattern of bits that loud raw audio can show by chance, so two frames in a row are
 * asked for.
 */
export const sniff = (bytes: Uint8Array, ended: boolean): MediaKind | undefined => {
  if (bytes.length < signatureBytes) return ended ? 'raw' : undefined
  const all = ended || bytes.length >= sniffBytes
  const known = signature(bytes)
  if (known === 'ogg') return oggKind(bytes) ?? (all ? 'ogg-other' : undefined)
  if (known) return known
  const mpeg = confirmedFrame(mpegFrame, bytes, 0)
  const adts = confirmedFrame(adtsFrame, bytes, 0)
  if ((mpeg === 'unsure' || adts === 'unsure') && !all) return undefined
  if (mpeg && mpeg !== 'unsure') return mpeg.layer === 3 ? 'mp3' : 'mp2'
  return adts && adts !== 'unsure' ? 'aac' : 'raw'
}
