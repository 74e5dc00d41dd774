/**
 * OpenAI's agents for voice, with a tool: a spoken question, captions of both sides.
 *
 *   PARLEY_KEY=… node examples/openai-agents.mjs question.wav      (16-bit mono, 24 kHz)
 */
import { readFile } from 'node:fs/promises'
import { OpenAIRealtimeWebSocket, RealtimeAgent, RealtimeSession, tool } from '@openai/agents-realtime'
import { z } from 'zod'

const transport = new OpenAIRealtimeWebSocket({
  url: `${process.env.PARLEY_URL ?? 'ws://127.0.0.1:8080'}/v1/realtime?model=gpt-realtime`, // was: wss://api.openai.com
})

const goForward = tool({
  name: 'go_forward',
  description: 'Drives forward.',
  parameters: z.object({ meters: z.number() }),
  execute: ({ meters }) => ({ driven: `${meters} meters` }),
})
const agent = new RealtimeAgent({ name: 'Driver', instructions: 'You drive a small robot.', tools: [goForward] })
const session = new RealtimeSession(agent, { transport, tracingDisabled: true })

session.on('error', ({ error }) => {
  console.error(error)
  process.exit(1)
})
session.on('agent_tool_end', (_context, _agent, { name }, result) => console.log(`${name}: ${result}`))
session.on('agent_end', (_context, _agent, text) => {
  // An answer that only calls a tool says nothing.
  if (text === '') return
  const [user] = session.history.filter(({ role }) => role === 'user')
  console.log(`< ${user.content[0].transcript}\n> ${text}`)
  session.close()
})
await session.connect({ apiKey: process.env.PARLEY_KEY })
const wav = await readFile(process.argv[2])
// A microphone goes on when nobody speaks; that is how the end of a turn is heard.
const sound = Buffer.concat([wav.subarray(44), Buffer.alloc(200_000)])
for (let at = 0; at < sound.length; at += 4800) session.sendAudio(Uint8Array.from(sound.subarray(at, at + 4800)).buffer)
