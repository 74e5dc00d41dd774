/** The key of this page: taken from the address once, kept for this tab alone, never shown. */
import { signal } from '@preact/signals'

const storedAs = 'parley.key'

const stored = (): string => {
  try {
    return sessionStorage.getItem(storedAs) ?? ''
  } catch {
    return ''
  }
}

/** The key; empty while there is none. */
export const key = signal(stored())

/** Whether the server knows the key: unknown until it has been asked. */
export const access = signal<'unknown' | 'granted' | 'missing' | 'refused'>(key.value === '' ? 'missing' : 'unknown')

/** Uses a key for this tab. */
export const useKey = (value: string): void => {
  key.value = value.trim()
  access.value = key.value === '' ? 'missing' : 'unknown'
  try {
    if (key.value === '') sessionStorage.removeItem(storedAs)
    else sessionStorage.setItem(storedAs, key.value)
  } catch {
    // Without storage it lasts until the page is loaded again.
  }
}

/** The server said no to the key. */
export const refuseKey = (): void => {
  access.value = key.value === '' ? 'missing' : 'refused'
}

/** Takes `#key=…` out of the address, so that it stays in no history and on no screen. */
export const takeKeyFromAddress = (): void => {
  const found = /^#(?:.*&)?key=([^&]+)/.exec(location.hash)?.[1]
  if (found === undefined) return
  try {
    useKey(decodeURIComponent(found))
  } catch {
    useKey(found)
  }
  history.replaceState(null, '', `${location.pathname}${location.search}`)
}
