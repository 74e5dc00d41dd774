/** What goes between the server and a child process that runs an engine. */

export type ToChild =
  /** The first message: what the engine needs to load. */
  | { readonly type: 'load'; readonly load: unknown }
  | { readonly type: 'ping'; readonly ping: number }
  | { readonly type: 'open'; readonly job: number }
  | { readonly type: 'message'; readonly job: number; readonly message: unknown }
  | { readonly type: 'close'; readonly job: number }

export type FromChild =
  | { readonly type: 'loaded' }
  | { readonly type: 'failed'; readonly code: string; readonly message: string }
  | { readonly type: 'pong'; readonly ping: number }
  | { readonly type: 'message'; readonly job: number; readonly message: unknown }
