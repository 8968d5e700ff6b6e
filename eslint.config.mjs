import tseslint from 'typescript-eslint';

const MONEY_LIBS = ['money', 'ledger', 'contracts', 'payment', 'bank-files'].map(
  (lib) => `libs/${lib}/src/**/*.ts`,
);

export default tseslint.config(
  { ignores: ['**/dist/**', '**/node_modules/**', '.tonle/**', '.nx/**', 'libs/iso20022/src/tables/**'] },
  {
    files: ['**/*.ts'],
    languageOptions: {
      parser: tseslint.parser,
      parserOptions: { project: './tsconfig.json', tsconfigRootDir: import.meta.dirname },
    },
    plugins: { '@typescript-eslint': tseslint.plugin },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', caughtErrors: 'none' },
      ],
      '@typescript-eslint/only-throw-error': 'error',
      eqeqeq: 'error',
      'no-console': 'error',
      'prefer-const': 'error',
      'no-restricted-syntax': [
        'error',
        {
          selector: ':matches(PropertyDefinition, MethodDefinition) > PrivateIdentifier.key',
          message: 'Private members are `private`.',
        },
      ],
      'no-restricted-properties': [
        'error',
        { object: 'Math', property: 'random', message: 'Take Random from the platform.' },
      ],
    },
  },
  {
    files: MONEY_LIBS,
    ignores: ['**/*.spec.ts'],
    rules: {
      'no-restricted-globals': [
        'error',
        { name: 'parseFloat', message: 'Money is bigint.' },
        { name: 'Number', message: 'Money is bigint.' },
        { name: 'Intl', message: 'Scales come from our table.' },
      ],
      'no-restricted-properties': [
        'error',
        { property: 'toFixed', message: 'Money is bigint.' },
        { object: 'Number', property: 'parseFloat', message: 'Money is bigint.' },
        { object: 'Date', property: 'now', message: 'Time is an argument.' },
      ],
    },
  },
);
