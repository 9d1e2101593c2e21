// Style is prettier's, layers are dependency-cruiser's; this file holds what only types can tell.
import prettier from 'eslint-config-prettier';
import reactHooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

export default tseslint.config(
  { ignores: ['node_modules', '.cache', 'artifacts', 'dist', 'release', 'test/fixtures', 'resources', '*.js', '*.cjs', '**/*.mjs'] },
  ...tseslint.configs.recommendedTypeChecked,
  {
    languageOptions: {
      parserOptions: {
        project: ['src-shared/tsconfig.json', 'src-main/tsconfig.json', 'src-renderer/tsconfig.json', 'test/tsconfig.json'],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      // `import { type A }` still loads the module when types are stripped; `import type { A }` does not. Start-up feels it.
      '@typescript-eslint/no-import-type-side-effects': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/restrict-template-expressions': 'off',
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { attributes: false } }],
      eqeqeq: 'error',
      'no-console': ['error', { allow: ['warn', 'error'] }],
      // Rules are deterministic: the clock and chance come in as arguments (kernel/clock is the one place that reads them).
      'no-restricted-properties': [
        'error',
        { object: 'Math', property: 'random', message: 'Chance comes in as an argument: see src-shared/kernel.' },
      ],
    },
  },
  { files: ['src-renderer/**/*.{ts,tsx}'], ...reactHooks.configs.flat.recommended },
  { files: ['test/**', 'scripts/**', 'src-main/cli/**'], rules: { 'no-console': 'off', '@typescript-eslint/require-await': 'off' } },
  prettier,
);
