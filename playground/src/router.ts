/** Which view is shown: the part of the address behind `#/`. */
import { signal } from '@preact/signals'
import { takeKeyFromAddress } from './access.ts'

export const viewIds = ['listen', 'talk', 'speak', 'wire', 'compare', 'server'] as const
export type ViewId = (typeof viewIds)[number]

const read = (): ViewId => {
  const name = /^#\/([a-z]+)/.exec(location.hash)?.[1]
  return viewIds.find((id) => id === name) ?? 'listen'
}

/** The view that the address names. */
export const view = signal<ViewId>(read())

addEventListener('hashchange', () => {
  takeKeyFromAddress()
  view.value = read()
})
