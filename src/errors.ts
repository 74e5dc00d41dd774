/** The one error class of the server, and every code that it can carry. */

/** What went wrong, for code to branch on. Each is documented in `docs/errors.md`. */
export const errorCodes = {
  /** The client's message makes no sense. */
  invalid_request: { retryable: false },
  /** No credential, or one that this server does not know. */
  unauthorized: { retryable: false },
  /** No engine goes by that id. */
  unknown_model: { retryable: false },
  /** The engine cannot do what was demanded. */
  unsupported: { retryable: false },
  /** What was sent is larger or longer than the server takes. */
  too_large: { retryable: false },
  /** What the request needs is not installed or configured here; the message names the command or setting. */
  unavailable: { retryable: true },
  /** The server is closing; what was under way ends here. */
  shutting_down: { retryable: true },
  /** No room now. */
  overloaded: { retryable: true },
  /** It took too long. */
  timeout: { retryable: true },
  /** An engine broke; `cause` says how. */
  provider_failed: { retryable: true },
  /** A bug of ours. */
  internal: { retryable: false },
} as const

export type ErrorCode = keyof typeof errorCodes

/** An error whose message is fit for a client to see. */
export class VoiceError extends Error {
  readonly code: ErrorCode
  /** Whether the same thing, tried later, may succeed. */
  readonly retryable: boolean
  /** The field or setting at fault, if there is one, such as `language`. */
  readonly param: string | undefined

  constructor(
    code: ErrorCode,
    message: string,
    options: { retryable?: boolean; cause?: unknown; param?: string | undefined } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'VoiceError'
    this.code = code
    this.retryable = options.retryable ?? errorCodes[code].retryable
    this.param = options.param
  }
}

/** Any thrown thing as a VoiceError: itself if it is one, else `internal` with the original as `cause`. */
export const asVoiceError = (error: unknown): VoiceError =>
  error instanceof VoiceError ? error : new VoiceError('internal', 'The server made a mistake.', { cause: error })
