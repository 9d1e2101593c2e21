// The layers of the house, checked by `npm run lint`. test/unit/layers.test.ts proves that each rule bites.
const ROOMS = [
  'audit',
  'members',
  'workspace',
  'sources',
  'receipts',
  'evidence',
  'plans',
  'tenants',
  'metering',
  'costs',
  'incidents',
  'gates',
  'packets',
  'findings',
  'approvals',
  'bundles',
  'integrations',
  'overview',
];

// A room may import the rooms before it, through their index.ts, and never one after it.
const roomOrder = ROOMS.map((room, i) => ({
  name: `room-order-${room}`,
  severity: 'error',
  comment: `${room} may import only the rooms before it.`,
  from: { path: `^src-main/${room}/` },
  to: { path: `^src-main/(${ROOMS.slice(i + 1).join('|') || 'none'})/` },
}));

module.exports = {
  forbidden: [
    ...roomOrder,
    {
      name: 'room-door',
      severity: 'error',
      comment: 'Another room is entered through its index.ts.',
      from: { path: `^src-main/(${ROOMS.join('|')})/` },
      to: { path: `^src-main/(${ROOMS.join('|')})/(?!index\\.ts$)`, pathNot: '^src-main/$1/' },
    },
    {
      name: 'shared-stands-alone',
      severity: 'error',
      comment: 'src-shared has no I/O and imports nothing of either side; zod is its one library.',
      from: { path: '^src-shared/' },
      to: { pathNot: '^(src-shared/|node_modules/zod/)' },
    },
    {
      name: 'renderer-imports-shared-only',
      severity: 'error',
      from: { path: '^src-renderer/' },
      to: { path: '^(src-main|migrations|test|scripts)/' },
    },
    { name: 'renderer-has-no-node', severity: 'error', from: { path: '^src-renderer/' }, to: { dependencyTypes: ['core'] } },
    {
      name: 'main-never-imports-renderer',
      severity: 'error',
      from: { path: '^src-main/' },
      to: { path: '^src-renderer/' },
    },
    {
      name: 'trust-is-pure',
      severity: 'error',
      comment: 'trust/ is bytes in, findings out: node:crypto and the two JSON libraries, no file, no database, no room.',
      from: { path: '^src-main/trust/' },
      to: { pathNot: '^(src-main/trust/|src-shared/|node:crypto$|crypto$|node_modules/(canonicalize|jsonc-parser)/)' },
    },
    {
      name: 'store-knows-no-room',
      severity: 'error',
      from: { path: '^src-main/store/' },
      to: { path: '^src-main/(?!store/)' },
    },
    {
      name: 'rooms-import-store-and-trust',
      severity: 'error',
      comment: 'Rooms never import the composition root or a host.',
      from: { path: `^src-main/(${ROOMS.join('|')})/` },
      to: { path: '^src-main/(app|electron|loopback|cli)/' },
    },
    {
      name: 'app-imports-no-host',
      severity: 'error',
      from: { path: '^src-main/app/' },
      to: { path: '^src-main/(electron|loopback|cli)/' },
    },
    {
      name: 'hosts-stand-apart',
      severity: 'error',
      from: { path: '^src-main/(electron|loopback|cli)/' },
      to: { path: '^src-main/(electron|loopback|cli)/', pathNot: '^src-main/$1/' },
    },
    {
      name: 'hosts-enter-through-app',
      severity: 'error',
      comment: 'A host composes nothing itself; the CLI may also call pure rules of a room through its index.',
      from: { path: '^src-main/(electron|loopback)/' },
      to: { path: `^src-main/(${ROOMS.join('|')}|store|trust)/` },
    },
    {
      name: 'electron-has-one-importer',
      severity: 'error',
      from: { pathNot: '^src-main/electron/' },
      to: { path: '(^|/)node_modules/electron/|^electron$' },
    },
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'no-dev-dependency-at-run-time',
      severity: 'error',
      comment: 'What src-main needs when installed must be a dependency; electron is the host itself.',
      from: { path: '^src-main/' },
      to: { dependencyTypes: ['npm-dev'], pathNot: '(^|/)(electron|vite)(/|$)', dependencyTypesNot: ['type-only'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(node_modules|dist|release|artifacts|\\.cache)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
    enhancedResolveOptions: { extensions: ['.ts', '.tsx', '.js', '.mjs', '.cjs', '.json'], conditionNames: ['import', 'node', 'default'] },
  },
};
