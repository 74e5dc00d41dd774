import { expect, it } from 'vitest'
import { silentLog } from '../log.ts'
import { ListenSession } from './listen-session.ts'

it('close does not wait for engines that still load', async () => {
  let asked = (): void => {}
  const wanted = new Promise<void>((resolve) => {
    asked = resolve
  })
  const session = new ListenSession({
    prepare: () => {
      asked()
      return new Promise(() => {})
    },
    log: silentLog,
  })
  const format = { encoding: 'pcm16', sampleRate: 16_000, channels: 1 } as const
  const wishes = { model: '', settings: {}, voiceProfile: false, gapMs: 0, inactivityMs: 0 }
  session.send({ type: 'listen.start', start: { format, ...wishes } })
  await wanted
  await session.close()
  expect((await session.events[Symbol.asyncIterator]().next()).done).toBe(true)
})
