import { expect, it } from 'vitest'
import { pathPrefix, routePath } from './paths.ts'

it('decodes escapes, collapses slashes and cuts a prefix and a trailing slash', () => {
  expect(routePath('/stt/v1/transcribe%3AstreamBidirectional')).toBe('/stt/v1/transcribe:streamBidirectional')
  expect(routePath('//stt/v1/transcribe')).toBe('/stt/v1/transcribe')
  expect(routePath('/prefix/stt/v3/stream')).toBe('/stt/v3/stream')
  expect(routePath('/a/b//v1/models/')).toBe('/v1/models')
  expect(routePath('/v1/models/inworld/inworld-stt-1')).toBe('/v1/models/inworld/inworld-stt-1')
  expect(routePath('/healthz')).toBe('/healthz')
  expect(routePath('/prefix/lro/v1alpha/a/v1/b')).toBe('/lro/v1alpha/a/v1/b')
})

it('leaves other paths alone, malformed ones too', () => {
  expect(routePath('/')).toBe('/')
  expect(routePath('/nowhere')).toBe('/nowhere')
  expect(routePath('/%zz')).toBe('/%zz')
})

it('tells the prefix that a client knows this server under', () => {
  expect(pathPrefix('/voice/lro/v1alpha/name')).toBe('/voice')
  expect(pathPrefix('/lro/v1alpha/name')).toBe('')
  expect(pathPrefix('/a//lro/v1alpha/name')).toBe('/a/')
  expect(pathPrefix('/a/lro//v1alpha/name')).toBe('')
})
