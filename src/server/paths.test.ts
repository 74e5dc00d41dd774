import { expect, it } from 'vitest'
import { routePath } from './paths.ts'

it('decodes escapes, collapses slashes and cuts a prefix and a trailing slash', () => {
  expect(routePath('/stt/v1/transcribe%3AstreamBidirectional')).toBe('/stt/v1/transcribe:streamBidirectional')
  expect(routePath('//stt/v1/transcribe')).toBe('/stt/v1/transcribe')
  expect(routePath('/prefix/stt/v3/stream')).toBe('/stt/v3/stream')
  expect(routePath('/a/b//v1/models/')).toBe('/v1/models')
  expect(routePath('/v1/models/inworld/inworld-stt-1')).toBe('/v1/models/inworld/inworld-stt-1')
  expect(routePath('/healthz')).toBe('/healthz')
})

it('leaves other paths alone, malformed ones too', () => {
  expect(routePath('/')).toBe('/')
  expect(routePath('/nowhere')).toBe('/nowhere')
  expect(routePath('/%zz')).toBe('/%zz')
})
