/** Where the server is: wherever this page came from. */

/** The server's address, without a slash at its end. */
export const serverUrl = (): string => new URL('.', location.href).href.replace(/[?#].*$/, '').replace(/\/$/, '')

/** The same for sockets. */
export const socketUrl = (): string => serverUrl().replace(/^http/, 'ws')

/** Browsers give a page the microphone only over TLS, or on the machine itself. */
export const microphoneAllowed = (): boolean => isSecureContext && navigator.mediaDevices !== undefined
