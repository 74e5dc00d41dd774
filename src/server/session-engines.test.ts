import { afterAll, expect, it } from 'vitest'
import { silentLog } from '../log.ts'
import { loadSettings } from './config.ts'
import { openEngines } from './engines.ts'
import { sessionEngines } from './session-engines.ts'

const opened: { close(): Promise<void> }[] = []
afterAll(async () => {
  for (const engines of opened) await engines.close()
})

/** Whether the model of this name may be asked before a turn is over, where the operator has set this. */
const mayPrepare = async (earlyStart: string, name: string, wish: boolean | null): Promise<boolean> => {
  const settings = loadSettings({ env: { OPENAI_API_KEY: 'a', PARLEY_REALTIME_EARLY_START: earlyStart }, cwd: '/' })
  const engines = openEngines(settings, silentLog)
  opened.push(engines)
  return sessionEngines({ engines, settings }).mayPrepare!(name, wish)
}

it.each<readonly [earlyStart: string, name: string, wish: boolean | null, allowed: boolean]>([
  ['auto', 'parley/rules', null, true],
  ['auto', 'parley/rules', false, false],
  ['auto', 'gpt-4.1', null, false],
  ['auto', '', null, false],
  ['auto', 'a-name-that-nobody-knows', null, false],
  ['auto', 'gpt-4.1', true, true],
  ['on', 'gpt-4.1', null, true],
  ['on', 'gpt-4.1', false, false],
  ['off', 'parley/rules', true, false],
])('with early start %s, %s and a wish of %s: %s', async (earlyStart, name, wish, allowed) => {
  expect(await mayPrepare(earlyStart, name, wish)).toBe(allowed)
})
