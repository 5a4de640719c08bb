import { Module } from '@nestjs/common';
import { JobsModule } from '../jobs/jobs.module.js';
import { MailJobs } from './mail-jobs.js';
import { MailModule } from './mail.module.js';

/** Apart from MailModule, because one message can be sent without a database: `galley mail:test`. */
@Module({ imports: [JobsModule, MailModule], providers: [MailJobs], exports: [MailJobs] })
export class MailJobsModule {}
