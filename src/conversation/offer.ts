/** Offer: the tools that a model is given under names of its own, and what each name stands for. */
import type { Tool, ToolChoice } from '../engines/language-model.ts'
import type { RemoteTool } from '../engines/remote-tools.ts'
import type { SessionToolChoice } from './config.ts'
import type { McpTools, WebSearch } from './server-tool.ts'

/** What a name stands for that is no function of the client's. */
export type Target =
  | { readonly type: 'server'; readonly server: McpTools; readonly tool: RemoteTool }
  | { readonly type: 'search'; readonly search: WebSearch }

/** What there is to offer. */
export interface Available {
  readonly functions: readonly Tool[]
  readonly servers: readonly { readonly server: McpTools; readonly tools: readonly RemoteTool[] }[]
  readonly search?: WebSearch | undefined
}

export interface Offer {
  readonly tools: readonly Tool[]
  readonly toolChoice: ToolChoice
  readonly targets: ReadonlyMap<string, Target>
}

const longestName = 64
const mostTools = 128

/** A name in the letters that every model takes. */
const clean = (name: string): string => name.replaceAll(/[^\w-]/g, '_').slice(0, longestName) || 'tool'

/** How a model knows a tool of a server that is not offered now. */
export const plainName = (_: string, name: string): string => clean(name)

const searchTool: Tool = {
  name: 'web_search',
  description: 'Searches the web and gives what it finds, with sources. For what is new, and for what you do not know.',
  parameters: {
    type: 'object',
    properties: { query: { type: 'string', description: 'What to search for.' } },
    required: ['query'],
  },
}

/** A name that is not taken, and takes it. */
const unique = (name: string, taken: Set<string>): string => {
  let free = name
  for (let count = 2; taken.has(free); count += 1) free = `${name.slice(0, longestName - 4)}_${count}`
  taken.add(free)
  return free
}

/** A server's tool keeps its name where nothing else has it; else its server's name comes before it. */
export const offerOf = ({ functions, servers, search }: Available, choice: SessionToolChoice): Offer => {
  const all = servers.flatMap(({ server, tools }) => tools.map((tool) => ({ type: 'server' as const, server, tool })))
  const names = [...functions.map(({ name }) => name), ...all.map(({ tool }) => clean(tool.name))]
  const isShared = (name: string): boolean => names.indexOf(name) !== names.lastIndexOf(name)
  const taken = new Set(functions.map(({ name }) => name))
  const targets = new Map<string, Target>()
  const tools: Tool[] = [...functions]
  for (const target of all.slice(0, Math.max(0, mostTools - functions.length))) {
    const { name, description, parameters } = target.tool
    const plain = clean(name)
    const own = unique(isShared(plain) ? clean(`${target.server.label}_${name}`) : plain, taken)
    targets.set(own, target)
    tools.push({ name: own, description, parameters })
  }
  if (search) {
    const name = unique(searchTool.name, taken)
    targets.set(name, { type: 'search', search })
    tools.push({ ...searchTool, name })
  }
  return { targets, ...chosen(tools, targets, choice) }
}

/** What of a choice the model can be told: one that demands what is not there leaves it free. */
const chosen = (
  tools: readonly Tool[],
  targets: ReadonlyMap<string, Target>,
  choice: SessionToolChoice,
): Pick<Offer, 'tools' | 'toolChoice'> => {
  if (typeof choice === 'string' || 'name' in choice) return { tools, toolChoice: choice }
  const wanted = [...targets].flatMap(([name, target]) => {
    const isOf = target.type === 'server' && target.server.label === choice.server
    return isOf && (choice.tool === undefined || choice.tool === target.tool.name) ? [name] : []
  })
  const [only] = wanted
  if (only === undefined) return { tools, toolChoice: 'auto' }
  if (wanted.length === 1) return { tools, toolChoice: { name: only } }
  return { tools: tools.filter(({ name }) => wanted.includes(name)), toolChoice: 'required' }
}

/** The name under which a model is told of a server's tool, now or where it is not offered. */
export const nameIn =
  ({ targets }: Offer) =>
  (server: string, name: string): string => {
    for (const [own, target] of targets)
      if (target.type === 'server' && target.server.label === server && target.tool.name === name) return own
    return plainName(server, name)
  }
