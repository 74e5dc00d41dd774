/** TLS: the operator's certificate, or one of our own making that is kept in the cache folder for the next start. */
import { createPrivateKey, randomBytes, X509Certificate } from 'node:crypto'
import { link, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { isIP } from 'node:net'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { generate } from 'selfsigned'
import { VoiceError } from '../errors.ts'
import type { Settings } from './config.ts'

/** What a server needs to speak TLS, and what people need to trust it. */
export interface TlsIdentity {
  readonly cert: string
  readonly key: string
  /** SHA-256, as people compare it: `AB:CD:…`. */
  readonly fingerprint: string
  /** Of our own making: the file with the certificate, for clients to trust. */
  readonly caFile?: string
}

const dayMs = 86_400_000
const lifeDays = 820
/** A certificate of our own is made anew when less than this is left of it. */
const leastLeftMs = 30 * dayMs

/** Undefined where TLS is off. Throws `invalid_request` when the operator's files do not fit. */
export const tlsIdentity = async ({ tls, host, cacheDir }: Settings): Promise<TlsIdentity | undefined> => {
  const { certFile, keyFile, selfSigned } = tls
  if (certFile !== undefined || keyFile !== undefined) {
    if (certFile === undefined || keyFile === undefined) {
      throw new VoiceError('invalid_request', 'TLS needs both a certificate and its key: --tls-cert and --tls-key.')
    }
    return identity(await pem(certFile), await pem(keyFile))
  }
  return selfSigned ? ownIdentity(join(cacheDir, 'tls'), namesFor(host)) : undefined
}

const pem = async (file: string): Promise<string> => {
  try {
    return await readFile(file, 'utf8')
  } catch (cause) {
    throw new VoiceError('invalid_request', `${file} cannot be read.`, { cause })
  }
}

const identity = (cert: string, key: string): TlsIdentity => {
  try {
    const certificate = new X509Certificate(cert)
    if (!certificate.checkPrivateKey(createPrivateKey(key))) throw new Error('The key is not that of the certificate.')
    return { cert, key, fingerprint: certificate.fingerprint256 }
  } catch (cause) {
    throw new VoiceError('invalid_request', 'The TLS certificate and key are not PEM, or do not belong together.', {
      cause,
    })
  }
}

/** What this machine is called by its clients. */
const namesFor = (host: string): readonly string[] => {
  const anywhere = host === '0.0.0.0' || host === '::'
  return [...new Set(['localhost', '127.0.0.1', '::1', hostname(), ...(anywhere ? [] : [host])])]
}

const covers = (certificate: X509Certificate, names: readonly string[]): boolean =>
  names.every((name) => (isIP(name) ? certificate.checkIP(name) : certificate.checkHost(name)) !== undefined)

const ownIdentity = async (folder: string, names: readonly string[]): Promise<TlsIdentity> => {
  const file = join(folder, 'server.pem')
  const kept = await read(file, names)
  const own = kept ?? (await make(folder, file, names))
  const caFile = join(folder, 'certificate.pem')
  const draft = `${caFile}.${randomBytes(6).toString('hex')}`
  await writeFile(draft, own.cert, { mode: 0o600 })
  await rename(draft, caFile)
  return { ...own, caFile }
}

/** What was kept, if it is still good for these names. */
const read = async (file: string, names: readonly string[]): Promise<TlsIdentity | undefined> => {
  try {
    if ((await stat(file)).mode & 0o077) return undefined
    const text = await readFile(file, 'utf8')
    const end = text.indexOf('-----BEGIN CERTIFICATE-----')
    const certificate = new X509Certificate(text.slice(end))
    const leftMs = Date.parse(certificate.validTo) - Date.now()
    if (leftMs < leastLeftMs || !covers(certificate, names)) return undefined
    return identity(text.slice(end), text.slice(0, end))
  } catch {
    return undefined
  }
}

const make = async (folder: string, file: string, names: readonly string[]): Promise<TlsIdentity> => {
  const now = Date.now()
  const made = await generate([{ name: 'commonName', value: 'Parley' }], {
    keyType: 'ec',
    curve: 'P-256',
    algorithm: 'sha256',
    // A clock that is a little behind shall not refuse it.
    notBeforeDate: new Date(now - dayMs),
    notAfterDate: new Date(now + lifeDays * dayMs),
    extensions: [
      { name: 'basicConstraints', cA: true, pathLenConstraint: 0, critical: true },
      { name: 'keyUsage', digitalSignature: true, keyCertSign: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: names.map((name) => (isIP(name) ? { type: 7, ip: name } : { type: 2, value: name })),
      },
    ],
  })
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const draft = `${file}.${randomBytes(6).toString('hex')}`
  await writeFile(draft, `${made.private.trim()}\n${made.cert.trim()}\n`, { mode: 0o600 })
  try {
    // A link, unlike a rename, fails when another server was first: then its certificate counts.
    await link(draft, file)
  } catch {
    const theirs = await read(file, names)
    if (theirs) return theirs
    await rename(draft, file)
  } finally {
    await rm(draft, { force: true })
  }
  return identity(`${made.cert.trim()}\n`, `${made.private.trim()}\n`)
}
