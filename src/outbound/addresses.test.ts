import fc from 'fast-check'
import { expect, it } from 'vitest'
import { isPublicAddress } from './addresses.ts'

it.each([
  ...['0.0.0.0', '10.1.2.3', '100.64.0.1', '100.100.100.200', '127.0.0.1', '127.255.255.254', '168.63.129.16'],
  ...['169.254.169.254', '172.16.0.1', '172.31.255.255', '192.0.0.192', '192.0.2.1', '192.168.0.1', '198.18.0.1'],
  ...['198.51.100.7', '203.0.113.9', '224.0.0.1', '239.255.255.250', '240.0.0.1', '255.255.255.255'],
  ...['::', '::1', '::127.0.0.1', '::ffff:127.0.0.1', '::ffff:8.8.8.8', '::ffff:7f00:1', '64:ff9b::7f00:1'],
  ...['64:ff9b::8.8.8.8', '100::1', '2001::1', '2001:0:4136:e378:8000:63bf:3fff:fdd2', '2001:db8::1'],
  ...[
    '2002:7f00:1::',
    '3fff::1',
    'fc00::1',
    'fd00:ec2::254',
    'fe80::1',
    'fe80::1%eth0',
    '2606:4700::1%eth0',
    'ff02::1',
  ],
  ...['', 'localhost', '0x7f.1', '2130706433', '0177.0.0.1', '1.2.3', '8.8.8.8 '],
])('does not take %s for an address that everyone may reach', (address) => {
  expect(isPublicAddress(address)).toBe(false)
})

it.each(['8.8.8.8', '1.1.1.1', '172.15.255.255', '172.32.0.1', '100.63.255.255', '100.128.0.1', '2606:4700::1111'])(
  'takes %s for one',
  (address) => expect(isPublicAddress(address)).toBe(true),
)

it('closes every address of a private network, however an IPv6 address holds it', () => {
  const octet = fc.integer({ min: 0, max: 255 })
  const privateAddress = fc
    .tuple(fc.constantFrom('10', '127', '0'), octet, octet, octet)
    .map((parts) => parts.join('.'))
  fc.assert(
    fc.property(privateAddress, fc.constantFrom('', '::ffff:', '::', '64:ff9b::'), (address, prefix) => {
      expect(isPublicAddress(`${prefix}${address}`)).toBe(false)
    }),
  )
})
