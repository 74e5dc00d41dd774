/** Where a request wants to go, whatever prefix, doubled slash or escape its client put into the path. */

const roots = /\/(?:(?:stt|tts|voices)\/v\d|lro\/v1alpha|telephony|v\d+|healthz|readyz|playground)(?:\/|:|$).*$/

/**
 * The path that routes are matched on: decoded (`%3A` is a colon), slashes collapsed, anything before the first known
 * root cut (a client's base URL may end in a prefix), no trailing slash.
 */
export const routePath = (path: string): string => {
  let decoded = path
  try {
    decoded = decodeURIComponent(path)
  } catch {
    // A malformed escape cannot name a route; it stays as it is and finds none.
  }
  const collapsed = decoded.replace(/\/{2,}/g, '/')
  const known = roots.exec(collapsed)?.[0] ?? collapsed
  return known.length > 1 ? known.replace(/\/$/, '') : known
}

/** What stands before a route in the path that a client asked for, such as `/prefix`; mostly nothing. */
export const pathPrefix = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf(routePath(path))))
