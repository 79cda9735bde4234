/**
 * Who may import whom. Folders are runtimes and layers: an import against these rules fails the build.
 * TypeScript 7 has no parser API, so swc reads the sources; type-only imports count like any other.
 */

/** A folder may import itself and the listed places (regular expressions of paths), and nothing else of ours. */
function only(name, from, allowed, comment) {
  return {
    name,
    severity: 'error',
    comment,
    from: { path: from },
    to: {
      path: '^(main|renderer|preload|db|sync|tests|bench|scripts)/',
      pathNot: [from, ...allowed],
    },
  };
}

/** A package that may be imported from one place only. */
function packageOnlyIn(name, packages, allowed, comment) {
  return {
    name,
    severity: 'error',
    comment,
    from: { path: '^(main|renderer|preload|db|sync)/', pathNot: allowed },
    to: { path: packages.map((each) => `(^|/)node_modules/${each}/|^${each}(/|$)`).join('|') },
  };
}

const capability = (name) =>
  only(
    `${name}-stands-alone`,
    `^main/${name}/`,
    [
      '^db/',
      '^sync/',
      '^preload/contract/',
      '^main/(capture|search|documents|argument|references|outbound|export|import)/',
    ],
    'A capability knows data, sync and the contract; main/host composes capabilities, never the reverse.',
  );

module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      severity: 'error',
      comment: 'Two modules that need each other are one module, or lack a third.',
      from: {},
      to: { circular: true },
    },
    {
      name: 'resolvable',
      severity: 'error',
      comment: 'Every import names something that is there.',
      from: { pathNot: '^tests/fixtures/' },
      to: { couldNotResolve: true, pathNot: ['^virtual:', '[?]'] },
    },
    {
      name: 'declared-packages',
      severity: 'error',
      comment: 'What the product imports is declared in package.json.',
      from: { path: '^(main|renderer|preload|db|sync)/' },
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    },
    {
      name: 'no-test-code-in-product',
      severity: 'error',
      from: { path: '^(main|renderer|preload|db|sync)/' },
      to: { path: '^(tests|bench|scripts)/' },
    },
    only(
      'catalogue-imports-nothing',
      '^db/catalogue/',
      [],
      'The catalogue is data; everything derives from it.',
    ),
    only(
      'protocol-knows-catalogue',
      '^sync/protocol/',
      ['^db/catalogue/'],
      'Wire messages speak of entities.',
    ),
    only(
      'core-knows-protocol',
      '^sync/core/',
      ['^sync/protocol/', '^db/catalogue/'],
      'The pure part of sync.',
    ),
    only(
      'replica-knows-core',
      '^db/replica/',
      ['^db/catalogue/', '^sync/core/', '^sync/protocol/'],
      'The file on the laptop.',
    ),
    only(
      'client-knows-replica',
      '^sync/client/',
      ['^db/catalogue/', '^db/replica/', '^sync/core/', '^sync/protocol/'],
      'The laptop’s engine of sync: no network, no clock, no window of its own.',
    ),
    only(
      'queries-know-replica',
      '^db/queries/',
      ['^db/catalogue/', '^db/replica/', '^sync/core/', '^sync/protocol/'],
      'Explicit-column queries by feature.',
    ),
    only(
      'contract-knows-protocol',
      '^preload/contract/',
      ['^sync/protocol/', '^db/catalogue/'],
      'What crosses to the renderer.',
    ),
    only('central-knows-catalogue', '^db/central/', ['^db/catalogue/'], 'The schema of the server.'),
    only(
      'server-knows-core',
      '^sync/server/',
      ['^sync/protocol/', '^sync/core/', '^db/catalogue/', '^db/central/'],
      'The server has no laptop in it: it runs where no workspace is.',
    ),
    only('preload-knows-contract', '^preload/[^/]+$', ['^preload/contract/'], 'The bridge is thin.'),
    only(
      'renderer-knows-contract',
      '^renderer/',
      ['^preload/contract/', '^db/catalogue/'],
      'The renderer has no Node and no SQL.',
    ),
    capability('capture'),
    capability('search'),
    capability('documents'),
    capability('argument'),
    capability('references'),
    capability('outbound'),
    capability('export'),
    capability('import'),
    only(
      'host-composes-capabilities',
      '^main/host/',
      [
        '^db/',
        '^sync/',
        '^preload/contract/',
        '^main/(capture|search|documents|argument|references|outbound|export|import)/',
      ],
      'The host never reaches into the shells that start it.',
    ),
    only(
      'cli-sits-on-host',
      '^main/cli/',
      [
        '^db/',
        '^sync/',
        '^preload/contract/',
        '^main/(host|capture|search|documents|argument|references|outbound|export|import)/',
      ],
      'The command line is one shell over the host.',
    ),
    only(
      'electron-sits-on-host',
      '^main/electron/',
      ['^main/host/', '^preload/contract/', '^db/catalogue/'],
      'Electron is the other shell over the host.',
    ),
    packageOnlyIn(
      'electron-only-in-its-shell',
      ['electron'],
      ['^main/electron/', '^preload/[^/]+$'],
      'Everything else runs without Electron.',
    ),
    packageOnlyIn(
      'server-packages-only-in-the-server',
      ['fastify', '@fastify/[^/]+', 'pg', 'openid-client', 'otpauth', 'jose'],
      ['^sync/server/'],
      'A laptop never loads what only a server needs.',
    ),
    packageOnlyIn(
      'aria-only-in-ui',
      ['react-aria-components', 'react-aria', '@react-aria/[^/]+', '@react-stately/[^/]+'],
      ['^renderer/ui/'],
      'Screens use our own components.',
    ),
    packageOnlyIn(
      'cytoscape-only-in-graph',
      ['cytoscape[^/]*'],
      ['^renderer/graph/'],
      'One controller owns the canvas.',
    ),
    {
      name: 'pure-code-has-no-runtime',
      severity: 'error',
      comment: 'Catalogue, protocol, core and contract run in every process: no Node modules.',
      from: { path: '^(db/catalogue|sync/protocol|sync/core|preload/contract)/' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'renderer-has-no-node',
      severity: 'error',
      from: { path: '^renderer/', pathNot: '^renderer/vite[.]config[.]ts$' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'no-driver-above-the-replica',
      severity: 'error',
      comment: 'SQLite is opened in one place.',
      from: { path: '^(main|renderer|preload|sync)/' },
      to: { path: '(^|/)node_modules/better-sqlite3' },
    },
  ],
  options: {
    parser: 'swc',
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|[.]cache|tests/fixtures)/' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      extensions: ['.ts', '.tsx', '.mjs', '.cjs', '.js', '.json', '.css'],
    },
  },
};
