import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { renderSettingsPage } from './settings-docs.ts'
import { fields, groups } from './settings-fields.ts'

it('matches docs/settings.md (otherwise run `npm run docs`)', () => {
  expect(readFileSync(new URL('../../docs/settings.md', import.meta.url), 'utf8')).toBe(renderSettingsPage())
})

it('describes every setting and every group', () => {
  expect(fields.filter((field) => field.description === '').map((field) => field.path)).toEqual([])
  expect(groups.filter((group) => group.description === '').map((group) => group.name)).toEqual([])
})
