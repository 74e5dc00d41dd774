/** Short-lived secrets: what sockets are opened with, so that the key itself is in no address. */
import { requestJson } from './request.ts'

/** For one socket of the speech-to-text or speech wires, within a minute. */
export const oneTimeToken = async (signal?: AbortSignal): Promise<string> => {
  const json = { singleUse: true, ttl: '60s' }
  const { accessToken } = await requestJson<{ readonly accessToken: string }>('/auth/v1/tokens', {
    json,
    ...(signal ? { signal } : {}),
  })
  return accessToken
}

/** For Realtime sessions (WebSocket or WebRTC), within a minute; `session` is what they begin with. */
export const clientSecret = async (session: object, signal?: AbortSignal): Promise<string> => {
  const json = { session, expires_after: { anchor: 'created_at', seconds: 60 } }
  const { value } = await requestJson<{ readonly value: string }>('/v1/realtime/client_secrets', {
    json,
    ...(signal ? { signal } : {}),
  })
  return value
}
