/** One-time tokens: keys that a client's own server mints for a browser, which open one door once. In memory only. */
import { createHash, randomBytes } from 'node:crypto'
import { VoiceError } from '../errors.ts'

/** Tokens of one key in a minute. */
const mostPerMinute = 60
const minuteMs = 60_000
const prefix = 'ot_'

interface Token {
  /** The key that minted it, by its short name: what it opens counts as that key's. */
  readonly key: string
  readonly singleUse: boolean
  readonly expiresAt: number
}

const digestOf = (value: string): string => createHash('sha256').update(value).digest('base64')

/** Whether a credential looks like one of these tokens, alive or not. */
export const isOneTimeToken = (value: string): boolean => value.startsWith(prefix)

/** Times are wall times in milliseconds since 1970. */
export class OneTimeTokens {
  /** By digest, so that looking one up takes the same time for near misses. */
  readonly #tokens = new Map<string, Token>()
  /** When each key minted in the last minute. */
  readonly #minted = new Map<string, readonly number[]>()

  /** Throws `overloaded` when the key has minted too many in the last minute. */
  mint(token: Token, at: number): string {
    const recent = (this.#minted.get(token.key) ?? []).filter((time) => time > at - minuteMs)
    if (recent.length >= mostPerMinute)
      throw new VoiceError('overloaded', `At most ${mostPerMinute} tokens may be minted in a minute with one key.`)
    this.#minted.set(token.key, [...recent, at])
    for (const [digest, { expiresAt }] of this.#tokens) if (expiresAt <= at) this.#tokens.delete(digest)
    const value = `${prefix}${randomBytes(24).toString('base64url')}`
    this.#tokens.set(digestOf(value), token)
    return value
  }

  /** The key of a token that still opens a door; undefined when there is no such token any more. */
  find(value: string, at: number): string | undefined {
    const token = isOneTimeToken(value) ? this.#tokens.get(digestOf(value)) : undefined
    return token && token.expiresAt > at ? token.key : undefined
  }

  /** It has opened its door. Of anything but a token for one use nothing comes. */
  spend(value: string): void {
    const digest = digestOf(value)
    if (this.#tokens.get(digest)?.singleUse) this.#tokens.delete(digest)
  }
}
