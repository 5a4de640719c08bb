/** EX_CONFIG of sysexits.h: the program was configured wrongly. */
export const EXIT_CONFIG = 78;

export interface ConfigFault {
  variable: string;
  /** What is wrong and what would be right; never the value. */
  message: string;
}

/** The faults whose condition holds. */
export const faultsWhere = (rules: [holds: boolean, variable: string, message: string][]): ConfigFault[] =>
  rules.filter(([holds]) => holds).map(([, variable, message]) => ({ variable, message }));

/** The environment cannot be used. Lists every fault at once. */
export class InvalidConfig extends Error {
  constructor(readonly faults: ConfigFault[]) {
    super(
      [
        'The configuration is not valid. Correct these settings:',
        ...faults.map((fault) => `  ${fault.variable} ${fault.message}`),
      ].join('\n'),
    );
    this.name = 'InvalidConfig';
  }
}
