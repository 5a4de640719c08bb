/** EX_CONFIG of sysexits.h: the configuration of the program is invalid. */
export const EXIT_CONFIG = 78;

export interface ConfigFault {
  variable: string;
  /** States the problem and the requirement, and never the value. */
  message: string;
}

/** Returns the faults whose condition is true. */
export const faultsWhere = (rules: [holds: boolean, variable: string, message: string][]): ConfigFault[] =>
  rules.filter(([holds]) => holds).map(([, variable, message]) => ({ variable, message }));

/** The environment is invalid. The message lists all faults at once. */
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
