import { type Expectation, expectLicences, expectSizes, expectVersions } from './expected-facts.ts'

/** A question that the app asks by itself, and what its answer is held to. */
export interface DemoQuestion {
  readonly question: string
  readonly expect: Expectation
}

/** What `npm run demo` asks. Together they use every tool. */
export const demoQuestions: readonly DemoQuestion[] = [
  {
    question: 'Which licences other than MIT, ISC and Apache-2.0 are installed, and who depends on those packages?',
    expect: expectLicences,
  },
  {
    question: 'What are the largest packages, and what do their READMEs say about size or configuration?',
    expect: expectSizes,
  },
  {
    question: 'Which packages are installed in several versions, and what changed between them?',
    expect: expectVersions,
  },
]
