/** Says in the log that clients want the web searched where there is nothing to search with. */
import type { SessionEvent } from '../conversation/events.ts'
import type { House } from './house.ts'

/** Sees the events of all sessions, and says it once. */
export const searchNote = ({ settings, log }: Pick<House, 'settings' | 'log'>): ((event: SessionEvent) => void) => {
  let isSaid = settings.tools.search !== 'none'
  return (event) => {
    if (isSaid || (event.type !== 'session.created' && event.type !== 'session.updated')) return
    if (event.config.serverTools.every(({ type }) => type !== 'web-search')) return
    isSaid = true
    log.warn({ setting: 'tools.search' }, 'clients want the web searched, and no search engine is set')
  }
}
