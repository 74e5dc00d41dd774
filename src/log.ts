/** Log: the interface through which everything logs. */

type Write = (fields: Record<string, unknown>, message: string) => void

/** A constant message with its variables as fields. What people say and keys are never among them. */
export interface Log {
  debug: Write
  info: Write
  warn: Write
  error: Write
  /** A log whose lines all carry these fields. */
  child(fields: Record<string, unknown>): Log
}

const nothing: Write = () => {}

/** Writes nowhere. */
export const silentLog: Log = { debug: nothing, info: nothing, warn: nothing, error: nothing, child: () => silentLog }
