/** Refusal: why something was not done. */

/** Why something was not done. Codecs have a wire code for each. */
export type Refusal =
  | 'malformed'
  | 'unknown-type'
  | 'invalid-value'
  | 'missing-value'
  | 'reply-running'
  | 'no-reply'
  | 'nothing-to-commit'
  | 'unknown-item'
  | 'duplicate-item'
  | 'duplicate-output'
  | 'not-audio'
  | 'voice-locked'
  | 'transcription-only'
  | 'too-much'

/** A refusal and what it says. `param` is the field at fault, as the wire calls it. */
export interface Refused {
  readonly reason: Refusal
  readonly message: string
  readonly param?: string
}
