import { describe, expect, it } from 'vitest'
import type { ServerTool } from '../../conversation/server-tool.ts'
import type { WireTool } from './messages.ts'
import { readServerTools } from './server-tools.ts'

const read = (tool: object): ServerTool | undefined => readServerTools([tool as WireTool])[0]
const mcp = (fields: object): ServerTool | undefined => read({ type: 'mcp', server_label: 'l', ...fields })

describe('a server of tools', () => {
  it('is asked with the keys that the client gave', () => {
    const keys = { authorization: 'tok', headers: { 'x-key': 'k' } }
    expect(mcp({ server_url: 'https://l.test', ...keys })).toMatchObject({
      url: 'https://l.test',
      headers: { authorization: 'Bearer tok', 'x-key': 'k' },
    })
    expect(mcp({ authorization: 'Bearer tok' })).toMatchObject({ headers: { authorization: 'Bearer tok' } })
  })

  it.each([
    [['a'], { names: ['a'] }],
    [
      { tool_names: ['a'], read_only: true },
      { names: ['a'], readOnly: true },
    ],
    [{}, undefined],
    [null, undefined],
  ])('may be used as %j says', (allowed_tools, allowed) => {
    expect((mcp({ allowed_tools }) as { allowed?: object }).allowed).toEqual(allowed)
  })

  it.each([
    [undefined, 'always'],
    [null, 'always'],
    ['always', 'always'],
    ['never', 'never'],
    [{ never: { tool_names: ['a'] } }, { never: { names: ['a'] } }],
    [{ never: {}, always: { read_only: false } }, { always: { readOnly: false } }],
  ])('wants approval as %j says', (require_approval, approval) => {
    expect(mcp({ require_approval })).toMatchObject({ approval })
  })
})

it('a web search has its limits', () => {
  expect(read({ type: 'web_search' })).toEqual({ type: 'web-search', maxResults: 3, maxSteps: 1 })
  const data = { engine: 'google', max_results: 1000, max_steps: 0 }
  expect(read({ type: 'web_search', providerData: data })).toEqual({ type: 'web-search', maxResults: 10, maxSteps: 1 })
})
