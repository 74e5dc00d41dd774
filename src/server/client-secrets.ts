/** Client secrets: short-lived keys that a client's own server mints for a browser or an app. In memory only. */
import { createHash, randomBytes } from 'node:crypto'
import { VoiceError } from '../errors.ts'
import type { SecretCall } from '../protocols/realtime/http.ts'

/** Secrets that may be alive at a time. */
const secretLimit = 100_000

/** What a secret stands for. */
export interface SecretFor {
  /** The key that minted it, by its short name: the session counts as that key's. */
  readonly key: string
  /** What the session that it opens begins with. */
  readonly pinned: SecretCall
}

/** Each opens any number of sessions until it expires; sessions outlive it. Times are milliseconds since 1970. */
export class ClientSecrets {
  /** By digest, so that looking one up takes the same time for near misses. Oldest first. */
  readonly #secrets = new Map<string, SecretFor & { readonly expiresAt: number }>()

  mint(secret: SecretFor, expiresAt: number, at: number): string {
    for (const [digest, old] of this.#secrets) if (old.expiresAt <= at) this.#secrets.delete(digest)
    if (this.#secrets.size >= secretLimit) throw new VoiceError('overloaded', 'Too many client secrets are open.')
    const value = `ek_${randomBytes(24).toString('base64url')}`
    this.#secrets.set(digestOf(value), { ...secret, expiresAt })
    return value
  }

  /** Undefined when the secret is unknown or has expired. */
  find(value: string, at: number): SecretFor | undefined {
    const secret = value.startsWith('ek_') ? this.#secrets.get(digestOf(value)) : undefined
    return secret && secret.expiresAt > at ? secret : undefined
  }
}

const digestOf = (value: string): string => createHash('sha256').update(value).digest('base64')
