/** `GET /healthz` answers while the process lives, `GET /readyz` once the engines are warm; `GET /` says where one is. */
import type { Hono } from 'hono'
import { json } from '../../protocols/answer.ts'
import { type Env, respond } from '../guard.ts'
import type { House } from '../house.ts'

export const healthRoutes = (app: Hono<Env>, house: House): void => {
  app.get('/healthz', () => respond(json(200, { status: 'ok' })))
  app.get('/readyz', () => {
    const readiness = house.readiness()
    if (!readiness) return respond(json(503, { status: 'warming up' }, { 'retry-after': '1' }))
    const engines = readiness.engines.map(({ kind, id, card, problem }) => ({
      kind,
      id,
      name: card?.name,
      accuracy: card?.accuracy,
      problem,
    }))
    const missing = engines.flatMap(({ problem }) => problem ?? [])
    const status = missing.length > 0 ? 'not ready' : 'ready'
    return respond(json(missing.length > 0 ? 503 : 200, { status, missing, engines }))
  })
  app.get('/', () => new Response(page, { headers: pageHeaders }))
}

const pageHeaders = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'",
  'referrer-policy': 'no-referrer',
}

const page = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Parley</title>
<style>
  :root { color-scheme: light dark; font: 16px/1.6 system-ui, sans-serif }
  body { max-width: 42rem; margin: 12vh auto; padding: 0 1.5rem }
  code { font-family: ui-monospace, monospace; font-size: 0.9em }
</style>
<h1>Parley is listening</h1>
<p>A self-hosted realtime voice server. Point a client here by changing its base URL; the key is in this page's address,
after <code>#key=</code>.</p>
<ul>
  <li><code>/v1/realtime</code>, <code>/api/v1/realtime/session</code>: spoken conversations, OpenAI and Inworld</li>
  <li><code>/stt/v1/transcribe:streamBidirectional</code>, <code>/stt/v1/transcribe</code>: Inworld speech-to-text</li>
  <li><code>/stt/v3/stream</code>, <code>/stt/v3</code>: Vachana speech-to-text</li>
  <li><code>/v1/audio/transcriptions</code>, <code>/v1/models</code>: OpenAI audio</li>
  <li><code>/v1/audio/speech</code>, <code>/tts/v1/voice</code>, <code>/tts/v1/voice:stream</code>: OpenAI and Inworld speech</li>
  <li><code>/v1/chat/completions</code>: OpenAI chat</li>
  <li><code>/healthz</code>, <code>/readyz</code>: is it alive, is it ready</li>
</ul>
</html>
`
