/** The settings page of the docs, made from the schema. */
import { type Field, fields, groups } from './settings-fields.ts'

const showDefault = (field: Field): string => {
  if (field.default === undefined || field.default === '') return ''
  if (Array.isArray(field.default)) return field.default.length === 0 ? 'none' : `\`${field.default.join(',')}\``
  if (typeof field.default === 'object') return 'none'
  return `\`${String(field.default)}\``
}

const cell = (text: string): string => text.replaceAll('|', '\\|')

const table = (rows: readonly Field[]): string =>
  [
    '| setting | default | in the environment | what it does |',
    '|---|---|---|---|',
    ...rows.map((field) => {
      const what = `${field.description} (${field.type})`
      return `| \`${field.path}\` | ${showDefault(field)} | \`${field.environment}\` | ${cell(what)} |`
    }),
  ].join('\n')

/** `docs/settings.md`, whole. */
export const renderSettingsPage = (): string => {
  const single = fields.filter((field) => !field.path.includes('.'))
  const sections = groups.map(
    ({ name, description }) =>
      `## ${name}\n\n${description}\n\n${table(fields.filter((field) => field.path.startsWith(`${name}.`)))}\n`,
  )
  return `# Settings

This page is made from the schema by \`npm run docs\`.

A setting is looked for in four places; the later one wins.

1. The defaults below.
2. A JSON file: \`parley.json\` in the working folder, or the one named by \`--config FILE\` or \`PARLEY_CONFIG\`.
3. The environment: each setting has a name there.
4. Flags: \`--host\`, \`--port\`, \`--models\`, and \`--set name=value\` for any other.

A name that is not known is refused, with the nearest one that is. Secrets are taken from the environment only: neither
the file nor a flag may hold one. In the environment and in flags a list is separated by commas, and an object is
\`name=value,name=value\` or JSON. An empty variable counts as unset.

\`\`\`json
{
  "port": 9000,
  "limits": { "sessionsPerKey": 50 },
  "models": { "aliases": { "my-ears": "pocketsphinx/en-us" } },
  "providers": { "pocketsphinx": { "processes": 2 } }
}
\`\`\`

\`\`\`sh
PARLEY_PORT=9000 PARLEY_API_KEYS=first-key,second-key npm start
npm start -- --port 9000 --set limits.sessionsPerKey=50
\`\`\`

A provider's own settings are named after it, in the environment too: \`PARLEY_PROVIDERS_POCKETSPHINX_PROCESSES=2\`. That
is also where its key goes: \`PARLEY_PROVIDERS_<NAME>_API_KEY\`. \`npx parley doctor\` shows the settings in force.

## General

${table(single)}

${sections.join('\n')}`
}
