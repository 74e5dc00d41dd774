/** When the set-up installs npm packages, and what of an outer npm's settings its own npm gets to see. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { missingFrom } from '../../scripts/complete-lock.mjs'
import { checkNode } from '../../scripts/setup/node-version.mjs'
import { hasPackages, installPackages, npmEnvironment, remember } from '../../scripts/setup/packages.mjs'
import { projectUrl } from '../support/needs.ts'

describe('hasPackages', () => {
  let root = ''
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'parley-packages-'))
  })
  afterEach(() => rmSync(root, { recursive: true, force: true }))

  const lock = {
    packages: {
      '': { optionalDependencies: { extra: '1.0.0' } },
      'node_modules/a': { version: '1.0.0' },
      'node_modules/a-for-another-system': { version: '1.0.0', optional: true },
      'node_modules/extra': { version: '1.0.0', optional: true },
      'vendor/stub': {},
    },
  }
  const { '': _, 'node_modules/a-for-another-system': __, ...complete } = lock.packages
  const write = (wanted: object, installed?: object) => {
    writeFileSync(join(root, 'package-lock.json'), JSON.stringify(wanted))
    if (installed === undefined) return
    mkdirSync(join(root, 'node_modules'), { recursive: true })
    writeFileSync(join(root, 'node_modules', '.package-lock.json'), JSON.stringify({ packages: installed }))
  }

  it('wants an installation where there is no node_modules, or one that was broken off', () => {
    write(lock)
    expect(hasPackages(root)).toBe(false)
    mkdirSync(join(root, 'node_modules', 'a'), { recursive: true })
    expect(hasPackages(root)).toBe(false)
  })

  it('is content with what is listed, whoever installed it, other systems left out', () => {
    write(lock, complete)
    expect(hasPackages(root)).toBe(true)
  })

  it('wants one when a package is missing or has another version', () => {
    write(lock, { 'node_modules/extra': { version: '1.0.0' } })
    expect(hasPackages(root)).toBe(false)
    write(lock, { ...complete, 'node_modules/a': { version: '0.9.0' } })
    expect(hasPackages(root)).toBe(false)
    write(lock, { ...complete, 'node_modules/extra': { version: '0.9.0' } })
    expect(hasPackages(root)).toBe(false)
  })

  it('tries an optional package of the project once for each lock file', () => {
    write(lock, { 'node_modules/a': { version: '1.0.0' } })
    expect(hasPackages(root)).toBe(false)
    remember(root)
    expect(hasPackages(root)).toBe(true)
    write({ ...lock, more: true }, { 'node_modules/a': { version: '1.0.0' } })
    expect(hasPackages(root)).toBe(false)
  })

  it('has nothing to do where Parley is itself an installed package', () => {
    expect(hasPackages(root)).toBe(true)
  })
})

it('an installation leaves packages alone that another tree shares by a link', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'parley-linked-'))
  try {
    for (const path of ['shared/a', 'tree']) mkdirSync(join(folder, path), { recursive: true })
    symlinkSync(join(folder, 'shared'), join(folder, 'tree', 'node_modules'))
    await expect(installPackages(join(folder, 'tree'))).rejects.toThrow(/is a link/)
    expect(existsSync(join(folder, 'shared', 'a'))).toBe(true)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})

describe('npmEnvironment', () => {
  it('keeps the way to the registry and drops what the outer npm was told to do', () => {
    const network = {
      npm_config_registry: 'r',
      npm_config_https_proxy: 'p',
      npm_config_cafile: 'c',
      npm_config_userconfig: 'u',
      'npm_config_//host/:_authToken': 't',
    }
    const told = {
      npm_config_omit: 'dev',
      npm_config_global: 'true',
      npm_config_prefix: '/elsewhere',
      npm_config_dry_run: 'true',
      npm_config_ignore_scripts: 'false',
      npm_lifecycle_event: 'start',
      npm_package_json: '/elsewhere/package.json',
      NODE_ENV: 'production',
    }
    const others = { PATH: '/bin', HOME: '/home' }
    expect(npmEnvironment({ ...network, ...told, ...others })).toEqual({ ...network, ...others })
  })
})

describe('package-lock.json', () => {
  it('lists the packages of all systems; without them npm ci refuses it (npm run lock puts them in)', () => {
    const lock = JSON.parse(readFileSync(new URL('package-lock.json', projectUrl), 'utf8'))
    expect(Object.keys(missingFrom(lock))).toEqual([])
  })

  it('is found wanting where a package names others that it lacks', () => {
    const packages = {
      'node_modules/tool': { version: '1.0.0', dev: true, optionalDependencies: { '@tool/win32-x64': '1.0.0' } },
    }
    expect(missingFrom({ packages })).toEqual({
      'node_modules/@tool/win32-x64': { version: '1.0.0', os: ['win32'], cpu: ['x64'], dev: true, optional: true },
    })
  })
})

describe('checkNode', () => {
  it('takes Node 20.19 and newer, and names both versions where Node is older', () => {
    for (const version of ['20.19.0', '20.20.2', '22.0.0', '26.1.0']) expect(() => checkNode(version)).not.toThrow()
    for (const version of ['20.18.9', '18.20.0']) expect(() => checkNode(version)).toThrow(`this is Node ${version}`)
  })
})
