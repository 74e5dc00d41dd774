import { expect, it } from 'vitest'
import type { Tick } from '../conversation/inputs.ts'
import type { RemoteTools } from '../engines/remote-tools.ts'
import { VoiceError } from '../errors.ts'
import type { Log } from '../log.ts'
import { Tasks } from '../streams/tasks.ts'
import { ToolRuns } from './tool-runs.ts'

const never = new Promise<never>(() => {})
const server = { label: 'shop', url: 'https://shop.test', headers: {} }
const call = { type: 'run-tool', itemId: 'i', server, name: 'order', arguments: '{"what":"secret"}' } as const
const search = { type: 'search', itemId: 's', arguments: '{"query":"secret"}', maxResults: 3 } as const

const run = (tools?: Partial<RemoteTools>) => {
  const told: Tick[] = []
  const logged: string[] = []
  const write = (...line: unknown[]): void => void logged.push(JSON.stringify(line))
  const log: Log = { debug: write, info: write, warn: write, error: write, child: () => log }
  const tasks = new Tasks()
  const given = tools && { list: () => never, call: () => never, close: async () => {}, ...tools }
  const runs = new ToolRuns({ tools: given, tasks, log, tell: (tick) => told.push(tick) })
  return { runs, tasks, told, logged }
}

it('tells one answer for each errand, whatever became of it, and logs nothing of what was asked', async () => {
  const { runs, tasks, told, logged } = run({
    list: async () => {
      throw new VoiceError('provider_failed', 'It is not there.')
    },
    call: async () => ({ type: 'output', text: 'secret' }),
    search: async () => 'found',
  })
  runs.perform({ type: 'list-tools', itemId: 'l', server })
  runs.perform(call)
  runs.perform({ ...search, arguments: 'secret' })
  await tasks.settled()
  expect(told).toHaveLength(3)
  expect(told).toEqual(
    expect.arrayContaining([
      { type: 'tools.listed', itemId: 'l', tools: [], problem: 'It is not there.' },
      { type: 'tool.ended', itemId: 'i', result: { type: 'output', text: 'secret' } },
      { type: 'tool.ended', itemId: 's', result: { type: 'failed', by: 'tool', message: 'The query is missing.' } },
    ]),
  )
  expect(logged.join()).not.toContain('secret')
})

it('says so where nothing can be run', async () => {
  const { runs, tasks, told } = run()
  runs.perform(call)
  runs.perform(search)
  await tasks.settled()
  expect(told).toMatchObject([{ result: { type: 'failed' } }, { result: { type: 'failed' } }])
})

it('does not wait for what never ends once the session does', async () => {
  const { runs, tasks, told } = run({})
  runs.perform(call)
  tasks.abort()
  await tasks.settled()
  expect(told).toEqual([])
})
