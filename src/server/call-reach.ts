/** Where calls are reached, by the settings and the port that the server has. */
import { isIPv6 } from 'node:net'
import type { Reach } from '../webrtc/messages.ts'
import type { Settings } from './config.ts'

const anywhere = ['0.0.0.0', '::']

/** `httpPort`: over TCP, which calls share the number of unless they were given one of their own. */
export const callReach = ({ host, webrtc }: Settings, httpPort: number): Reach => {
  const { publicIp } = webrtc
  const wanted = webrtc.host || host
  const named = wanted === 'localhost' ? '127.0.0.1' : wanted
  // Who is reached from outside cannot listen on this machine alone.
  const open = anywhere.includes(named) || (publicIp !== '' && webrtc.host === '')
  const ports = { same: httpPort, own: 0 }
  return {
    bind: open ? undefined : named,
    port: typeof webrtc.port === 'number' ? webrtc.port : ports[webrtc.port],
    // The loopback is no address of any network, and so is not found by itself.
    addresses: [...(publicIp === '' ? [] : [publicIp]), ...(open && !isIPv6(named) ? ['127.0.0.1'] : [])],
  }
}
