import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { loadSettings } from './config.ts'
import { tlsIdentity } from './tls.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'parley-tls-'))
})
afterEach(() => rmSync(folder, { recursive: true }))
const settings = (flags: Parameters<typeof loadSettings>[0] & object = {}) =>
  loadSettings({ env: { PARLEY_CACHE_DIR: folder }, cwd: folder, ...flags })

describe('TLS', () => {
  it('is off unless asked for', async () => {
    expect(await tlsIdentity(settings())).toBeUndefined()
  })

  it('makes a certificate once, keeps it to its owner, and makes another for another name', async () => {
    const first = await tlsIdentity(settings({ flags: { tls: 'self-signed' } }))
    expect(first!.fingerprint).toMatch(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/)
    expect(readFileSync(first!.caFile!, 'utf8')).toBe(first!.cert)
    expect(statSync(join(folder, 'tls', 'server.pem')).mode & 0o777).toBe(0o600)
    const again = await tlsIdentity(settings({ flags: { tls: 'self-signed' } }))
    expect(again!.fingerprint).toBe(first!.fingerprint)
    const other = await tlsIdentity(settings({ flags: { tls: 'self-signed', host: '192.0.2.7' } }))
    expect(other!.fingerprint).not.toBe(first!.fingerprint)
  })

  it('takes the files of the operator, and refuses half of them, missing ones and others', async () => {
    await tlsIdentity(settings({ flags: { tls: 'self-signed' } }))
    const own = join(folder, 'tls', 'server.pem')
    const given = await tlsIdentity(settings({ flags: { tlsCert: own, tlsKey: own } }))
    expect(given).not.toHaveProperty('caFile')
    await expect(tlsIdentity(settings({ flags: { tlsCert: own } }))).rejects.toThrow(/both/)
    await expect(tlsIdentity(settings({ flags: { tlsCert: own, tlsKey: 'none.pem' } }))).rejects.toThrow(/none\.pem/)
    const certificate = join(folder, 'tls', 'certificate.pem')
    await expect(tlsIdentity(settings({ flags: { tlsCert: own, tlsKey: certificate } }))).rejects.toThrow(/belong/)
    expect(() => settings({ flags: { tls: 'yes' } })).toThrow(/self-signed/)
  })
})
