/** Inworld text-to-speech and voices over HTTP: what is answered, as values. */
import { wavOfPcm16 } from '../../audio/wav.ts'
import type { VoiceError } from '../../errors.ts'
import type { Answer } from '../answer.ts'
import { inworldError, statusAnswer, unimplemented } from '../inworld-stt/http.ts'
import type { SpeechEncoding, SynthesizeCall } from './request.ts'
import type { TimestampInfo } from './times.ts'

/** Most bytes of audio in one answer that is not a stream. */
export const maxAudioBytes = 16 * 1024 * 1024

/** The formats as this server's encoders call them. LINEAR16 is PCM here: each message gets its own header. */
export const encodedAs = {
  LINEAR16: 'pcm',
  MP3: 'mp3',
  OGG_OPUS: 'opus',
  ALAW: 'alaw',
  MULAW: 'mulaw',
  FLAC: 'flac',
  PCM: 'pcm',
  WAV: 'wav',
} as const satisfies Record<SpeechEncoding, string>

const usageOf = ({ text, modelId }: SynthesizeCall) => ({ processedCharactersCount: [...text].length, modelId })

/** One message's sound: each of LINEAR16 has a header of its own. */
export const audioContent = (
  { encoding, sampleRate }: Pick<SynthesizeCall, 'encoding' | 'sampleRate'>,
  audio: Uint8Array,
): string => base64(encoding === 'LINEAR16' ? wavOfPcm16(audio, sampleRate) : audio)

const base64 = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64')

/** One line of a stream: audio, times, or both. */
export const streamLine = (
  call: SynthesizeCall,
  { audio, times }: { readonly audio?: Uint8Array; readonly times?: TimestampInfo | undefined },
): string => {
  const result = {
    ...(audio && { audioContent: audioContent(call, audio) }),
    usage: usageOf(call),
    ...(times && { timestampInfo: times }),
  }
  return `${JSON.stringify({ result })}\n`
}

/** What goes wrong after the first line. */
export const errorLine = (error: VoiceError): string => `{"error":${ttsError(error).body}}\n`

/** An error before anything was sent. */
export const ttsError = (error: VoiceError): Answer => inworldError(error)

/** A large body is encoded in steps of so many bytes: a multiple of three, so that base64 has no seams. */
const stepBytes = 3 << 16

/** The body of an answer that is not a stream, in pieces: as one text it would hold up everyone. */
export function* wholeBody(
  call: SynthesizeCall,
  audio: Uint8Array,
  times: TimestampInfo | undefined,
): Generator<string> {
  yield '{"audioContent":"'
  for (let at = 0; at < audio.length; at += stepBytes) yield base64(audio.subarray(at, at + stepBytes))
  yield `","usage":${JSON.stringify(usageOf(call))}`
  yield times ? `,"timestampInfo":${JSON.stringify(times)}}` : '}'
}

/** What this server has no engine for. */
export const noSuchVoiceWork = (what: 'clone' | 'design' | 'publish' | 'change' | 'delete'): Answer =>
  statusAnswer(unimplemented(refusals[what]))

const refusals = {
  clone: 'Voices cannot be cloned here: no engine of this server learns a voice from recordings.',
  design: 'Voices cannot be designed here: no engine of this server makes a voice from a description.',
  publish: 'Voices cannot be published here: they come with the engines.',
  change: 'Voices cannot be changed here: they come with the engines.',
  delete: 'Voices cannot be deleted here: they come with the engines.',
} as const
