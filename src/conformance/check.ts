/** What a conformance check is, and what can come of it. */

/** A message of either side, as JSON; what was none is `{unreadable}`, and bytes are `{binary: <length>}`. */
export type Message = Readonly<Record<string, unknown>>

export type Verdict = 'passed' | 'failed' | 'skipped' | 'differs'

/** What came of a check. */
export interface Finding {
  readonly id: string
  /** What the check asks, in one sentence. */
  readonly says: string
  /** The part of the public reference that it goes by. */
  readonly reference: string
  readonly verdict: Verdict
  /** Why it failed or was skipped, or what differs. */
  readonly note?: string
  /** The messages at fault, shortened; they never hold a key. */
  readonly evidence: readonly string[]
  readonly tookMs: number
}

/** One thing that a server is asked. `run` returns when the answer is right, else it throws by `fail`, `skip` or `differ`. */
export interface Check<Scene> {
  readonly id: string
  readonly says: string
  readonly reference: string
  readonly run: (scene: Scene) => Promise<void>
  /** It speaks another dialect, over which the rules of the wire do not hold. */
  readonly otherDialect?: true
}

/** What one side said, in the order in which it was seen. */
export interface Said {
  readonly from: 'client' | 'server'
  readonly message: Message
}

/** Where an exchange breaks a rule. */
export interface Breach {
  readonly reason: string
  readonly evidence: readonly Message[]
}

/** A rule that holds over every exchange of a wire, whatever it was about. */
export interface Invariant {
  readonly id: string
  readonly says: string
  readonly reference: string
  readonly look: (exchange: readonly Said[]) => Breach | undefined
}

/** Why a check ended before its end. */
export class Unmet extends Error {
  readonly verdict: Exclude<Verdict, 'passed'>
  readonly evidence: readonly Message[]

  constructor(verdict: Exclude<Verdict, 'passed'>, note: string, evidence: readonly Message[] = []) {
    super(note)
    this.verdict = verdict
    this.evidence = evidence
  }
}

/** The server does not do what the reference asks for. */
export const fail = (reason: string, ...evidence: readonly Message[]): never => {
  throw new Unmet('failed', reason, evidence)
}

/** The server does not offer what the reference leaves open, or the check could not be made. */
export const skip = (reason: string): never => {
  throw new Unmet('skipped', reason)
}

/** The server does it in another way, which clients can live with or which the reference leaves open. */
export const differ = (note: string, ...evidence: readonly Message[]): never => {
  throw new Unmet('differs', note, evidence)
}

const longestText = 60
const longestEvidence = 240

/** A message as a line: long texts are told by their beginning. */
export const shortened = (message: unknown): string => {
  const text = JSON.stringify(message, (_, value: unknown) =>
    typeof value === 'string' && value.length > longestText
      ? `${value.slice(0, longestText)}… (${value.length} characters)`
      : value,
  )
  return text.length > longestEvidence ? `${text.slice(0, longestEvidence)}…` : text
}

/** Whether a value is a JSON object. */
export const isMessage = (value: unknown): value is Message =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The value at a path such as `audio.input.format.type`; undefined where there is none. */
export const at = (value: unknown, path: string): unknown =>
  path.split('.').reduce<unknown>((found, key) => (isMessage(found) ? found[key] : undefined), value)
