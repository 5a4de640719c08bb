import { relative } from 'node:path';
import type { AggregatedResult, TestContext } from '@jest/reporters';
import { type Outcome, writeJunit } from '../../scripts/release/junit.ts';

/** Writes the results of Jest in the format that GitLab reads. */
export default class JunitReporter {
  onRunComplete(_contexts: Set<TestContext>, { testResults }: AggregatedResult): void {
    const outcomes = testResults.flatMap(
      ({ testFilePath, testResults: tests, failureMessage }): Outcome[] => {
        const file = relative(process.cwd(), testFilePath);
        if (tests.length === 0) return [{ name: file, seconds: 0, failure: failureMessage || undefined }];
        return tests
          .filter(({ status }) => status === 'passed' || status === 'failed')
          .map(({ fullName, duration, failureMessages }) => ({
            name: `${file} ${fullName}`,
            seconds: (duration ?? 0) / 1000,
            failure: failureMessages.join('\n') || undefined,
          }));
      },
    );
    writeJunit('reports/junit.xml', 'jest', outcomes, console.error);
  }
}
