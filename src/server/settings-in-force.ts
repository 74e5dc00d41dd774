/** The settings as they are, one by one, without secrets. */
import { maskSettings, type Settings } from './config.ts'
import { fields } from './settings-fields.ts'

/** One setting: its value, and whether it is another than the default. */
export interface SettingInForce {
  readonly path: string
  readonly value: unknown
  readonly changed: boolean
  readonly description: string
}

const valueAt = (settings: Settings, path: string): unknown =>
  path.split('.').reduce<unknown>((tree, name) => (tree as Record<string, unknown> | undefined)?.[name], settings)

/** In the order of the settings page. */
export const settingsInForce = (settings: Settings): readonly SettingInForce[] => {
  const masked = maskSettings(settings)
  return fields.map(({ path, description, default: usual }) => {
    const value = valueAt(masked, path)
    return { path, value, changed: JSON.stringify(value) !== JSON.stringify(usual), description }
  })
}
