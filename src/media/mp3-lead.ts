/** MP3 from a program → the same MP3, with a first frame that tells players how much silence the encoder put before the audio. */
import { mpegFrame } from './mpeg.ts'

/** Samples that LAME puts before the first one it was given. */
const encoderDelay = 576
/** From the name of the frame to its end: `Info`, flags, then the encoder's own fields. */
const tagBytes = 44

/** A frame like the first one, with nothing to hear in it. Undefined where frames of this bit rate are too small. */
const leadFrame = (bytes: Uint8Array): Uint8Array | undefined => {
  const header = bytes.slice(0, 4)
  // Without the odd byte that some frames have.
  header[2]! &= ~2
  const frame = mpegFrame(header, 0)
  if (frame?.layer !== 3) return undefined
  const at = 4 + (frame.samples === 1152 ? 17 : 9)
  if (frame.channels !== 1 || frame.length < at + tagBytes) return undefined
  const lead = Buffer.alloc(frame.length)
  lead.set(header)
  lead.write('Info', at)
  lead.write('LAME3.100', at + 8)
  lead[at + 29] = encoderDelay >> 4
  lead[at + 30] = (encoderDelay & 15) << 4
  return lead
}

/** The frames of a mono file, cut anywhere, with that frame before them. */
export async function* withLead(mp3: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void> {
  let begun = false
  for await (const chunk of mp3) {
    // Programs write whole frames, so the first bytes are a frame's header.
    const lead = begun || chunk.length < 4 ? undefined : leadFrame(chunk)
    begun = true
    yield lead ? Buffer.concat([lead, chunk]) : chunk
  }
}
