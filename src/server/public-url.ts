/** Under which address a client reaches this server. */
import { pathPrefix } from './paths.ts'

/**
 * Such as `https://voice.example.com/prefix`, without a slash at its end: the operator's word for it, else what the
 * request says of itself.
 */
export const publicUrl = (request: Request, configured: string | undefined): string => {
  if (configured !== undefined) return configured.replace(/\/+$/, '')
  const { protocol, host, pathname } = new URL(request.url)
  const secure = request.headers.get('x-forwarded-proto')?.split(',')[0]?.trim() === 'https'
  return `${secure ? 'https:' : protocol}//${host}${pathPrefix(pathname)}`.replace(/\/+$/, '')
}
