/** Light or dark: as the system is, or as it was chosen here. */
import { effect, signal } from '@preact/signals'

export type Theme = 'auto' | 'light' | 'dark'

const storedAs = 'parley.theme'
const dark = matchMedia('(prefers-color-scheme: dark)')

const stored = (): Theme => {
  try {
    const value = localStorage.getItem(storedAs)
    return value === 'light' || value === 'dark' ? value : 'auto'
  } catch {
    return 'auto'
  }
}

const systemIsDark = signal(dark.matches)
/** What was chosen. */
export const theme = signal<Theme>(stored())
/** What is shown; canvases are drawn again when it changes. */
export const shown = signal<'light' | 'dark'>('light')

/** Keeps the page's colours in step, for as long as the page lives. */
export const followTheme = (): void => {
  dark.addEventListener('change', () => {
    systemIsDark.value = dark.matches
  })
  effect(() => {
    const next = theme.value === 'auto' ? (systemIsDark.value ? 'dark' : 'light') : theme.value
    document.documentElement.dataset.theme = next
    shown.value = next
    try {
      if (theme.value === 'auto') localStorage.removeItem(storedAs)
      else localStorage.setItem(storedAs, theme.value)
    } catch {
      // Not remembered, then.
    }
  })
}

/** The colour that a token of `tokens.css` has now, for canvases. */
export const colour = (token: string): string =>
  getComputedStyle(document.documentElement).getPropertyValue(`--${token}`).trim()
