// Imports run one way: services -> libs; domain libs know neither platform nor Nest; no service knows another.
const PLATFORM =
  '^libs/(messaging|persistence|telemetry|security|directory|platform|approval|http|door|network|network-iso)/';
const SERVICE = '^services/';
module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    { name: 'libs-know-no-service', severity: 'error', from: { path: '^libs/' }, to: { path: SERVICE } },
    {
      name: 'only-tests-know-tools',
      severity: 'error',
      from: { path: '^(libs|services)/', pathNot: '\\.spec\\.ts$' },
      to: { path: '^tools/' },
    },
    {
      name: 'services-know-no-other',
      severity: 'error',
      from: { path: '^services/([^/]+)/' },
      to: { path: SERVICE, pathNot: '^services/$1/' },
    },
    {
      name: 'domain-libs-are-pure',
      severity: 'error',
      from: { path: '^libs/(money|emvqr|iso20022|bank-files|ledger|contracts|payment|report)/' },
      to: { path: PLATFORM },
    },
    {
      name: 'nest-is-the-outermost-ring',
      severity: 'error',
      from: { path: '^libs/', pathNot: '^libs/http/' },
      to: { path: 'node_modules/@nestjs/' },
    },
    {
      name: 'only-one-file-knows-kafkajs',
      severity: 'error',
      from: { pathNot: '^libs/messaging/src/kafka' },
      to: { path: 'node_modules/kafkajs/' },
    },
    {
      name: 'only-one-file-knows-ioredis',
      severity: 'error',
      from: { pathNot: '^libs/messaging/src/redis' },
      to: { path: 'node_modules/ioredis/' },
    },
    {
      name: 'only-one-place-knows-iso20022.js',
      severity: 'error',
      from: { pathNot: '^services/settlement/src/bank-file/' },
      to: { path: 'node_modules/iso20022\\.js/' },
    },
    {
      name: 'rules-know-no-store',
      severity: 'error',
      from: { path: '\\.decide\\.ts$' },
      to: { path: '\\.(store|handler|controller|job)\\.ts$' },
    },
    {
      name: 'libs-are-used-by-their-index',
      severity: 'error',
      from: { path: '^(libs|services|tools)/([^/]+)/' },
      to: { path: '^libs/', pathNot: ['^libs/$2/', '^libs/[^/]+/src/index\\.ts$'] },
    },
    {
      // A network is values and pure functions: what has a clock, a socket or a table is the engine's.
      name: 'networks-are-values',
      severity: 'error',
      from: {
        path: '^services/adapter-[^/]+/',
        pathNot: '\\.spec\\.ts$',
      },
      to: {
        pathNot: [
          '^services/adapter-[^/]+/',
          '^libs/(network|network-iso|network-upi|network-aplus|network-fspiop|contracts|iso20022|emvqr|money)/',
          'node_modules/zod/',
          '^(node:)?(crypto|path)$',
        ],
      },
    },
    { name: 'not-to-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(libs|services|tools)/[^/]+/dist/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['types', 'import', 'node', 'default'],
    },
  },
};
