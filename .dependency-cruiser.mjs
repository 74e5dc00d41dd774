/** Who may import whom: the table of docs/architecture.md as data. A breach fails `npm run check`. */
export const rooms = {
  audio: [],
  streams: [],
  threads: [],
  models: ['threads'],
  signal: ['audio'],
  engines: ['audio'],
  listening: ['audio', 'streams', 'engines'],
  protocols: ['audio', 'engines', 'listening'],
  media: ['audio', 'streams', 'threads', 'listening'],
  session: ['audio', 'streams', 'engines', 'listening', 'media'],
  providers: ['audio', 'signal', 'streams', 'threads', 'engines', 'models'],
  transports: ['audio', 'streams', 'listening', 'protocols', 'session'],
  telemetry: ['engines', 'listening'],
  server: [
    'audio',
    'streams',
    'threads',
    'models',
    'engines',
    'listening',
    'media',
    'protocols',
    'session',
    'providers',
    'transports',
    'telemetry',
  ],
  cli: ['server', 'models', 'telemetry', 'session', 'media', 'protocols', 'listening', 'engines', 'audio', 'streams'],
}
const pure = ['audio', 'streams', 'signal', 'engines', 'listening', 'protocols']
const source = { pathNot: '\\.test\\.ts$' }

export default {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: { path: '^src/' }, to: { circular: true } },
    ...Object.entries(rooms).map(([room, mayUse]) => ({
      name: `${room}-knows-its-place`,
      severity: 'error',
      from: { path: `^src/${room}/`, ...source },
      to: { path: '^src/', pathNot: [`^src/(${[room, ...mayUse].join('|')})/`, '^src/(errors|log)\\.ts$'] },
    })),
    {
      name: 'pure-rooms-do-no-io',
      severity: 'error',
      from: { path: `^src/(${pure.join('|')})/`, ...source },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'providers-are-loaded-lazily',
      severity: 'error',
      from: { path: '^src/server/', ...source },
      to: { path: '^src/providers/', dynamic: false },
    },
    {
      name: 'providers-stand-alone',
      severity: 'error',
      from: { path: '^src/providers/([^/]+)/', ...source },
      to: { path: '^src/providers/', pathNot: '^src/providers/($1|shared)/' },
    },
  ],
  options: { parser: 'swc', tsPreCompilationDeps: true, doNotFollow: { path: 'node_modules' } },
}
