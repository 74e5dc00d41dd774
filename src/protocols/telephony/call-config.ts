/** What a call begins with: its formats, and what the operator says about it along with the call. */
import { type ConfigPatch, otherwise } from '../../conversation/config.ts'
import type { CallFormat, CallStart } from './carrier.ts'

const longestText = 10_000

/** The change of a session that a call's start means. Parameters of other names count as its metadata. */
export const callPatch = (
  { callId, from, to }: Pick<CallStart, 'callId' | 'from' | 'to'>,
  { encoding, sampleRate }: CallFormat,
  parameters: Readonly<Record<string, string>>,
): ConfigPatch => {
  const { model, voice, instructions, language, greeting: _, ...others } = parameters
  const format = { encoding, sampleRate }
  const languages = language === undefined ? [] : [language]
  const transcription = { languages, [otherwise]: { model: '', languages, terms: [] } }
  return {
    ...(model !== undefined && { model }),
    ...(instructions !== undefined && { instructions: instructions.slice(0, longestText) }),
    ...(voice !== undefined && { voiceUse: { manner: false } }),
    input: { format, ...(language !== undefined && { transcription }) },
    output: { format, ...(voice !== undefined && { voice }), ...(language !== undefined && { language }) },
    metadata: { ...others, ...(callId && { call_id: callId }), ...(from && { from }), ...(to && { to }) },
  }
}
