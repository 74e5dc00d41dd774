/** `/telephony/{carrier}/answer`: what a carrier is to do with a call that has come. */
import type { Hono } from 'hono'
import { asVoiceError, VoiceError } from '../../errors.ts'
import { streamAnswer, telephonyError } from '../../protocols/telephony/answer.ts'
import type { CarrierName } from '../../protocols/telephony/carriers.ts'
import { findCredential } from '../auth.ts'
import { readBody } from '../body.ts'
import { type Env, respond } from '../guard.ts'
import type { House } from '../house.ts'
import { publicRequestUrl, publicUrl } from '../public-url.ts'
import { isSigned, parametersIn } from '../telephony-wire.ts'

/** Some fields about the call. */
const bodyLimitBytes = 64 * 1024
/** Between the answer and the socket. */
const tokenMs = 60_000

/** The key that a call counts for. Throws `unauthorized` for who is neither the carrier nor has a key. */
const admitted = async (house: House, carrier: CarrierName, request: Request): Promise<string> => {
  const { settings, keys } = house
  const body = new TextDecoder().decode(await readBody(request, bodyLimitBytes))
  const headers = Object.fromEntries(request.headers)
  const url = publicRequestUrl(request, settings.publicUrl)
  const method = request.method === 'POST' ? 'POST' : 'GET'
  if (isSigned(carrier, { method, url, headers, body }, settings)) return carrier
  const credential = findCredential(headers, new URL(request.url).searchParams)
  const key = credential && keys.check(credential)
  if (!key) throw new VoiceError('unauthorized', `This is neither signed by ${carrier} nor does it hold a key.`)
  return key
}

export const telephonyRoutes = (app: Hono<Env>, house: House): void => {
  const { settings, tokens, limits, log } = house
  for (const carrier of settings.telephony.carriers) {
    const path = `/telephony/${carrier}`
    app.on(['GET', 'POST'], `${path}/answer`, async (context) => {
      const request = context.req.raw
      try {
        const key = await admitted(house, carrier, request)
        if (!limits.takeRequest(key, performance.now())) throw new VoiceError('overloaded', 'Too many requests.')
        const at = Date.now()
        const token = tokens.mint({ key, singleUse: true, expiresAt: at + tokenMs }, at)
        const url = `${publicUrl(request, settings.publicUrl).replace(/^http/, 'ws')}${path}`
        return respond(
          streamAnswer(carrier, { url, token, parameters: parametersIn(new URL(request.url).searchParams) }),
        )
      } catch (error) {
        const failure = asVoiceError(error)
        log.info({ carrier, code: failure.code }, 'call refused')
        return respond(telephonyError(failure))
      }
    })
  }
}
