/** Session descriptions (RFC 8866): what an offer has for us, and what its answer must say besides. */
import { VoiceError } from '../errors.ts'

/** The first audio of an offer, which is all that a call has. */
export interface OfferedAudio {
  /** Its name in the description. */
  readonly mid: string
  /** The number that Opus has in it. */
  readonly opus: number
}

const invalid = (message: string): VoiceError => new VoiceError('invalid_request', message, { param: 'sdp' })

/** Sections, each from its `m=` line on; the first is what stands before them. */
const sectionsOf = (sdp: string): readonly (readonly string[])[] => {
  const sections: string[][] = [[]]
  for (const line of sdp.split(/\r?\n/)) {
    if (line.startsWith('m=')) sections.push([])
    sections.at(-1)!.push(line)
  }
  return sections
}

const attribute = (section: readonly string[], prefix: string): string | undefined =>
  section
    .find((line) => line.startsWith(prefix))
    ?.slice(prefix.length)
    .trim()

/** Reads an offer. Throws `invalid_request` where no call can come of it. Without audio it is one of messages alone. */
export const readOffer = (sdp: string): { readonly audio: OfferedAudio | undefined } => {
  if (!sdp.startsWith('v=0')) throw invalid('The body is no session description: it must be the SDP of an offer.')
  const [head = [], ...media] = sectionsOf(sdp)
  if (![head, ...media].some((section) => attribute(section, 'a=fingerprint:')))
    throw invalid('The offer has no fingerprint: only encrypted calls are taken.')
  if (!media.some(([line]) => line?.startsWith('m=application ') && line.includes('webrtc-datachannel')))
    throw invalid('The offer has no data channel; make one named oai-events before the offer.')
  const audio = media.find(([line]) => line?.startsWith('m=audio '))
  if (!audio) return { audio: undefined }
  const mid = attribute(audio, 'a=mid:')
  if (mid === undefined) throw invalid('The audio of the offer has no mid.')
  const opus = audio.map((line) => /^a=rtpmap:(\d+) opus\/48000/i.exec(line)?.[1]).find((type) => type !== undefined)
  if (opus === undefined) throw invalid('The offer has no Opus among its audio.')
  return { audio: { mid, opus: Number(opus) } }
}

/**
 * The offer as our side takes it: without the caller's addresses, which are learnt from its first packets. Who goes by them
 * is ready before the caller has the answer, and the handshake that it begins then is heard by nobody for a second.
 */
export const callerFirst = (offer: string): string => offer.replaceAll(/^a=(candidate:|end-of-candidates).*\r?\n/gm, '')

/** The answer with a candidate more for each address that leads to the same ports. */
export const withAddresses = (answer: string, addresses: readonly string[]): string => {
  const known = new Set([...answer.matchAll(/^a=candidate:\S+ 1 UDP \d+ (\S+) /gim)].map(([, address]) => address))
  const found = /^a=candidate:\S+ 1 UDP \d+ \S+ (\d+) typ host.*$/im.exec(answer)
  if (!found) return answer
  const [line, port] = found
  const more = addresses
    .filter((address) => !known.has(address))
    .map((address, place) => `a=candidate:p${place} 1 UDP ${2_113_937_151 - place} ${address} ${port} typ host`)
  return answer.replace(line, [line, ...more].join('\r\n'))
}
