/** Checks of the way into a Realtime server and out of it: keys, subprotocols, secrets, pings and closes. */
import { at, type Check, differ, fail, isMessage, skip } from '../check.ts'
import { Connection } from '../connection.ts'
import { bodyOf, refusedFor, type Scene, wrongKey } from '../scene.ts'
import { expectAt, talk, talking, typesOf } from './talk.ts'

const handshake = 'Connecting with a WebSocket'

/** What closes with an error in place of a refused handshake. */
const closesAtOnce = async (connection: Connection): Promise<never> => {
  const first = await connection.maybe(() => true, 0, 2000)
  if (first?.type === 'session.created') return fail('a session was opened', first)
  await connection.closed()
  return differ('the socket is opened and closed again in place of a refused handshake', ...connection.received)
}

export const doorChecks: readonly Check<Scene>[] = [
  {
    id: 'key-missing',
    says: 'Without a key the handshake is refused with 401.',
    reference: handshake,
    run: async (scene) => {
      scene.key()
      const opened = await scene.knock({ key: '' })
      if (opened instanceof Connection) await closesAtOnce(opened)
      refusedFor(opened, [401, 403])
    },
  },
  {
    id: 'key-wrong',
    says: 'With a wrong key the handshake is refused with 401, and the key is not repeated.',
    reference: handshake,
    run: async (scene) => {
      scene.key()
      const opened = await scene.knock({ key: wrongKey })
      if (opened instanceof Connection) return closesAtOnce(opened)
      refusedFor(opened, [401, 403])
      if (opened.body.includes(wrongKey)) fail('the answer repeats the key')
    },
  },
  talking('ping', 'A ping of the WebSocket is answered.', handshake, async ({ connection }) => {
    if (!(await connection.answersPing())) fail('no pong came')
  }),
  talking('close', 'A client that closes with 1000 is answered with 1000.', handshake, async ({ connection }) => {
    await connection.close(1000)
    const { code } = await connection.closed()
    if (code !== 1000) fail(`it was answered with ${code}`)
  }),
  {
    id: 'close-running',
    says: 'A client that leaves in the middle of a reply can come back at once.',
    reference: handshake,
    run: async (scene) => {
      const client = await talk(scene)
      client.send({ type: 'response.create', response: { instructions: 'Count to one hundred.' } })
      await client.next('response.created')
      await client.connection.close()
      const again = await talk(scene)
      await again.configure({})
    },
  },
]

export const openaiDoorChecks: readonly Check<Scene>[] = [
  {
    id: 'key-subprotocol',
    says: 'A browser gives its key as a subprotocol; of those offered, realtime is chosen.',
    reference: handshake,
    run: async (scene) => {
      const key = scene.key()
      const connection = await scene.open({ key: '', subprotocols: ['realtime', `openai-insecure-api-key.${key}`] })
      await connection.until('session.created', ({ type }) => type === 'session.created')
      if (connection.protocol !== 'realtime') fail(`the subprotocol is “${connection.protocol.replace(key, '[key]')}”`)
    },
  },
  {
    id: 'client-secret',
    says: 'A client secret opens a session that begins as it was pinned.',
    reference: 'REST: POST /realtime/client_secrets',
    run: async (scene) => {
      scene.key()
      const body = JSON.stringify({ session: { type: 'realtime', instructions: 'Be brief.' } })
      const answer = await scene.ask((path) => `${path}/client_secrets`, {
        headers: { 'content-type': 'application/json' },
        body,
      })
      if (answer.status === 404 || answer.status === 405) return skip('not offered')
      const { value, expires_at: expiresAt } = bodyOf(answer)
      if (typeof value !== 'string' || !value.startsWith('ek_')) return fail('its value does not begin with ek_')
      if (typeof expiresAt !== 'number') fail('it has no expires_at')
      const { session } = await talk(scene, { key: value })
      expectAt(session, 'instructions', 'Be brief.')
    },
  },
  {
    id: 'older-dialect',
    says: 'A client that asks for the older API is spoken to in its names, and in no others.',
    reference: 'Header OpenAI-Beta: realtime=v1',
    otherDialect: true,
    run: async (scene) => {
      const opened = await scene.knock({ headers: { 'openai-beta': 'realtime=v1' } })
      if (!(opened instanceof Connection)) return skip('not offered')
      const created = await opened.maybe(({ type }) => type === 'session.created', 0, scene.target.timeoutMs)
      if (!created || at(created, 'session.modalities') === undefined) return skip('not offered')
      opened.send({ type: 'session.update', session: { modalities: ['text'] } })
      opened.send({
        type: 'conversation.item.create',
        item: { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Say hello.' }] },
      })
      opened.send({ type: 'response.create' })
      await opened.until('response.done', ({ type }) => type === 'response.done', {
        timeoutMs: scene.target.timeoutMs * 3,
      })
      const types = typesOf(opened.received)
      for (const type of ['session.updated', 'conversation.item.created', 'response.text.delta', 'response.text.done'])
        if (!types.includes(type)) fail(`no ${type} came`)
      for (const type of types)
        if (/output_text|output_audio|conversation\.item\.(added|done)/.test(type)) fail(`${type} is of the newer API`)
      const { session } = created
      if (!isMessage(session) || 'audio' in session) fail('the session is not flat', created)
    },
  },
]
